internal import ConsistentHashing

extension ConformanceCheck {
  /// Monotonicity (Karger and others 1997): when a node is added, keys move to it only; when one is
  /// removed, its keys move only; when a weight changes, keys move to or from that node only.
  ///
  /// Shapes: 1 to 20 nodes, equal and weighted; two additions, two removals and three weights each;
  /// 1000 keys each. Exact.
  public static let minimalMovement = ConformanceCheck(
    name: "minimal-movement", summary: "a change of one node moves only keys to or from it",
    applies: { $0.promises.movement == .minimal }
  ) { run in
    for weights in run.shapes {
      guard let cluster = run.cluster(weights: weights), let before = run.selector(cluster)
      else { return }
      for change in run.changes(to: cluster) {
        guard let after = run.selector(change.after) else { return }
        run.compareChoices(before, after, run.sample(keys: 1000, corners: 100)) { from, to, key in
          if from != to, from != change.node, to != change.node {
            run.report(
              "\(run.describe(key: key)) of \(run.describe(cluster)) moves from \(from) to \(to) with "
                + change.name)
          }
        }
      }
    }
  }
}
