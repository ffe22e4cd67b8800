public import Configurations

/// Reads the backends of a configuration, and reports what HAProxy would report about them.
///
/// The reader checks how a line is split into words, the words that begin sections, and the lines that
/// decide which server takes a key: `balance`, `hash-type` and its companions, `server`,
/// `default-server`, `server-template`, the options `allbackups` and `redispatch`, and `mode`. It keeps
/// other lines and skips them, even if HAProxy does not know them. It does not check what only a
/// running HAProxy knows, such as whether a host name resolves, nor the arguments of other words on
/// server lines.
///
/// ```swift
/// let reading = try HAProxyReader().backends(in: bytes, file: "/etc/haproxy/haproxy.cfg")
/// for problem in reading.problems { print(problem) }
/// let cluster = try reading.backends[0].cluster()
/// ```
public struct HAProxyReader: Sendable {
  /// The version whose rules are used.
  public let version: HAProxyVersion
  /// The limits on what is read.
  public let limits: HAProxyLimits
  /// The environment, the version and the features that conditions ask for, and answers of DNS.
  public let surroundings: ConfigurationSurroundings

  /// Creates a reader.
  ///
  /// Without surroundings, what depends on the environment is a problem of the severity `unknown`.
  public init(
    version: HAProxyVersion = .newest, limits: HAProxyLimits = .standard,
    surroundings: ConfigurationSurroundings = ConfigurationSurroundings()
  ) {
    self.version = version
    self.limits = limits
    self.surroundings = surroundings
  }

  /// Reads the backends of a file.
  ///
  /// - Throws: `ConfigurationError` if the file is larger than the limits. Bad lines are in
  ///   ``HAProxyReading/problems`` instead.
  public func backends(in bytes: [UInt8], file: String) throws(ConfigurationError) -> HAProxyReading
  {
    try backends(in: [(file: file, bytes: bytes)])
  }

  /// Reads the backends of files that HAProxy would read one after the other, with one `-f` each.
  ///
  /// Names and `defaults` are shared by all files. A section ends with its file.
  public func backends(
    in files: [(file: String, bytes: [UInt8])]
  ) throws(ConfigurationError) -> HAProxyReading {
    var walk = HAProxyWalk(reader: self)
    var size = 0
    for (file, bytes) in files {
      size += bytes.count
      guard size <= limits.totalSize else {
        throw ConfigurationError(
          .tooLarge, "the configuration has more than \(limits.totalSize) bytes",
          ConfigurationLocation(file: file, line: 1))
      }
      try walk.read(HAProxySyntaxTree(bytes: bytes, file: file))
    }
    return walk.finish()
  }
}

/// The backends of a configuration.
public struct HAProxyReading: Hashable, Sendable {
  /// The sections with servers, in their order.
  public let backends: [HAProxyBackend]
  /// What HAProxy would report: first about lines, then about whole sections.
  public let problems: [ConfigurationProblem]
  /// The files.
  public let files: [HAProxySyntaxTree]

  /// Whether HAProxy accepts them: no problem is an error.
  public var isAccepted: Bool { !problems.contains { $0.severity == .error } }
}
