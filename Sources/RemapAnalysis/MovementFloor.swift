/// The least that a change of shares must move, whatever the rule.
public struct MovementFloor: Hashable, Sendable {
  /// ½·Σ|p−q|: the least that any rule must move, even one that remembers where keys were.
  public let any: Double

  /// The least that a rule must move on average if it knows only the membership.
  ///
  /// If the rule treats all orders alike, that is
  /// 1 − Σᵢ 1/Σⱼ max(pⱼ/pᵢ, qⱼ/qᵢ) (Moulton and Jiang, arXiv 1809.04052). Rendezvous moves exactly this
  /// much. It exceeds ``any`` when some shares grow while others shrink independently, for example when a
  /// new node replaces another.
  public let stateless: Double

  /// Computes both from target shares before and after.
  ///
  /// - Parameters:
  ///   - before: Shares that sum to 1, at least 0.
  ///   - after: As many, of the same nodes.
  /// - Complexity: O(n log n) for n nodes.
  public init(before: [Double], after: [Double]) {
    let shares = zip(before, after).map { Shares(before: $0, after: $1) }
    any = shares.reduce(0) { $0 + abs($1.before - $1.after) } / 2

    // For node i, Σⱼ max(pⱼ/pᵢ, qⱼ/qᵢ) takes pⱼ where qⱼ/pⱼ ≤ qᵢ/pᵢ, and qⱼ elsewhere. In the order of
    // q/p those are a prefix and a suffix.
    let order = shares.filter { $0.before > 0 || $0.after > 0 }.sorted { $0.grewLess(than: $1) }
    var suffix = order.reduce(0) { $0 + $1.after }
    var prefix = 0.0
    var staying = 0.0
    var start = 0
    while start < order.count {
      var end = start
      // Nodes of the same ratio join the prefix together.
      while end < order.count, !order[start].grewLess(than: order[end]) {
        prefix += order[end].before
        suffix -= order[end].after
        end += 1
      }
      for node in order[start..<end] where node.before > 0 && node.after > 0 {
        staying += 1 / (prefix / node.before + max(suffix, 0) / node.after)
      }
      start = end
    }
    stateless = max(any, 1 - staying)
  }

  init(any: Double, stateless: Double) {
    self.any = any
    self.stateless = stateless
  }

  private struct Shares {
    let before: Double
    let after: Double

    /// Whether after/before is smaller, without dividing by 0.
    func grewLess(than other: Shares) -> Bool {
      after * other.before < other.after * before
    }
  }
}
