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
  /// - Complexity: O(nodes); for several events use `PlacedCluster.applying(_:)`.
  /// - Throws: `ClusterError` if the event names a node that is not there, or the result is not a
  ///   cluster.
  public func applied(to placed: PlacedCluster) throws(ClusterError) -> PlacedCluster {
    try placed.applying([self])
  }
}

extension PlacedCluster {
  /// The placed cluster after several events, one after another.
  ///
  /// - Complexity: O(nodes + events).
  /// - Throws: `ClusterError` of the first event that cannot be applied.
  public func applying(_ events: [ScaleEvent]) throws(ClusterError) -> PlacedCluster {
    var editor = ClusterEditor(cluster)
    var placement = placement
    for event in events {
      switch event {
      case .add(let node): try editor.add(node)
      case .remove(let id): try editor.remove(id)
      case .up(let id): try editor.setState(of: id, to: .up)
      case .down(let id): try editor.setState(of: id, to: .down)
      case .drain(let id): try editor.setState(of: id, to: .drain)
      case .weight(let id, let weight): try editor.setWeight(of: id, to: weight)
      case .replace(let id, let address): try editor.readdress(id, to: address)
      case .rule(let other): placement = other
      }
    }
    return PlacedCluster(editor.cluster, placement)
  }
}
