internal import ConsistentHashing

extension ConformanceCheck {
  /// A node that moves to another address keeps its keys, or is a new node.
  ///
  /// Where the address is hashed it is a new node, so that keys do move, and where movement is minimal, only to
  /// or from it. Where the address settles ties, keys may move in the same way.
  ///
  /// Shapes: 2 to 20 nodes, equal and weighted, one at another address; 1000 keys each. Exact.
  public static let readdressing = ConformanceCheck(
    name: "readdressing", summary: "a node at a new address keeps its keys, or is a new node"
  ) { run in
    for weights in run.shapes where weights.count > 1 {
      guard let cluster = run.cluster(weights: weights), let before = run.selector(cluster)
      else { return }
      let node = cluster.nodes[run.generator.below(cluster.nodes.count)]
      let address = run.address()
      guard
        let readdressed = run.attempt(
          "another address",
          { () throws(ClusterError) in try cluster.readdressing(node.id, to: address) }),
        let after = run.selector(readdressed)
      else { return }
      var moved = 0
      run.compareChoices(before, after, run.sample(keys: 1000, corners: 100)) { from, to, key in
        guard from != to else { return }
        moved += 1
        let mayMove =
          (run.promises.identityIsAddress || run.promises.addressSettlesTies)
          && (run.promises.movement != .minimal || from == node.id || to == node.id)
        if !mayMove {
          run.report(
            "\(run.describe(key: key)) of \(run.describe(cluster)) moves from \(from) to \(to) when "
              + "\(node.id) moves to \(address)")
        }
      }
      if run.promises.identityIsAddress, moved == 0 {
        run.report(
          "no key of \(run.describe(cluster)) moves when \(node.id) moves to \(address), although "
            + "addresses are said to be hashed")
      }
    }
  }
}
