public import ConsistentHashing

/// What PHP's memcache extension picks under its default, `memcache.hash_strategy = consistent`, bit for
/// bit.
///
/// Rule (PECL memcache 4 and 8, read in the source of 8 and checked against Debian's 4.0.5.2 on x86):
///
/// - A server of weight w owns 160 · w points, the hashes of `HOST:PORT-i` for i from 0. A ring of 1024
///   buckets is filled from them: bucket i gets the server of the first point at or after i · 4194303,
///   wrapping. Of equal points the one that was added first counts (glibc's `qsort` is stable).
/// - A key goes to the bucket `hash mod 1024`. Of a key 250 bytes count, each blank or control character
///   as `_`.
/// - If the server has failed, the next hash is that of `KEY-i`, for i from 0 to 19
///   (`memcache.max_failover_attempts`). The first server that has not failed gets the key; if there is none
///   the operation fails.
///
/// HOST is as the program gives it: an IPv6 address in brackets, a socket as `unix://PATH` with the port 0.
/// The port is 11211 unless the address has one (`memcache.default_port`). A prefix
/// (`memcache.prefix_static_key`) is a part of the key.
///
/// State `down` is a server that has failed: it keeps its points, and its keys go on. Nodes in state `drain` or
/// of weight 0 are left out. The preference is the order in which a key comes to servers; copies
/// (`memcache.redundancy`) are on the first of them.
public struct PeclMemcacheConsistent: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let keys: PeclMemcacheKeys
  private let buckets: SlotTable

  /// The number of buckets.
  private static let bucketCount = 1024

  /// The number of points for each unit of weight.
  static let points = 160

  /// Fills the buckets from the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, an address is malformed or a weight is not whole, or
  ///   there would be too many points.
  public init(_ cluster: Cluster, _ options: PeclMemcacheOptions = PeclMemcacheOptions())
    throws(ClusterError)
  {
    let servers = try PeclMemcacheServer.list(cluster)
    let total = servers.reduce(0.0) { $0 + Double($1.weight) * Double(Self.points) }
    try PeclMemcacheServer.system.check(points: Int(min(total, 1e15)))
    let keys = PeclMemcacheKeys(options.keyHash)
    var list = PointList(capacity: Int(total))
    for server in servers {
      let name = keys.state(after: "\(server.name)-".utf8.span)
      for point in 0..<(server.weight * Self.points) {
        list.append(keys.hash(name, followedBy: point), owner: server.node)
      }
    }
    let ring = list.ring(bound: cluster.nodes.count)
    let step = UInt64(UInt32.max) / UInt64(Self.bucketCount)
    nodes = cluster.nodes
    self.keys = keys
    buckets = SlotTable(
      (0..<UInt64(Self.bucketCount)).map { bucket in
        UInt32(truncatingIfNeeded: ring.owner(ring.first(atOrAfter: (bucket * step) << 32)))
      }, bound: cluster.nodes.count)
  }

  /// The 32-bit hash of a key as it is sent.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(keys.finish(keys.state(of: key))) }

  /// The node that the extension sends a key to; nil if it meets none that is up.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    keys.firstAvailable(key, of: nodes) { buckets[UInt64($0)] }
  }

  /// Visits the servers that are up in the order in which a key comes to them.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    keys.walk(key, of: nodes, owner: { buckets[UInt64($0)] }, visit)
  }

  /// The residues of the number of buckets; those of a server that is down are of rehashed keys.
  public func keySpace() -> KeySpace {
    let isEveryoneUp = buckets.slots.allSatisfy { nodes[$0].isAvailable }
    return KeySpace(
      domain: .bits32, keyHash: keys.identity(),
      form: buckets.residues { PeclMemcacheKeys.owner($0, of: nodes) },
      stateRule: isEveryoneUp ? nil : PeclMemcacheKeys.stateRule)
  }
}
