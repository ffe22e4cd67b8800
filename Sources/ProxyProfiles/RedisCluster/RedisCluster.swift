public import ConsistentHashing

/// The master that holds a key in a Redis Cluster, bit for bit.
///
/// Rule (Redis 3.0 and later; the slot recorded from 7.0.15): ``RedisKeySlot`` says the slot, and the
/// cluster's configuration the master that owns it. Here nodes carry the property `slot-ranges`
/// (`0-5460,10923`), as `CLUSTER NODES` prints them; if none does, slots are split evenly in the order
/// of the list, as `redis-cli --cluster create` does for masters of which no two share an address
/// (it deals masters out by address first). A node without slots gets nothing.
///
/// There are no weights. A node in state `drain` is no master. Keys of a node that is down, and of
/// slots that nobody owns, have no other node: a replica of the same slots takes over, or the cluster
/// answers with an error.
public struct RedisCluster: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The name of the property that gives a node's slots.
  public static let slotProperty = "slot-ranges"

  private let owners: [UInt32]

  /// Assigns the slots of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, one has a weight other than 1, or 0 for drained, or a
  ///   list of slots is malformed.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    for (position, node) in nodes.enumerated() where node.weight != 1 && node.weight != 0 {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but Redis Cluster knows no weights",
        remedy: "leave it out, and give the node more slots by \(Self.slotProperty)")
    }
    if nodes.contains(where: { $0.properties[Self.slotProperty] != nil }) {
      owners = try RedisSlotRanges.given(nodes, property: Self.slotProperty)
    } else {
      let masters = nodes.indices.filter { nodes[$0].isMember }
      guard masters.count <= RedisKeySlot.count else {
        throw ClusterError(
          .tooLarge, .cluster, "there are more nodes than slots",
          remedy: "list at most \(RedisKeySlot.count)")
      }
      owners = RedisSlotRanges.even(masters)
    }
    self.nodes = nodes
  }

  /// The master that owns a slot; nil if nobody does, or it is down.
  public func node(ofSlot slot: Int) -> Int? {
    guard owners.indices.contains(slot), owners[slot] != RedisSlotRanges.nobody else { return nil }
    let node = Int(owners[slot])
    return nodes[node].isAvailable ? node : nil
  }

  /// The master that holds a key.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    node(ofSlot: RedisKeySlot.slot(of: key))
  }

  /// The one master that holds a key.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let node = choice(for: key) else { return .stateful("failover within the cluster") }
    if !visit(node) { return .stopped }
    let others = nodes.count(where: \.isAvailable) - 1
    return others == 0 ? .everyNode : .stateful("failover within the cluster")
  }
}
