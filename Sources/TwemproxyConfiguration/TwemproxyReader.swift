public import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// Reads the pools of a configuration of twemproxy (`nutcracker.yml`), and says what twemproxy would
/// refuse about it.
///
/// The reader follows twemproxy 0.5.0 and `nutcracker -t`: the shape of the text, every directive and its
/// value, and what pools must not share. It does not check whether names resolve.
public struct TwemproxyReader: Sendable {
  /// Creates a reader.
  public init() {}

  /// Reads the pools of a file.
  ///
  /// - Throws: `ConfigurationError` if the text is not YAML. What twemproxy refuses is in
  ///   ``TwemproxyReading/problems`` instead.
  public func pools(in bytes: [UInt8], file: String) throws(ConfigurationError) -> TwemproxyReading
  {
    do {
      if let problem = try TwemproxyShape.forbidden(in: bytes, file: file) {
        return TwemproxyReading(pools: [], problems: [problem])
      }
      let documents = try YAMLNode.documents(in: bytes.span)
      var walk = TwemproxyWalk(file: file)
      walk.read(documents)
      return TwemproxyReading(pools: walk.pools, problems: walk.problems)
    } catch {
      throw ConfigurationError(
        .malformed, error.problem,
        ConfigurationLocation(file: file, line: error.position?.line ?? 1))
    }
  }
}

/// What a reader found.
public struct TwemproxyReading: Hashable, Sendable {
  /// The pools in their order.
  public let pools: [TwemproxyPool]
  /// What twemproxy would refuse.
  public let problems: [ConfigurationProblem]

  /// Whether twemproxy would start.
  public var isAccepted: Bool { problems.isEmpty }
}

extension TwemproxyReader: ConfigurationReader {
  /// `twemproxy`.
  public var system: String { "twemproxy" }

  /// `pool`.
  public var unit: String { "pool" }

  /// Files with `nutcracker` or `twemproxy` in their names; see ``likeness(of:)``.
  public var marks: ConfigurationMarks {
    ConfigurationMarks(firstWords: [], nameParts: ["nutcracker", "twemproxy"])
  }

  /// The largest likeness for a file that has the system's own fields, 0 for all others.
  public func likeness(of bytes: [UInt8]) -> Int { isOwn(bytes) ? .max : 0 }

  /// Whether a file has a pool: a first field with `servers` and one of twemproxy's own directives.
  private func isOwn(_ bytes: [UInt8]) -> Bool {
    guard let outline = YAMLOutline(bytes.span, until: ["nodes"]), !outline.contains("nodes")
    else { return false }
    return outline.fields.contains { field in
      field.children.contains("servers")
        && field.children.contains { TwemproxyDirective.marks.contains($0) }
    }
  }

  /// Reads a configuration; it includes no other files.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    let reading = try pools(in: bytes, file: file)
    return ConfigurationReading(
      clusters: reading.pools.map(\.configured), problems: reading.problems)
  }
}
