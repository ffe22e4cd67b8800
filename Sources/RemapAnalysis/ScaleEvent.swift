public import ConsistentHashing

/// A change of a cluster.
public enum ScaleEvent: Hashable, Sendable {
  /// A node joins at the end of the list.
  case add(Node)
  /// A node leaves.
  case remove(NodeID)
  /// A node stays listed, but takes no requests.
  case down(NodeID)
  /// A node gets another weight.
  case weight(NodeID, Double)
  /// An identity moves to another address.
  case replace(NodeID, address: String)
}

extension ScaleEvent {
  /// The cluster after the event.
  ///
  /// - Throws: `ClusterError` if the event names a node that is not there, or the
  ///   result is no cluster.
  public func applied(to cluster: Cluster) throws(ClusterError) -> Cluster {
    switch self {
    case .add(let node): try cluster.adding(node)
    case .remove(let id): try cluster.removing(id)
    case .down(let id): try cluster.settingState(of: id, to: .down)
    case .weight(let id, let weight): try cluster.settingWeight(of: id, to: weight)
    case .replace(let id, let address): try cluster.readdressing(id, to: address)
    }
  }
}

extension Cluster {
  /// The cluster after several events, one after another.
  ///
  /// - Throws: `ClusterError` of the first event that cannot be applied.
  public func applying(_ events: [ScaleEvent]) throws(ClusterError) -> Cluster {
    var cluster = self
    for event in events { cluster = try event.applied(to: cluster) }
    return cluster
  }
}
