/// What HAProxy would say about a line, or what only a running HAProxy knows of it.
public struct HAProxyProblem: Hashable, Sendable {
  /// Whether HAProxy goes on.
  public enum Severity: String, Hashable, Sendable {
    /// HAProxy does not start (`[ALERT]`).
    case error
    /// HAProxy starts (`[WARNING]`, and a few alerts that it survives).
    case warning
    /// What HAProxy makes of it depends on its environment: a variable, or a conditional block.
    case unknown
  }

  /// Whether HAProxy goes on.
  public let severity: Severity
  /// What is wrong, in HAProxy's words where it is about what HAProxy rejects.
  public let message: String
  /// What to do about it, where HAProxy's words do not say so.
  public let remedy: String?
  /// Where.
  public let location: HAProxyLocation

  init(
    severity: Severity, message: String, remedy: String? = nil, location: HAProxyLocation
  ) {
    self.severity = severity
    self.message = message
    self.remedy = remedy
    self.location = location
  }
}

extension HAProxyProblem: CustomStringConvertible {
  /// Place, severity, message and remedy on one line.
  public var description: String {
    "\(location): \(severity.rawValue): \(message)" + (remedy.map { "; \($0)" } ?? "")
  }
}
