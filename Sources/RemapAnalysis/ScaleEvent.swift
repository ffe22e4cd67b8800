public import ConsistentHashing

/// A change of a cluster, or of how keys are placed on it.
public enum ScaleEvent: Hashable, Sendable {
  /// A node joins at the end of the list.
  case add(Node)
  /// A node leaves.
  case remove(NodeID)
  /// A node is up again.
  case up(NodeID)
  /// A node stays listed and keeps its place, but is skipped.
  case down(NodeID)
  /// A node stays listed, but gets nothing, as if its weight were 0.
  case drain(NodeID)
  /// A node gets another weight.
  case weight(NodeID, Double)
  /// An identity moves to another address.
  case replace(NodeID, address: String)
  /// Keys are placed in another way: by another rule, or by other options.
  case rule(Placement)
}

extension ScaleEvent {
  /// The placed cluster after the event.
  ///
  /// Whether the rule takes the result is not checked; making a selector checks it.
  ///
  /// - Throws: `ClusterError` if the event names a node that is not there, or the result is not a
  ///   cluster.
  public func applied(to placed: PlacedCluster) throws(ClusterError) -> PlacedCluster {
    if case .rule(let placement) = self { return PlacedCluster(placed.cluster, placement) }
    return PlacedCluster(try applied(to: placed.cluster) ?? placed.cluster, placed.placement)
  }

  /// The cluster after the event; nil if the event leaves the membership alone.
  private func applied(to cluster: Cluster) throws(ClusterError) -> Cluster? {
    switch self {
    case .add(let node): try cluster.adding(node)
    case .remove(let id): try cluster.removing(id)
    case .up(let id): try cluster.settingState(of: id, to: .up)
    case .down(let id): try cluster.settingState(of: id, to: .down)
    case .drain(let id): try cluster.settingState(of: id, to: .drain)
    case .weight(let id, let weight): try cluster.settingWeight(of: id, to: weight)
    case .replace(let id, let address): try cluster.readdressing(id, to: address)
    case .rule: nil
    }
  }
}

extension PlacedCluster {
  /// The placed cluster after several events, one after another.
  ///
  /// - Throws: `ClusterError` of the first event that cannot be applied.
  public func applying(_ events: [ScaleEvent]) throws(ClusterError) -> PlacedCluster {
    var placed = self
    for event in events { placed = try event.applied(to: placed) }
    return placed
  }
}
