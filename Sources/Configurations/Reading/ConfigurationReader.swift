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

  /// How much the contents of a file are like a file of the system: 0 for not at all.
  ///
  /// The default is 1 for a file whose first word is one of ``marks``.
  func likeness(of bytes: [UInt8]) -> Int

  /// The names in a folder that make up a configuration, in the order in which they are read.
  ///
  /// The list is empty, as by default, if the folder holds none.
  func files(amongNames names: [String]) -> [String]

  /// The files that a single file holds, such as the output of a program that prints a whole
  /// configuration.
  ///
  /// Nil, as by default, if the file holds itself only.
  func bundle(in bytes: [UInt8]) -> ConfigurationBundle?

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - bytes: The contents of the file.
  ///   - file: The name of the file, which relative paths in it count from.
  ///   - files: The files that the configuration may include.
  /// - Throws: ``ConfigurationError`` if the configuration cannot be read at all.
  func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading

  /// Reads a configuration of several files, in the order in which the system would read them.
  ///
  /// By default each is read by itself.
  func reading(of parts: [ConfigurationPart], files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading

  /// Whether a user who writes this name means a part of the other name.
  func isSame(_ given: String, _ name: String) -> Bool

  /// The reader for configurations that run in these surroundings.
  ///
  /// The default is the reader itself, for systems whose configurations depend on nothing else.
  func reader(in surroundings: ConfigurationSurroundings) -> any ConfigurationReader
}

extension ConfigurationReader {
  /// 1 for a file whose first word is one of ``ConfigurationReader/marks``.
  public func likeness(of bytes: [UInt8]) -> Int { marks.fits(bytes) ? 1 : 0 }

  /// No files.
  public func files(amongNames names: [String]) -> [String] { [] }

  /// Nil.
  public func bundle(in bytes: [UInt8]) -> ConfigurationBundle? { nil }

  /// Reads each file by itself.
  public func reading(of parts: [ConfigurationPart], files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    var clusters: [ConfiguredCluster] = []
    var problems: [ConfigurationProblem] = []
    var unmatched: [UnmatchedInclude] = []
    for part in parts {
      let reading = try reading(of: part.bytes, file: part.file, files: files)
      clusters += reading.clusters
      problems += reading.problems
      unmatched += reading.unmatched
    }
    return ConfigurationReading(clusters: clusters, problems: problems, unmatched: unmatched)
  }

  /// The reader itself.
  public func reader(in surroundings: ConfigurationSurroundings) -> any ConfigurationReader { self }

  /// Compares the bytes of the names.
  public func isSame(_ given: String, _ name: String) -> Bool {
    given.utf8.elementsEqual(name.utf8)
  }
}

/// A file of a configuration.
public struct ConfigurationPart: Hashable, Sendable {
  /// Its name, which relative paths in it count from.
  public let file: String
  /// Its contents.
  public let bytes: [UInt8]

  /// Creates a part.
  public init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }
}

/// A whole configuration in one file.
public struct ConfigurationBundle: Sendable {
  /// The file that the system reads first.
  public let main: ConfigurationPart
  /// All files.
  public let files: ConfigurationFiles

  /// Creates a bundle.
  public init(main: ConfigurationPart, files: ConfigurationFiles) {
    self.main = main
    self.files = files
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
