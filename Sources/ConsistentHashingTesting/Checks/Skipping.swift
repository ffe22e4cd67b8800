internal import ConsistentHashing

extension ConformanceCheck {
  /// A node that is down, by state or by a health mask, is skipped along each key's preference and
  /// nothing else moves: the choice is the first of the preference that is up.
  ///
  /// Shapes: 2 to 20 nodes, equal and weighted, random halves of them down, also all of them by
  /// the mask; 200 keys each. Exact.
  public static let skipping = ConformanceCheck(
    name: "skipping", summary: "nodes that are down are skipped along the preference",
    applies: \.promises.downIsSkipped
  ) { run in
    for weights in run.shapes where weights.count > 1 {
      guard let cluster = run.cluster(weights: weights), let full = run.selector(cluster)
      else { return }
      for _ in 0..<2 {
        let isDown = run.someDown(of: cluster.nodes)
        let up = HealthMask(isDown.map { !$0 })
        let nobody = HealthMask(allDown: isDown.count)
        var nodes = cluster.nodes
        for index in nodes.indices where isDown[index] { nodes[index].state = .down }
        guard let degraded = run.cluster(nodes: nodes, slotsOf: cluster),
          let down = run.selector(degraded)
        else { return }
        run.probe(full, down, run.sample(keys: 200, corners: 50)) { full, down, key in
          let preference = full.preference(for: key.span)
          let left = preference.filter { !isDown[$0] }
          func complain(_ what: String, _ indices: [Int]) {
            run.report(
              "\(run.describe(key: key)) prefers \(run.describe(Array(preference), of: nodes)); in "
                + "\(run.describe(nodes)) \(what) \(run.describe(indices, of: nodes))")
          }
          let picked = full.index(for: key.span, among: up)
          if picked != left.first, !(picked == nil && preference.end != .everyNode) {
            complain("index(for:among:) gives", picked.map { [$0] } ?? [])
          }
          let degraded = down.preference(for: key.span)
          let ids = cluster.nodes.map(\.id)
          let order = left.map { ids[$0] }
          let downOrder = degraded.map { ids[$0] }
          if !run.agree(order, preference.end, downOrder, degraded.end) {
            complain("the preference is", Array(degraded))
          }
          if let choice = down.index(for: key.span), let first = left.first, choice != first {
            complain("the choice is", [choice])
          }
          if full.index(for: key.span, among: nobody) != nil {
            complain("index(for:among:) gives a node that was not accepted:", [])
          }
        }
      }
    }
  }

  /// A node that is down leaves the same order as a node that is gone.
  ///
  /// Shapes and keys as for ``skipping``; whole preferences are compared. Exact.
  public static let skippingEqualsRemoving = ConformanceCheck(
    name: "skipping-equals-removing", summary: "skipping a node that is down equals removing it",
    applies: \.promises.skippingEqualsRemoving
  ) { run in
    for weights in run.shapes where weights.count > 1 {
      guard let cluster = run.cluster(weights: weights), let full = run.selector(cluster)
      else { return }
      for _ in 0..<2 {
        let isDown = run.someDown(of: cluster.nodes)
        var smaller: Cluster? = cluster
        for (node, isDown) in zip(cluster.nodes, isDown) where isDown {
          smaller = smaller.flatMap { cluster in
            run.attempt("to remove \(node.id)") { () throws(ClusterError) in
              try cluster.removing(node.id)
            }
          }
        }
        guard let smaller, let removed = run.selector(smaller) else { return }
        let gone = zip(cluster.nodes, isDown).filter(\.1).map(\.0)
        run.probe(full, removed, run.sample(keys: 200, corners: 50)) { full, removed, key in
          let before = full.preference(for: key.span)
          let after = removed.preference(for: key.span)
          let left = before.filter { !isDown[$0] }.map { cluster.nodes[$0].id }
          let rest = after.map { smaller.nodes[$0].id }
          if !run.agree(left, before.end, rest, after.end) {
            run.report(
              "\(run.describe(key: key)) of \(run.describe(cluster)) falls back to \(left) without "
                + "\(run.describe(gone)), but prefers \(rest) once they are removed")
          }
        }
      }
    }
  }
}

extension Examination {
  /// Some nodes, at least one, but not all.
  func someDown(of nodes: [Node]) -> [Bool] {
    var isDown = nodes.map { _ in generator.below(2) == 0 }
    isDown[generator.below(nodes.count)] = true
    if !isDown.contains(false) { isDown[generator.below(nodes.count)] = false }
    return isDown
  }
}
