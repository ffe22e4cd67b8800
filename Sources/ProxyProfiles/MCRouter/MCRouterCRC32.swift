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
  /// The options of the rule.
  public typealias Options = MCRouterOptions

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let crc = CRC32()
  private let places: PlaceList
  private let salt: [UInt8]

  /// Takes the nodes of a cluster as a pool, given its ``Options`` one by one.
  public init(_ cluster: Cluster, salt: String? = nil) throws(ClusterError) {
    try self.init(cluster, Options(salt: salt))
  }

  /// Takes the nodes of a cluster as a pool, in their order.
  ///
  /// - Throws: `ClusterError` if no node is available, weights differ, or the salt is empty.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    try TargetSystem("Crc32").requireEqualWeights(cluster)
    salt = try options.saltBytes(for: "mcrouter-crc32")
    nodes = cluster.nodes
    places = PlaceList(cluster.nodes)
  }

  private func checksum(_ key: Span<UInt8>) -> UInt32 {
    SaltedKey.with(key, salt) { crc.checksum($0) } & 0x7FFF_FFFF
  }

  /// The checksum of the key and the salt, of 31 bits.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(checksum(key)) }

  /// The server that mcrouter picks; nil if that is down.
  ///
  /// - Complexity: O(length of the key), without allocation for keys up to 1000 bytes.
  public func index(for key: Span<UInt8>) -> Int? { places[Int(checksum(key)) % places.count] }

  /// The choice; what comes after it is up to the failover route.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let index = index(for: key), !visit(index) { return .stopped }
    return .stateful("the failover route")
  }

  /// The residues of the number of places.
  public func keySpace() -> KeySpace {
    var residues = OwnedIntervals(HashDomain(last: UInt64(places.count - 1)))
    for place in 0..<places.count { residues.append(through: UInt64(place), places.owner(place)) }
    return KeySpace(
      domain: HashDomain(last: 0x7FFF_FFFF), keyHash: SaltedKey.identity("crc32-31", salt),
      form: .residues(residues), stateRule: places.someAreDown ? "the failover route" : nil)
  }
}
