/// What a system would say about a line of its configuration, or what only the running system knows.
public struct ConfigurationProblem: Hashable, Sendable {
  /// How the system reacts to the line.
  public enum Severity: String, CaseIterable, Hashable, Sendable {
    /// The system does not start.
    case error
    /// The system starts only with an extra module or in its commercial version. The servers that it
    /// picks are the same.
    case foreign = "note"
    /// The system starts.
    case warning
    /// The meaning depends on the environment of the running system, such as a variable or a
    /// condition.
    case unknown
  }

  /// How the system reacts to the line.
  public let severity: Severity
  /// What is wrong, in the system's own words where it has words for it.
  public let message: String
  /// What to do about it, if the message does not say so.
  public let remedy: String?
  /// Where the line is.
  public let location: ConfigurationLocation
  /// What would have to be known to understand the line: names of variables, `version`, or tests such
  /// as `feature(OPENSSL)`, as ``ConfigurationSurroundings`` takes them.
  public let unknowns: [String]

  /// Describes a problem.
  public init(
    severity: Severity, message: String, remedy: String? = nil, location: ConfigurationLocation,
    unknowns: [String] = []
  ) {
    self.severity = severity
    self.message = message
    self.remedy = remedy
    self.location = location
    self.unknowns = unknowns
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  /// Location, severity, message and remedy on one line.
  public var description: String {
    "\(location): \(severity.rawValue): \(message)" + (remedy.map { "; \($0)" } ?? "")
  }
}

/// Whether a system would start with a configuration.
public enum ConfigurationVerdict: Hashable, Sendable {
  /// The system would start.
  case accepted
  /// The system would not start. The first reason is attached.
  case rejected(ConfigurationProblem)

  /// Judges a list of problems: the first error or foreign directive rejects the configuration.
  public init(_ problems: some Sequence<ConfigurationProblem>) {
    let first = problems.first { $0.severity == .error || $0.severity == .foreign }
    self = first.map { .rejected($0) } ?? .accepted
  }

  /// Whether the system would start.
  public var isAccepted: Bool { self == .accepted }
}
