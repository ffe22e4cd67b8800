public import ConsistentHashing

/// Runs every check that an algorithm's promises call for.
///
/// ```swift
/// for violation in conformanceViolations(of: myAlgorithm, seed: 1) { print(violation) }
/// ```
///
/// An algorithm that keeps its promises fails a statistical check for about one seed in a million;
/// all other checks are exact. The same seed always gives the same answer.
///
/// - Parameters:
///   - algorithm: What to check; it is asked for selectors of clusters that carry its name.
///   - seed: What nodes and keys are drawn from.
/// - Returns: What was found, at most a few examples a check; empty if every promise was kept.
/// - Complexity: About 400 000 lookups and 100 selectors of 1 to 20 nodes.
public func conformanceViolations(of algorithm: Algorithm, seed: UInt64) -> [Violation] {
  ConformanceCheck.all.flatMap { $0.violations(of: algorithm, seed: seed) }
}

/// One promise, and how it is checked.
///
/// Checks build clusters from a seed and look at selectors from outside only, through
/// `choice(for:)`, `walkPreference(for:)` and, where a selector is a `HashedSelector`, through chosen
/// hashes. A key that a selector leaves to state (`choice(for:)` is nil) is left out: nothing is
/// promised for it.
public struct ConformanceCheck: Sendable {
  /// The name, in kebab case.
  public let name: String

  /// The promise, in one line.
  public let summary: String

  private let applies: @Sendable (AlgorithmPromises) -> Bool
  private let examine: @Sendable (Examination) -> Void

  init(
    name: String, summary: String,
    applies: @escaping @Sendable (AlgorithmPromises) -> Bool = { _ in true },
    examine: @escaping @Sendable (Examination) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.applies = applies
    self.examine = examine
  }

  /// Whether promises call for this check.
  public func isCalledFor(by promises: AlgorithmPromises) -> Bool { applies(promises) }

  /// Runs this check alone.
  ///
  /// - Returns: What was found; nothing if the algorithm does not promise what is checked.
  public func violations(of algorithm: Algorithm, seed: UInt64) -> [Violation] {
    guard applies(algorithm.promises) else { return [] }
    let examination = Examination(of: algorithm, check: name, seed: seed)
    examine(examination)
    return examination.violations
  }

  /// All checks, listed here and nowhere else.
  public static let all: [ConformanceCheck] = [
    .repeatable, .batches, .preferenceOrder, .orderIndependent, .skipping, .skippingEqualsRemoving,
    .draining, .minimalMovement, .nearMinimalMovement, .exactShares, .ringShares, .slotShares,
    .readdressing,
  ]
}
