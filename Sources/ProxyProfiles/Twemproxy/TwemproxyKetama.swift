public import ConsistentHashing

/// What twemproxy (nutcracker) picks under `distribution: ketama`, bit for bit.
///
/// Rule (twemproxy 0.2.4 and later, recorded from 0.5.0 on Debian for x86, where `char` is signed):
///
/// - A server owns `4 · floor(share · 160 / 4 · servers + 10⁻¹⁰)` points in single precision: four
///   little-endian words of the MD5 of `NAME-j` each. NAME follows the weight in the configuration
///   (here it is the node's id, where that is not the address), or else it is the host, and `:PORT`
///   unless the port is 11211; a socket without a name is its path and a colon. Weights always count.
/// - Points sort by value, equal ones by name as ``TwemproxyModula`` sorts servers (glibc's `qsort` is
///   stable); a key goes to the first point that is at least its hash, wrapping. With `hash_tag` only
///   the bytes between the two are hashed, if there are any. A pool of one server hashes nothing.
///
/// State `down` is a server that the pool has ejected (`auto_eject_hosts: true`): the ring is built
/// from the others, as if it had been removed. Without that setting, which is off by default, its keys
/// end in an error to the client. The preference is the order in which a key would go on as each
/// server it comes to is ejected; twemproxy repeats no request by itself. Nodes in state `drain` are
/// left out of the pool.
///
/// twemproxy takes keys of 1 to 250 bytes; a client that asks for another loses its connection.
///
/// Not modelled: `distribution: random`, and when ejected servers return.
public struct TwemproxyKetama: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let key: TwemproxyKey
  private let continuum: KetamaContinuum

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if twemproxy would refuse a server or the hash tag, or no server is up.
  public init(
    _ cluster: Cluster, _ options: TwemproxyOptions = TwemproxyOptions()
  ) throws(ClusterError) {
    key = try TwemproxyKey(options)
    let servers = try TwemproxyServer.list(cluster)
    // A number of up to six digits still fits behind the hyphen.
    for server in servers where server.name.utf8.count > 78 {
      throw ClusterError(
        .invalidID, .node(server.node), "the name \(quoted(server.name)) is too long",
        remedy: "twemproxy's points hold names of at most 78 bytes")
    }
    nodes = cluster.nodes
    continuum = try KetamaContinuum(
      servers.filter { cluster.nodes[$0.node].state == .up }, TwemproxyServer.system)
  }

  /// The 32-bit hash, 15 bits under `crc32`, of the part of the key that is hashed.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(self.key.hash(key)) }

  /// The node that twemproxy sends a key to; never nil.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    // Before the ring is loaded.
    let hash = self.key.hash(key)
    return continuum.node(ofHash: hash)
  }

  /// The nodes for many keys, looked up together.
  public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try continuum.indices(
      forKeys: keys, ends: ends, into: &indices, isMD5: key.isMD5, hash: key.hash)
  }

  /// Visits the nodes in the order in which a key would go to them as each is ejected.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    continuum.walk(self.key.hash(key), visit)
  }

  /// The intervals between points; under `crc32`, hashes span 2¹⁵ values.
  public func keySpace() -> KeySpace {
    let domain = key.function.domain
    return KeySpace(
      domain: domain, keyHash: key.identity, form: .intervals(continuum.intervals(domain)))
  }
}
