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
  /// Where.
  public let location: HAProxyLocation
}

extension HAProxyProblem: CustomStringConvertible {
  /// Place, severity and message on one line.
  public var description: String { "\(location): \(severity.rawValue): \(message)" }
}
