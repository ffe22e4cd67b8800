internal import ConsistentHashing

extension ConformanceCheck {
  /// A preference names every available node once, begins with the choice and ends with
  /// `everyNode`, or with `stateful` after some distinct available nodes; its first k nodes are what
  /// a walk that is stopped after k visits sees, and that walk ends with `stopped`.
  ///
  /// Shapes: 1 to 20 nodes, equal and weighted, all up or a third of them down; 150 keys each.
  /// Exact.
  public static let preferenceOrder = ConformanceCheck(
    name: "preference-order", summary: "a preference names every available node once, choice first"
  ) { run in
    for weights in run.shapes {
      guard let cluster = run.cluster(weights: weights) else { return }
      let down = cluster.nodes.indices.map { $0 % 3 == 1 }
      for partlyDown in weights.count > 1 ? [false, true] : [false] {
        var nodes = cluster.nodes
        for index in nodes.indices where partlyDown && down[index] { nodes[index].state = .down }
        guard let cluster = run.cluster(nodes: nodes, slotsOf: cluster),
          let selector = run.selector(cluster)
        else { return }
        run.probe(selector, run.sample(keys: 150, corners: 50)) { selector, key in
          examine(selector, key, run)
        }
      }
    }
  }

  private static func examine(_ selector: any NodeSelector, _ key: [UInt8], _ run: Examination) {
    let nodes = selector.nodes
    let full = selector.preference(for: key.span)
    func complain(_ what: String) {
      run.report(
        "the preference of \(run.describe(key: key)) of \(run.describe(nodes)), "
          + "\(run.describe(Array(full), of: nodes)), \(what)")
    }
    guard full.allSatisfy({ nodes.indices.contains($0) && nodes[$0].isAvailable }) else {
      return complain("names a node that is not available")
    }
    if Set(full).count != full.count { complain("names a node twice") }
    switch full.end {
    case .everyNode:
      if Set(full).count != nodes.count(where: \.isAvailable) {
        complain("ends as if it named every available node")
      }
    case .stopped: complain("says that it was stopped")
    case .stateful(let rule):
      if rule.isEmpty { complain("does not say which rule goes on") }
    }
    let choice = selector.index(for: key.span)
    if choice != full.first { complain("does not begin with the choice, \(choice ?? -1)") }
    if choice == nil, full.end == .everyNode { complain("has no choice, but every node") }

    let limit = 1 + run.generator.below(nodes.count)
    let part = selector.preference(for: key.span, limit: limit)
    let isWhole = full.count < limit
    if Array(part) != Array(full.prefix(limit)) {
      complain("begins otherwise, \(run.describe(Array(part), of: nodes)), if \(limit) are asked")
    } else if isWhole ? part.end != full.end : part.end != .stopped {
      complain("ends with \(part.end) if \(limit) are asked")
    }
  }
}
