internal import ConsistentHashing

/// One node added, removed or given another weight: the two clusters, and which node it was.
struct Change {
  let name: String
  let before: Cluster
  let after: Cluster
  let node: NodeID
}

extension Examination {
  /// One change of each kind to a cluster; of a cluster with one node, those that are possible.
  ///
  /// Where slots are the identity, `Cluster` keeps every other node's slots.
  func changes(of cluster: Cluster) -> [Change] {
    var changes: [Change] = []
    func change(
      _ name: String, _ node: NodeID, _ edit: (Cluster) throws(ClusterError) -> Cluster
    ) {
      guard
        let after = attempt(
          "a cluster with \(name)",
          { () throws(ClusterError) in
            try edit(cluster)
          })
      else { return }
      changes.append(Change(name: name, before: cluster, after: after, node: node))
    }
    for weight in [1, 3] as [Double] {
      let new = node(weight: weight)
      change("a node of weight \(weight) added", new.id) { cluster throws(ClusterError) in
        try cluster.adding(new)
      }
    }
    let old = cluster.nodes[generator.below(cluster.nodes.count)]
    let last = cluster.nodes[cluster.nodes.count - 1]
    if cluster.nodes.count > 1 {
      for node in old.id == last.id ? [old] : [old, last] {
        change("the node \(node.id) removed", node.id) { cluster throws(ClusterError) in
          try cluster.removing(node.id)
        }
      }
    }
    for weight in Set([old.weight + 1, old.weight * 2, old.weight > 1 ? 1 : old.weight + 5])
      .sorted()
    {
      change("\(old.id) at weight \(weight)", old.id) { cluster throws(ClusterError) in
        try cluster.settingWeight(of: old.id, to: weight)
      }
    }
    return changes
  }
}
