public import ConsistentHashing

/// What twemproxy (nutcracker) picks under `distribution: ketama`, bit for bit.
///
/// Rule (twemproxy 0.2.4 and later, recorded from 0.5.0 on Debian for x86, where `char` is signed):
///
/// - A server owns `4 · floor(share · 160 / 4 · servers + 10⁻¹⁰)` points in single precision: four
///   little-endian words of the MD5 of `NAME-j` each. NAME is what stands behind the weight in the
///   configuration (here the node's id, where it is not the address), or else the host, and `:PORT`
///   unless the port is 11211; a socket without a name is its path and a colon. Weights always count.
/// - Points sort by value, equal ones by name as ``TwemproxyModula`` sorts servers (glibc's `qsort` is
///   stable); a key goes to the first point that is at least its hash, wrapping. With `hash_tag` only the bytes
///   between the two are hashed, if there are any. A pool of one server hashes nothing.
///
/// State `down` is a server that the pool has ejected (`auto_eject_hosts: true`): the ring is built
/// from the others, as if it had been removed. Without that setting, which is off unless it is given,
/// its keys end in an error to the client. The preference is the order in which a key would go on as
/// each server it comes to is ejected; twemproxy repeats no request by itself. Nodes in state `drain`
/// are left out of the pool.
///
/// twemproxy takes keys of 1 to 250 bytes; a client that asks for another loses its connection.
///
/// Not modelled: `distribution: random`, and when ejected servers return.
public struct TwemproxyKetama: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let key: TwemproxyKey
  private let continuum: KetamaContinuum
  private let nodeOfServer: [Int]

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes.
  ///   - keyHash: The hash of keys.
  ///   - tag: The `hash_tag`, if one is set.
  /// - Throws: `ClusterError` if twemproxy would refuse a server, or none is up.
  public init(
    _ cluster: Cluster, keyHash: TwemproxyHash = .fnv1aWith64Bits, tag: TwemproxyHashTag? = nil
  ) throws(ClusterError) {
    let (positions, servers) = try TwemproxyServer.list(cluster)
    try self.init(
      nodes: cluster.nodes, positions: positions, servers: servers, keyHash: keyHash, tag: tag)
  }

  /// Builds the ring of servers by the names that are hashed.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each server.
  ///   - servers: The servers, in any order.
  ///   - keyHash: The hash of keys.
  ///   - tag: The `hash_tag`, if one is set.
  /// - Throws: `ClusterError` as the other initialiser does.
  public init(
    nodes: [Node], servers: [TwemproxyServer], keyHash: TwemproxyHash = .fnv1aWith64Bits,
    tag: TwemproxyHashTag? = nil
  ) throws(ClusterError) {
    try self.init(
      nodes: nodes, positions: Array(servers.indices), servers: servers, keyHash: keyHash, tag: tag)
  }

  private init(
    nodes: [Node], positions: [Int], servers: [TwemproxyServer], keyHash: TwemproxyHash,
    tag: TwemproxyHashTag?
  ) throws(ClusterError) {
    try TwemproxyServer.check(servers, positions: positions, nodes: nodes)
    for (server, position) in zip(servers, positions) where server.name.utf8.count > 78 {
      // A number of up to six digits still fits behind the hyphen.
      throw ClusterError(
        .invalidID, .node(position), "the name \(quoted(server.name)) is too long",
        remedy: "twemproxy's points hold names of at most 78 bytes")
    }
    self.nodes = nodes
    key = TwemproxyKey(function: keyHash.function, tag: tag)
    let order = TwemproxyServer.order(servers)
    let ordered = order.map { servers[$0] }
    nodeOfServer = order.map { positions[$0] }
    continuum = try KetamaContinuum(
      names: ordered.map { Array($0.name.utf8) }, weights: ordered.map(\.weight),
      isLive: ordered.map { !$0.isEjected })
  }

  /// The node that twemproxy sends a key to; never nil.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    nodeOfServer[continuum.owner(of: self.key.hash(key))]
  }

  /// The choices for many keys, looked up together.
  public func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    if key.function.function == .md5, key.tag == nil {
      return try continuum.points.chooseByMD5(
        forKeys: keys, ends: ends, into: &choices, shiftedBy: 32
      ) { owner, _ in nodeOfServer[owner] }
    }
    try continuum.points.choose(
      forKeys: keys, ends: ends, into: &choices, place: { UInt64(key.hash($0)) << 32 }
    ) { owner, _ in nodeOfServer[owner] }
  }

  /// The nodes in the order in which a key would go to them as each is ejected.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    continuum.walk(self.key.hash(key)) { visit(nodeOfServer[$0]) }
  }
}
