public import ConsistentHashing

/// What mcrouter picks under the hash function `Crc32`, bit for bit.
///
/// Rule (mcrouter's `Crc32HashFunc.h`; checked against the numbers of mcrouter's own tests): the place in
/// the pool's list is `(crc32(key) & 0x7FFFFFFF) mod n`, CRC-32 of IEEE 802.3. A salt is appended to the
/// key. Nearly all keys move when the number of servers changes.
///
/// A server that is down (TKO) keeps its place; its keys go to the failover route, which the pool does
/// not determine. Drained nodes are not in the list, and those behind them move up.
public struct MCRouterCRC32: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let crc = CRC32()

  /// The position in ``nodes`` of each place.
  private let places: [UInt32]

  private let salt: [UInt8]

  /// Takes the nodes of a cluster as a pool, in their order.
  ///
  /// - Throws: `ClusterError` if no node is available or weights differ.
  public init(_ cluster: Cluster, salt: String = "") throws(ClusterError) {
    try cluster.requireAvailableNode()
    try cluster.requireEqualWeights(system: "Crc32")
    nodes = cluster.nodes
    places = cluster.nodes.indices.filter { cluster.nodes[$0].isMember }.map { UInt32($0) }
    self.salt = Array(salt.utf8)
  }

  /// The server that mcrouter picks; nil if that is down.
  ///
  /// - Complexity: O(length of the key), without allocation for keys up to 1000 bytes.
  public func choice(for key: Span<UInt8>) -> Int? {
    let hash = SaltedKey.with(key, salt) { crc.checksum($0) } & 0x7FFF_FFFF
    let index = Int(places[Int(hash) % places.count])
    return nodes[index].isAvailable ? index : nil
  }

  /// The choice; what comes after it is up to the failover route.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let index = choice(for: key), !visit(index) { return .stopped }
    return .stateful("the failover route")
  }
}
