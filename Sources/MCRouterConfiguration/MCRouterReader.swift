public import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// Reads the pools of a configuration of mcrouter, with the hash by which its routes pick a server.
///
/// A part is a pool under the hash that a `PoolRoute` or a `HashRoute` gives it. If routes hash the same
/// pool in several ways, each is a part in the context of its place in the tree, such as `route.normal`.
/// A `HashRoute` over several pools is a part by that place.
///
/// The reader understands comments, trailing commas and names of routes. It expands no macros, and says
/// where one matters. It checks pools and the routes that hash, as mcrouter does when it reads its
/// configuration, and no other route.
public struct MCRouterReader: Sendable {
  /// Creates a reader.
  public init() {}

  /// What to do about parts that mcrouter's preprocessor writes.
  static let preprocessed =
    "name the output of 'get __mcrouter__.preprocessed_config', which has all of it written out"
}

extension MCRouterReader: ConfigurationReader {
  /// `mcrouter`.
  public var system: String { "mcrouter" }

  /// `pool`.
  public var unit: String { "pool" }

  /// Files with `mcrouter` in their names; see ``likeness(of:)``.
  public var marks: ConfigurationMarks {
    ConfigurationMarks(firstWords: [], nameParts: ["mcrouter"])
  }

  /// The largest likeness for a file that has the system's own fields, 0 for all others.
  public func likeness(of bytes: [UInt8]) -> Int { isOwn(bytes) ? .max : 0 }

  /// Whether a file is an object with `pools`, `route`, `routes` or `named_handles`.
  private func isOwn(_ bytes: [UInt8]) -> Bool {
    let start = bytes.first { $0 > 0x20 && $0 < 0x7F }
    guard start == UInt8(ascii: "{") || start == UInt8(ascii: "/"),
      let text = try? MCRouterJSON.withoutComments(Array(bytes.prefix(1 << 20))),
      let outline = YAMLOutline(text.span, until: ["nodes"])
    else { return false }
    let marks = ["pools", "route", "routes", "named_handles", "macros"]
    return !outline.contains("nodes") && marks.contains { outline.contains($0) }
      && (outline.contains("pools") || outline.contains("route") || outline.contains("routes"))
  }

  /// Reads a configuration; it includes no other files.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    do {
      var contents = MCRouterContents(file: file)
      contents.read(try MCRouterJSON.value(of: bytes))
      return ConfigurationReading(clusters: contents.parts, problems: contents.problems)
    } catch {
      throw ConfigurationError(
        .malformed, error.problem,
        ConfigurationLocation(file: file, line: error.position?.line ?? 1))
    }
  }
}
