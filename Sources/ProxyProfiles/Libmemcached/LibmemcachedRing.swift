public import ConsistentHashing

/// What libmemcached picks under its consistent distributions, bit for bit.
///
/// Rule (libmemcached 1.0.16 and later, recorded from 1.1.4 on Debian for x86, where `char` is signed;
/// floats are single precision, never fused):
///
/// - Plain (`CONSISTENT`, `KETAMA`): a server owns 100 points; point j is the *key* hash of `NAME-j`,
///   by default one at a time. NAME is the host, and `:PORT` unless the port is 11211; a socket is its
///   path and `:0`.
/// - Weighted (`KETAMA_WEIGHTED`, or any server of a weight above 1 that was added when a consistent
///   distribution was set already): a server owns `4 · floor(share · 160 / 4 · servers + 10⁻¹⁰)`
///   points, four little-endian words of the MD5 of `NAME-j` each; a weight of 0 counts as 1.
///   `KETAMA_WEIGHTED` sets the key hash to MD5, a weight alone does not.
/// - Spy (`KETAMA_SPY`): NAME is `/host:port` in any case.
/// - Points sort by value, equal ones by the position of their server; a key goes to the first point
///   that is at least its hash, wrapping.
///
/// State `down` is a server that the client has ejected (`AUTO_EJECT_HOSTS`): the ring is built from
/// the others, as if it had been removed. Without that behaviour the client answers with an error and
/// tries no other server. The preference is the order in which a key would go on as each server it
/// comes to is ejected. Nodes in state `drain` are left out of the client.
///
/// The client refuses keys that are empty or longer than 250 bytes before it asks any server.
///
/// Not modelled: replicas, key prefixes (`HASH_WITH_PREFIX_KEY`), virtual buckets, retry timeouts, and
/// a key hash that is set after the distribution and the servers, so that points keep the earlier one.
public struct LibmemcachedRing: NodeSelector {
  /// How points are made.
  public enum Points: Hashable, Sendable {
    /// 100 points a server, by the key hash; weighted ones if a server has a weight above 1.
    case plain
    /// As ``plain``, but whatever the weights: the distribution was set after the servers were added.
    case plainInAnyCase
    /// 160 points on average, by weight and MD5.
    case weighted
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The hash function of keys.
  public let keyHash: LibmemcachedHash

  /// Points of a server of a plain ring.
  public static let plainPoints = 100

  private let hash: MemcacheHash

  /// Points, moved to the top bits.
  private let points: RingPoints

  /// How far hashes are moved to the left to compare with points.
  private let shift: UInt64

  /// The node of each server, in the client's order.
  private let nodeOfServer: [Int]

  /// The ring as it is built anew when a server is ejected; nil if it is plain.
  private let continuum: KetamaContinuum?

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their addresses are hashed, never their ids.
  ///   - points: How points are made.
  ///   - spy: Whether names are those of spymemcached.
  ///   - keyHash: The hash of keys; MD5 is what `KETAMA_WEIGHTED` sets.
  ///   - sortHosts: Whether `SORT_HOSTS` is set.
  /// - Throws: `ClusterError` if no node is up or a weight is not whole.
  public init(
    _ cluster: Cluster, points: Points, spy: Bool = false, keyHash: LibmemcachedHash,
    sortHosts: Bool = false
  ) throws(ClusterError) {
    let (positions, servers) = try LibmemcachedServer.list(cluster)
    try self.init(
      nodes: cluster.nodes, positions: positions, servers: servers, points: points, spy: spy,
      keyHash: keyHash, sortHosts: sortHosts)
  }

  /// Builds the ring of servers that a cluster cannot express, such as repeated ones.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each server.
  ///   - servers: The servers in the order in which they are added.
  ///   - points: How points are made.
  ///   - spy: Whether names are those of spymemcached.
  ///   - keyHash: The hash of keys.
  ///   - sortHosts: Whether `SORT_HOSTS` is set.
  /// - Throws: `ClusterError` as the other initialiser does.
  public init(
    nodes: [Node], servers: [LibmemcachedServer], points: Points, spy: Bool = false,
    keyHash: LibmemcachedHash, sortHosts: Bool = false
  ) throws(ClusterError) {
    try self.init(
      nodes: nodes, positions: Array(servers.indices), servers: servers, points: points, spy: spy,
      keyHash: keyHash, sortHosts: sortHosts)
  }

  private init(
    nodes: [Node], positions: [Int], servers: [LibmemcachedServer], points: Points, spy: Bool,
    keyHash: LibmemcachedHash, sortHosts: Bool
  ) throws(ClusterError) {
    guard servers.count <= nodes.count, servers.contains(where: { !$0.isEjected }) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server is up", remedy: "set one to state up")
    }
    let order = LibmemcachedServer.order(servers, sorted: sortHosts)
    let ordered = order.map { servers[$0] }
    let names = ordered.map { spy ? $0.spyName : $0.hashedName }
    let isWeighted =
      points == .weighted || (points == .plain && servers.contains { $0.weight > 1 })
    let hash = keyHash.function
    if isWeighted {
      let continuum = try KetamaContinuum(
        names: names, weights: ordered.map { max($0.weight, 1) },
        isLive: ordered.map { !$0.isEjected })
      self.points = continuum.points
      shift = 32
      self.continuum = continuum
    } else {
      self.points = try Self.plain(names, ordered, hash)
      shift = hash.shift
      continuum = nil
    }
    self.nodes = nodes
    self.keyHash = keyHash
    self.hash = hash
    nodeOfServer = order.map { positions[$0] }
  }

  private static func plain(
    _ names: [[UInt8]], _ servers: [LibmemcachedServer], _ hash: MemcacheHash
  ) throws(ClusterError) -> RingPoints {
    let total = servers.count * plainPoints
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(total) points",
        remedy: "list fewer servers; at most \(KetamaRing.maximumPoints) points are built")
    }
    var values: [UInt64] = []
    values.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for (server, name) in names.enumerated() where !servers[server].isEjected {
      for j in 0..<plainPoints {
        var text = name
        text.append(UInt8(ascii: "-"))
        text.append(decimal: j)
        values.append(UInt64(hash.hash(text.span)) << hash.shift)
        owners.append(UInt32(server))
      }
    }
    return RingPoints(values: values, owners: owners, bound: servers.count)
  }

  /// The node that libmemcached sends a key to; never nil.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    nodeOfServer[points.owner(points.first(atOrAfter: UInt64(hash.hash(key)) &<< shift))]
  }

  /// The choices for many keys, looked up together.
  public func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    if hash.function == .md5 {
      return try points.chooseByMD5(
        forKeys: keys, ends: ends, into: &choices, shiftedBy: shift
      ) { owner, _ in nodeOfServer[owner] }
    }
    try points.choose(
      forKeys: keys, ends: ends, into: &choices, place: { UInt64(hash.hash($0)) &<< shift }
    ) { owner, _ in nodeOfServer[owner] }
  }

  /// The nodes in the order in which a key would go to them as each is ejected.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let hash = hash.hash(key)
    if let continuum { return continuum.walk(hash) { visit(nodeOfServer[$0]) } }
    // The points of a server of a plain ring do not depend on the others, so that the ring without it
    // is this one with its points passed over.
    return points.walkOwners(from: UInt64(hash) << shift, bound: nodeOfServer.count) {
      visit(nodeOfServer[$0])
    }
  }
}
