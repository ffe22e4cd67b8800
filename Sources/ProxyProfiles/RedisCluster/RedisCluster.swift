public import ConsistentHashing

/// The master that holds a key in a Redis Cluster, bit for bit.
///
/// Rule (Redis 3.0 and later; checked key by key against clusters of 7.0.15, before and after slots
/// moved): ``RedisKeySlot`` gives the slot, and the cluster's configuration gives the master that owns it.
/// Here nodes carry the property `slot-ranges` (`0-5460,10923`), as `CLUSTER NODES` prints them; if none
/// does, slots are split evenly in the order of the list, as `redis-cli --cluster create` does for masters
/// of which no two share an address (it deals masters out by address first). A node without slots gets
/// nothing.
///
/// There are no weights. A node in state `drain` is no master. Keys of a node that is down, and of
/// slots without an owner, have no other node: a replica of the same slots takes over, or the cluster
/// answers with an error.
public struct RedisCluster: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The name of the property that gives a node's slots.
  public static let slotProperty = "slot-ranges"

  /// The master of each slot, -1 where there is none that is up.
  private let masters: [Int32]

  private static let stateRule = "failover within the cluster"

  /// Assigns the slots of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, one has a weight other than 1, or 0 for drained, or a
  ///   list of slots is malformed.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    try TargetSystem("Redis Cluster").requireNoWeights(
      nodes, remedy: "leave it out, and give the node more slots by \(Self.slotProperty)")
    let owners =
      nodes.contains { $0.properties[Self.slotProperty] != nil }
      ? try RedisSlotRanges.given(nodes, property: Self.slotProperty)
      : try RedisSlotRanges.even(nodes)
    self.nodes = nodes
    masters = owners.map { $0.map { nodes[$0].isAvailable ? Int32($0) : -1 } ?? -1 }
  }

  /// The slot of a key.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(RedisKeySlot.slot(of: key)) }

  /// The master that owns a slot; nil if the slot has no owner, or it is down.
  public func index(forSlot slot: Int) -> Int? {
    guard masters.indices.contains(slot), masters[slot] >= 0 else { return nil }
    return Int(masters[slot])
  }

  /// The master that holds a key.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? { index(forSlot: RedisKeySlot.slot(of: key)) }

  /// Visits the one master that holds a key.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let node = index(for: key) else { return .stateful(Self.stateRule) }
    if !visit(node) { return .stopped }
    return nodes.count(where: \.isAvailable) == 1 ? .everyNode : .stateful(Self.stateRule)
  }

  /// The slots, each with its master.
  public func keySpace() -> KeySpace {
    var intervals = OwnedIntervals(HashDomain(last: UInt64(RedisKeySlot.count) - 1))
    for (slot, master) in masters.enumerated() {
      intervals.append(through: UInt64(slot), master >= 0 ? .node(Int(master)) : .state)
    }
    return KeySpace(
      domain: intervals.domain, keyHash: KeyHashIdentity(function: "redis-slot"),
      form: .intervals(intervals),
      stateRule: intervals.owners.namesEveryNode ? nil : Self.stateRule)
  }
}
