/// What nginx would say about an upstream.
public struct NginxProblem: Hashable, Sendable {
  /// Whether nginx goes on.
  public enum Severity: String, Hashable, Sendable {
    /// nginx does not start (`[emerg]`).
    case error
    /// nginx does not start unless it is built with a module, or is the commercial version; what it
    /// picks is the same.
    case foreign = "note"
    /// nginx starts (`[warn]`).
    case warning
  }

  /// Whether nginx goes on.
  public let severity: Severity
  /// What is wrong, in nginx's words.
  public let message: String
  /// What to do about it, where nginx's words do not say so.
  public let remedy: String?
  /// Where.
  public let location: NginxLocation
}

extension NginxProblem: CustomStringConvertible {
  /// Place, severity, message and remedy on one line.
  public var description: String {
    "\(location): \(severity.rawValue): \(message)" + (remedy.map { "; \($0)" } ?? "")
  }
}
