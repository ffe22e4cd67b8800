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
    /// 100 points a server, by the key hash, whatever the weights: the distribution was set after the
    /// servers were added.
    case plainInAnyCase
    /// 160 points on average, by weight and MD5.
    case weighted
  }

  /// The options of `libmemcached-ketama` and `libmemcached-spy`.
  public struct Options: RuleOptions {
    /// The hash of keys and of points.
    public var keyHash = LibmemcachedHash.standard
    /// Whether `SORT_HOSTS` is set.
    public var sortsHosts = false
    /// Whether the distribution is set before the servers are added, so that weights count.
    public var isSetBeforeServers = true

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word("hash", \.keyHash, LibmemcachedHash.summary),
      .flag("sort-hosts", \.sortsHosts, on: "yes", off: "no", LibmemcachedServer.sortingSummary),
      .flag(
        "distribution-set", \.isSetBeforeServers, on: "before-servers", off: "after-servers",
        "when the distribution is set; after the servers, weights count for nothing"),
    ]
  }

  /// The options of `libmemcached-ketama-weighted` and `libmemcached-spy-weighted`.
  public struct WeightedOptions: RuleOptions {
    /// The hash of keys; MD5 is what `KETAMA_WEIGHTED` sets.
    public var keyHash = LibmemcachedHash.md5
    /// Whether `SORT_HOSTS` is set.
    public var sortsHosts = false

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word("hash", \.keyHash, LibmemcachedHash.summary),
      .flag("sort-hosts", \.sortsHosts, on: "yes", off: "no", LibmemcachedServer.sortingSummary),
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Points of a server of a plain ring.
  public static let plainPoints = 100

  private let hash: MemcacheHash
  private let continuum: KetamaContinuum

  /// Builds the plain ring of a cluster; see ``init(_:points:spy:keyHash:sortHosts:)``.
  public init(_ cluster: Cluster, _ options: Options, spy: Bool = false) throws(ClusterError) {
    try self.init(
      cluster, points: options.isSetBeforeServers ? .plain : .plainInAnyCase, spy: spy,
      keyHash: options.keyHash, sortHosts: options.sortsHosts)
  }

  /// Builds the weighted ring of a cluster; see ``init(_:points:spy:keyHash:sortHosts:)``.
  public init(
    _ cluster: Cluster, _ options: WeightedOptions, spy: Bool = false
  ) throws(ClusterError) {
    try self.init(
      cluster, points: .weighted, spy: spy, keyHash: options.keyHash,
      sortHosts: options.sortsHosts)
  }

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their addresses are hashed, never their ids.
  ///   - points: How points are made.
  ///   - spy: Whether names are those of spymemcached.
  ///   - keyHash: The hash of keys; MD5 is what `KETAMA_WEIGHTED` sets.
  ///   - sortHosts: Whether `SORT_HOSTS` is set.
  /// - Throws: `ClusterError` if no node is up, a weight is not whole, or the ring would be too large.
  public init(
    _ cluster: Cluster, points: Points, spy: Bool = false, keyHash: LibmemcachedHash,
    sortHosts: Bool = false
  ) throws(ClusterError) {
    let listed = try LibmemcachedServer.list(cluster, sorted: sortHosts)
    let servers = listed.filter { !$0.isEjected }.map { server in
      KetamaContinuum.Server(
        node: server.node, name: spy ? server.spyName : server.hashedName, weight: server.weight)
    }
    hash = MemcacheHash(keyHash.function)
    // Weights that have been seen count on after their server is ejected.
    let isWeighted = points == .weighted || (points == .plain && listed.contains { $0.weight > 1 })
    continuum =
      isWeighted
      ? try KetamaContinuum(servers, LibmemcachedServer.system)
      : try KetamaContinuum(
        servers, pointsEach: Self.plainPoints, hash, LibmemcachedServer.system)
    nodes = cluster.nodes
  }

  /// The 32-bit hash; 15 bits under `crc`.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(hash.hash(key)) }

  /// The node that libmemcached sends a key to; never nil.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    // Before the ring is loaded.
    let hash = hash.hash(key)
    return continuum.node(ofHash: hash)
  }

  /// The nodes for many keys, looked up together.
  public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try continuum.indices(
      forKeys: keys, ends: ends, into: &indices, isMD5: hash.function == .md5, hash: hash.hash)
  }

  /// Visits the nodes in the order in which a key would go to them as each is ejected.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    continuum.walk(hash.hash(key), visit)
  }

  /// The intervals between points; under `crc`, hashes span 2¹⁵ values.
  public func keySpace() -> KeySpace {
    KeySpace(
      domain: hash.domain, keyHash: hash.function.identity,
      form: .intervals(continuum.intervals(hash.domain)))
  }
}
