internal import ConsistentHashing

extension ConformanceCheck {
  /// When a node is added, removed or gets another weight, few keys move between the others.
  ///
  /// Maglev's tables move some: a slot that changes hands pushes its former owner to its next free
  /// slot, and near the end of the fill, when few slots are left, one push sets off a chain of
  /// others. While the free fraction is f a chain grows like 1/f; it is cut off where the free slots
  /// are about as few as the nodes' disagreements, which makes the needless share of the order of
  /// √(n/M) for n nodes and M slots. The constant was measured over 2 to 1000 nodes and M = 65 537:
  /// at most 0.3 for one node of equal weight, 0.45 for weights that differ. The limit here is
  /// 0.7·√(n/M), and 6 standard deviations of counting on top.
  ///
  /// Algorithms without a table are held to 5 %.
  ///
  /// Shapes: 2 to 20 nodes, equal and weighted; two additions, two removals and three weights each;
  /// 4000 keys each.
  public static let nearMinimalMovement = ConformanceCheck(
    name: "near-minimal-movement", summary: "a change of one node moves few keys between others",
    applies: { $0.movement == .nearMinimal }
  ) { run in
    for weights in run.shapes where weights.count > 1 {
      guard let cluster = run.cluster(weights: weights), let before = run.selector(cluster)
      else { return }
      for change in run.changes(of: cluster) {
        guard let after = run.selector(change.after) else { return }
        var keys = 0
        var needless = 0
        run.compareChoices(before, after, run.sample(keys: 4000, corners: 0)) { from, to, _ in
          keys += 1
          if from != to, from != change.node, to != change.node { needless += 1 }
        }
        var limit = 0.05
        if case .slots(let size) = run.promises.balance {
          let nodes = max(cluster.nodes.count, change.after.nodes.count)
          limit = 0.7 * (Double(nodes) / Double(size)).squareRoot()
        }
        let count = Double(max(keys, 1))
        let noise = 6 * (limit * (1 - limit) / count).squareRoot()
        if Double(needless) > (limit + noise) * count {
          run.report(
            "\(needless) of \(keys) keys of \(run.describe(cluster)) move between nodes that did not "
              + "change, with \(change.name); limit \(rounded(limit))")
        }
      }
    }
  }
}
