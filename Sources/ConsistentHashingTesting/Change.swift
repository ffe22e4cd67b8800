internal import ConsistentHashing

/// One node added, removed or given another weight.
struct Change {
  /// What was done, for messages.
  let name: String
  let after: Cluster
  /// The node it was done to.
  let node: NodeID

  /// One node more.
  static func adding(_ node: Node, to cluster: Cluster, _ run: Examination) -> Change? {
    run.attempt("to add \(node.id) of weight \(node.weight)") { () throws(ClusterError) in
      Change(
        name: "\(node.id) of weight \(node.weight) added", after: try cluster.adding(node),
        node: node.id)
    }
  }

  /// One node less.
  static func removing(_ node: Node, from cluster: Cluster, _ run: Examination) -> Change? {
    run.attempt("to remove \(node.id)") { () throws(ClusterError) in
      Change(
        name: "\(node.id) removed", after: try cluster.removing(node.id), node: node.id)
    }
  }

  /// Another weight for one node.
  static func weighting(
    _ node: Node, _ weight: Double, in cluster: Cluster, _ run: Examination
  ) -> Change? {
    run.attempt("the weight \(weight) for \(node.id)") { () throws(ClusterError) in
      Change(
        name: "\(node.id) at weight \(weight)",
        after: try cluster.settingWeight(of: node.id, to: weight), node: node.id)
    }
  }
}

extension Examination {
  /// Two additions, up to two removals (not of the only node) and up to three weights.
  ///
  /// Where slots are the identity, `Cluster` keeps every other node's slots.
  func changes(to cluster: Cluster) -> [Change] {
    let some = cluster.nodes[generator.below(cluster.nodes.count)]
    let last = cluster.nodes[cluster.nodes.count - 1]
    var weights = Set([some.weight + 1, some.weight * 2, some.weight > 1 ? 1 : some.weight + 5])
    var heavy = 3.0
    if let limit = promises.largestWeight {
      weights = [some.weight / 2, limit]
      heavy = limit
    }
    var changes = [Change.adding(node(), to: cluster, self)]
    if promises.takesWeights { changes.append(.adding(node(weight: heavy), to: cluster, self)) }
    if cluster.nodes.count > 1 {
      changes += Set([some, last]).sorted { $0.id < $1.id }
        .map { .removing($0, from: cluster, self) }
    }
    if promises.takesWeights {
      changes += weights.sorted().map { .weighting(some, $0, in: cluster, self) }
    }
    return changes.compactMap { $0 }
  }

  /// An addition, a removal and another weight, in this order; fewer if one is refused.
  func oneChangeOfEachKind(to cluster: Cluster) -> [Change] {
    let some = cluster.nodes[generator.below(cluster.nodes.count)]
    return [
      Change.adding(node(), to: cluster, self), .removing(some, from: cluster, self),
      promises.takesWeights ? .weighting(some, some.weight * 2, in: cluster, self) : nil,
    ].compactMap { $0 }
  }
}
