/// A promise that a rule made and did not keep, with the example that shows it.
///
/// Checks return these instead of failing, so that any test framework can assert that there are
/// none:
///
/// ```swift
/// #expect(conformance(of: .ketama, seeds: [1]).violations == [])
/// ```
public struct Violation: Hashable, Sendable {
  /// The name of the rule.
  public let rule: String

  /// The name of the check; see ``ConformanceCheck/name``.
  public let check: String

  /// The seed with which the example comes up again.
  public let seed: UInt64

  /// What happened, with the nodes and the key it happened to.
  public let detail: String

  /// Describes a broken promise.
  public init(rule: String, check: String, seed: UInt64, detail: String) {
    self.rule = rule
    self.check = check
    self.seed = seed
    self.detail = detail
  }
}

extension Violation: CustomStringConvertible {
  /// Everything on one line.
  public var description: String { "\(rule), \(check): \(detail) (seed \(seed))" }
}
