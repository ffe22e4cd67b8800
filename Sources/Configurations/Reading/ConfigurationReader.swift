/// Reads the configuration of a system.
///
/// A system has one folder with one reader. A program lists the readers that it uses in an array and
/// asks the array for the reader that fits a file: `readers.reader(for: bytes, file: name)`.
public protocol ConfigurationReader: Sendable {
  /// The name of the system for messages, such as `nginx`.
  var system: String { get }

  /// The word of the system for a part that has servers, such as `upstream`.
  var unit: String { get }

  /// How files of the system are recognised.
  var marks: ConfigurationMarks { get }

  /// Whether the contents of a file look like the system's.
  ///
  /// By default this is up to the first word (``marks``).
  func recognises(_ bytes: [UInt8]) -> Bool

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - bytes: The contents of the file.
  ///   - file: The name of the file, which relative paths in it count from.
  ///   - files: The files that the configuration may include.
  /// - Throws: ``ConfigurationError`` if the configuration cannot be read at all.
  func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading

  /// Whether a user who writes this name means a part of the other name.
  func isSame(_ given: String, _ name: String) -> Bool
}

extension ConfigurationReader {
  /// Looks at the first word.
  public func recognises(_ bytes: [UInt8]) -> Bool { marks.fits(bytes) }

  /// Compares the bytes of the names.
  public func isSame(_ given: String, _ name: String) -> Bool {
    given.utf8.elementsEqual(name.utf8)
  }
}

/// What a reader found.
public struct ConfigurationReading: Hashable, Sendable {
  /// The parts that have servers, in their order.
  public let clusters: [ConfiguredCluster]
  /// What the system would say, in its order.
  public let problems: [ConfigurationProblem]
  /// The patterns of included files that no file matches.
  ///
  /// Parts in such files are missing.
  public let unmatched: [UnmatchedInclude]

  /// Whether the system would start with the configuration.
  public var verdict: ConfigurationVerdict { ConfigurationVerdict(problems) }

  /// Collects what a reader found.
  public init(
    clusters: [ConfiguredCluster], problems: [ConfigurationProblem],
    unmatched: [UnmatchedInclude] = []
  ) {
    self.clusters = clusters
    self.problems = problems
    self.unmatched = unmatched
  }

  /// The parts that a user may mean by a name: `NAME`, or `CONTEXT:NAME` if the system has contexts.
  ///
  /// - Parameters:
  ///   - given: The name that the user gives.
  ///   - isSame: Compares a given name with the name of a part.
  public func clusters(named given: String, isSame: (String, String) -> Bool)
    -> [ConfiguredCluster]
  {
    var context: String?
    var name = given
    if let part = clusters.first(where: { part in
      part.context.map { given.utf8.starts(with: "\($0):".utf8) } ?? false
    }), let prefix = part.context {
      context = prefix
      name = String(decoding: given.utf8.dropFirst(prefix.utf8.count + 1), as: UTF8.self)
    }
    let candidates = clusters.filter { context == nil || $0.context == context }
    let found = candidates.filter { isSame(name, $0.name) }
    return found.isEmpty
      ? candidates.filter { $0.alias.map { isSame(name, $0) } ?? false } : found
  }
}

/// An include whose pattern no file matches.
///
/// The system says nothing about it. On another machine than the one that the configuration is for,
/// it explains why parts are missing.
public struct UnmatchedInclude: Hashable, Sendable {
  /// The pattern.
  public let pattern: String
  /// Where the include is.
  public let location: ConfigurationLocation

  /// Describes an include.
  public init(pattern: String, location: ConfigurationLocation) {
    self.pattern = pattern
    self.location = location
  }
}
