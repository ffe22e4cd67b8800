public import ConsistentHashing

/// What PHP's memcache extension picks under `memcache.hash_strategy = standard`, bit for bit.
///
/// Rule (PECL memcache 4 and 8, read in the source of 8 and checked against Debian's 4.0.5.2 on x86): a
/// list has every server as often as its weight says, in the order in which they are added. A key goes to
/// the place given by bits 16 to 30 of its hash, 1 instead of 0, modulo the length of the list. Keys, and
/// what happens when a server has failed, are those of ``PeclMemcacheConsistent``.
public struct PeclMemcacheStandard: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let keys: PeclMemcacheKeys
  private let wheel: WeightWheel

  private static let domain = HashDomain(last: 0x7FFF)

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, an address is malformed or a weight is not whole.
  public init(_ cluster: Cluster, _ options: PeclMemcacheOptions = PeclMemcacheOptions())
    throws(ClusterError)
  {
    let servers = try PeclMemcacheServer.list(cluster)
    nodes = cluster.nodes
    keys = PeclMemcacheKeys(options.keyHash)
    wheel = WeightWheel(servers.map { (owner: $0.node, weight: $0.weight) })
  }

  /// Bits 16 to 30 of the hash of a key as it is sent.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    UInt64(Self.place(keys.finish(keys.state(of: key))))
  }

  private static func place(_ hash: UInt32) -> UInt32 { hash &>> 16 & 0x7FFF }

  private func owner(ofHash hash: UInt32) -> Int {
    wheel.owner(ofHash: UInt64(max(1, Self.place(hash))))
  }

  /// The node that the extension sends a key to; nil if it meets none that is up.
  ///
  /// - Complexity: O(length of the key + log nodes), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    keys.firstAvailable(key, of: nodes, owner: owner(ofHash:))
  }

  /// Visits the servers that are up in the order in which a key comes to them.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    keys.walk(key, of: nodes, owner: owner(ofHash:), visit)
  }

  /// What each of the 32 768 hashes comes to; those of a server that is down are of rehashed keys.
  public func keySpace() -> KeySpace {
    var intervals = OwnedIntervals(Self.domain)
    var isEveryoneUp = true
    for value in 0...UInt32(Self.domain.last) {
      let owner = PeclMemcacheKeys.owner(owner(ofHash: value << 16), of: nodes)
      isEveryoneUp = isEveryoneUp && owner != .rehashed
      intervals.append(through: UInt64(value), owner)
    }
    return KeySpace(
      domain: Self.domain, keyHash: keys.identity(" bits 16-30"), form: .intervals(intervals),
      stateRule: isEveryoneUp ? nil : PeclMemcacheKeys.stateRule)
  }
}
