internal import ConsistentHashing

extension ConformanceCheck {
  /// Routers that list the same nodes in different orders agree on every key: choice and whole
  /// preference.
  ///
  /// Shapes: 2 to 20 nodes, equal and weighted, some down, some drained; three random orders and the
  /// reverse; 200 keys each. Where slots are the identity every node carries its slots along. Exact.
  public static let orderIndependent = ConformanceCheck(
    name: "order-independent", summary: "the order of the list of nodes does not matter",
    applies: \.promises.isOrderIndependent
  ) { run in
    for weights in run.shapes where weights.count > 1 {
      guard let drawn = run.cluster(weights: weights) else { return }
      var nodes = drawn.nodes
      if nodes.count > 3 {
        nodes[1].state = .down
        nodes[2].state = .drain
      }
      var orders = [Array(nodes.reversed())]
      for _ in 0..<3 { orders.append(run.generator.shuffled(nodes)) }
      guard let cluster = run.cluster(nodes: nodes, slotsOf: drawn),
        let selector = run.selector(cluster)
      else { return }
      let ids = nodes.map(\.id)
      for order in orders {
        guard let shuffled = run.cluster(nodes: order, slotsOf: cluster),
          let other = run.selector(shuffled)
        else { return }
        run.probe(selector, other, run.sample(keys: 200, corners: 50)) { selector, other, key in
          let first = selector.preference(for: key.span)
          let second = other.preference(for: key.span)
          let firstIDs = first.map { ids[$0] }
          let secondIDs = second.map { order[$0].id }
          let choices = (
            selector.index(for: key.span).map { ids[$0] },
            other.index(for: key.span).map { order[$0].id }
          )
          if firstIDs != secondIDs || choices.0 != choices.1 {
            run.report(
              "\(run.describe(key: key)) prefers \(firstIDs) in \(run.describe(nodes)) but "
                + "\(secondIDs) in \(run.describe(order))")
          }
        }
      }
    }
  }
}
