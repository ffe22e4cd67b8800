internal import ConsistentHashing

extension ConformanceCheck {
  /// A drained node, by weight 0 or by state, gets no key and is in no preference; where
  /// positions in the list do not matter, draining it equals removing it.
  ///
  /// Shapes: 2 to 20 nodes, equal and weighted, each of the first two drained in turn in both ways;
  /// 150 keys each. Exact.
  public static let draining = ConformanceCheck(
    name: "draining", summary: "a drained node gets nothing, as if it were removed"
  ) { run in
    for weights in run.shapes where weights.count > 1 {
      guard let cluster = run.cluster(weights: weights) else { return }
      for node in cluster.nodes.prefix(2) {
        guard
          let weightless = run.attempt(
            "weight 0",
            { () throws(ClusterError) in try cluster.settingWeight(of: node.id, to: 0) }),
          let draining = run.attempt(
            "to drain",
            { () throws(ClusterError) in try cluster.settingState(of: node.id, to: .drain) }),
          let smaller = run.attempt(
            "to remove \(node.id)",
            { () throws(ClusterError) in try cluster.removing(node.id) }),
          let removed = run.selector(smaller)
        else { return }
        for drained in run.promises.zeroWeightDrains ? [weightless, draining] : [draining] {
          guard let selector = run.selector(drained) else { return }
          let ids = drained.nodes.map(\.id)
          run.probe(selector, removed, run.sample(keys: 150, corners: 50)) {
            selector, removed, key in
            let preference = selector.preference(for: key.span)
            let order = preference.map { ids[$0] }
            let choice = selector.index(for: key.span).map { ids[$0] }
            if choice == node.id || order.contains(node.id) {
              run.report(
                "\(run.describe(key: key)) of \(run.describe(drained)) comes to the drained node "
                  + "\(node.id): choice \(choice?.text ?? "none"), preference \(order)")
            }
            guard run.promises.isOrderIndependent else { return }
            let after = removed.preference(for: key.span)
            let rest = after.map { smaller.nodes[$0].id }
            if !run.agree(order, preference.end, rest, after.end) {
              run.report(
                "\(run.describe(key: key)) prefers \(order) in \(run.describe(drained)), but "
                  + "\(rest) once \(node.id) is removed")
            }
          }
        }
      }
    }
  }
}
