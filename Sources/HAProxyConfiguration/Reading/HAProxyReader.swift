/// Reads the backends of a configuration, and says what HAProxy would say about them.
///
/// Judged are how a line is split into words, the words that begin sections, and in sections what
/// decides which server takes a key: `balance`, `hash-type` and its companions, `server`,
/// `default-server`, `server-template`, the options `allbackups` and `redispatch`, and `mode`. Other
/// lines are kept and passed over, whether HAProxy knows them or not. Not judged is what only a
/// running HAProxy knows: whether a host name resolves, and the arguments of other words on server
/// lines.
///
/// ```swift
/// let reading = try HAProxyReader().backends(in: bytes, file: "/etc/haproxy/haproxy.cfg")
/// for problem in reading.problems { print(problem) }
/// let cluster = try reading.backends[0].cluster()
/// ```
public struct HAProxyReader: Sendable {
  /// The version whose rules count.
  public let version: HAProxyVersion
  /// How much is read at most.
  public let limits: HAProxyLimits

  /// Creates a reader.
  public init(version: HAProxyVersion = .newest, limits: HAProxyLimits = .standard) {
    self.version = version
    self.limits = limits
  }

  /// Reads the backends of a file.
  ///
  /// - Throws: ``HAProxyTooLarge`` if there is more than the limits allow. A bad line is no error: see
  ///   ``HAProxyReading/problems``.
  public func backends(in bytes: [UInt8], file: String) throws(HAProxyTooLarge) -> HAProxyReading {
    try backends(in: [(file: file, bytes: bytes)])
  }

  /// Reads the backends of files that HAProxy would read one after the other, with one `-f` each.
  ///
  /// Names and `defaults` count across files, sections end with theirs.
  public func backends(
    in files: [(file: String, bytes: [UInt8])]
  ) throws(HAProxyTooLarge) -> HAProxyReading {
    var walk = HAProxyWalk(reader: self)
    var size = 0
    for (file, bytes) in files {
      size += bytes.count
      guard size <= limits.totalSize else {
        throw HAProxyTooLarge(
          problem: "the configuration has more than \(limits.totalSize) bytes",
          location: HAProxyLocation(file: file, line: 1))
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
  /// What HAProxy would say about them: first of lines, then of sections as a whole.
  public let problems: [HAProxyProblem]
  /// The files.
  public let files: [HAProxySyntaxTree]

  /// Whether HAProxy takes them: no problem is an error.
  public var isAccepted: Bool { !problems.contains { $0.severity == .error } }
}
