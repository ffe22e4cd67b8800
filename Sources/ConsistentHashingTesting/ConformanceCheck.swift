public import ConsistentHashing

/// One promise, and how it is checked.
///
/// Checks build clusters from a seed and look at selectors from outside only, through
/// `index(for:)`, `walkPreference(for:)` and, where a selector is a `HashedSelector`, through chosen
/// hashes. A key that a selector leaves to state (`index(for:)` is nil) is left out: nothing is
/// promised for it.
public struct ConformanceCheck: Sendable {
  /// The name, in kebab case.
  public let name: String

  /// The promise, in one line.
  public let summary: String

  private let applies: @Sendable (PlacementRule) -> Bool
  private let examine: @Sendable (Examination) -> Void

  init(
    name: String, summary: String,
    applies: @escaping @Sendable (PlacementRule) -> Bool = { _ in true },
    examine: @escaping @Sendable (Examination) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.applies = applies
    self.examine = examine
  }

  /// Whether the promises or predictions of a rule call for this check.
  public func isCalledFor(by rule: PlacementRule) -> Bool { applies(rule) }

  /// Runs this check alone.
  ///
  /// - Returns: What was found and how much was looked at; nil if the promises do not call for it.
  public func run(on rule: PlacementRule, seed: UInt64) -> ConformanceReport.Run? {
    guard applies(rule) else { return nil }
    let examination = Examination(of: rule, check: name, seed: seed)
    examine(examination)
    return ConformanceReport.Run(
      check: name, seed: seed, selectors: examination.selectors, keys: examination.keys,
      violations: examination.violations)
  }

  /// All checks, listed here and nowhere else.
  public static let all: [ConformanceCheck] = [
    .repeatable, .batches, .preferenceOrder, .orderIndependent, .skipping, .skippingEqualsRemoving,
    .draining, .minimalMovement, .nearMinimalMovement, .exactShares, .ringShares, .slotShares,
    .readdressing, .healthMasks, .keySpaces,
  ]
}
