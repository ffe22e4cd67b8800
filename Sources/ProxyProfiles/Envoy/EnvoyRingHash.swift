public import ConsistentHashing

/// What Envoy picks under the load balancing policy `ring_hash`, bit for bit.
///
/// Rule (`ring_hash_lb.cc` and `thread_aware_lb_impl.cc`, unchanged since weights came in 2018; checked
/// against the rings that Envoy's own tests publish, and key by key against Envoy 1.40.0):
///
/// - The share of a host is `weight · locality / sum`, `locality` the share of its locality under
///   locality weighted balancing and 1 otherwise. `scale = min(ceil(smallest share · minimum) /
///   smallest share, maximum)`, and hosts in the order in which Envoy received them own about
///   `scale · share` points each: two running sums decide, so that of hosts with equal shares some may
///   own one point more, and the order of the hosts decides which.
/// - Point i of a host is the hash of `HASHKEY_i`, i in decimal from 0: XXH64 with seed 0, or
///   MurmurHash64A with seed 0xC70F6907.
/// - A key goes to the first point at or after its hash, wrapping. The hash of a key is XXH64 with seed
///   0 of its bytes, as a hash policy of one header, cookie or query parameter gives it.
/// - A host that is not healthy is not on the ring: the ring is built anew without it, in another
///   scale, so that other keys may move. If fewer than half of the hosts are healthy
///   (`healthy_panic_threshold`), Envoy panics and uses all of them, those that are down included.
///   (It does so too if none is healthy, which is an error here as under every rule.)
/// - A retry under the host predicate `previous_hosts` steps from point to point to the first host that
///   was not tried, as far as `host_selection_retry_max_attempts` allows. That is the preference
///   order. (Without a predicate a retry goes to the same host.)
///
/// Platform: amd64, where doubles are added and multiplied separately; a build for arm64 may fuse them
/// and so give one point more or less. Points that are equal, one pair in 2⁶⁴, stay in the order of the
/// hosts; in Envoy their order is not defined.
///
/// Not modelled: requests without a hash (random), several hash policies combined, priorities,
/// degraded hosts, slow start, and the requests in flight unless they are given (`index(for:under:)`).
public struct EnvoyRingHash: HashedSelector {
  /// The hash of points.
  public enum HashFunction: String, CaseIterable, Sendable {
    /// `XX_HASH`.
    case xxHash = "xx-hash"
    /// `MURMUR_HASH_2`.
    case murmurHash2 = "murmur-hash-2"

    func callAsFunction(_ bytes: Span<UInt8>) -> UInt64 {
      switch self {
      case .xxHash: XXH64().hash(bytes)
      case .murmurHash2: Murmur64A.hash(bytes, seed: 0xC70F_6907)
      }
    }
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// `minimum_ring_size`, from 1.
    public var minimumRingSize = 1024
    /// `maximum_ring_size`, from the minimum to 8 388 608.
    public var maximumRingSize = ScaledRing.largestSize
    /// `hash_function`, the hash of points.
    public var hashFunction = HashFunction.xxHash
    /// `healthy_panic_threshold` in percent.
    public var panicThreshold = 50

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "minimum-ring-size", \.minimumRingSize, in: 1...ScaledRing.largestSize,
        "minimum_ring_size: at least so many points"),
      .integer(
        "maximum-ring-size", \.maximumRingSize, in: 1...ScaledRing.largestSize,
        "maximum_ring_size: at most so many points"),
      .word("hash-function", \.hashFunction, "hash_function: the hash of points"),
      .panicThreshold(\.panicThreshold),
    ]
  }

  private let ring: ScaledRing
  private let bounded: EnvoyBoundedLoad

  /// Builds Envoy's ring for a cluster, given its ``Options`` one by one.
  public init(
    _ cluster: Cluster, minimumRingSize: Int = 1024, maximumRingSize: Int = 8_388_608,
    hashFunction: HashFunction = .xxHash, panicThreshold: Int = 50
  ) throws(ClusterError) {
    var options = Options()
    options.minimumRingSize = minimumRingSize
    options.maximumRingSize = maximumRingSize
    options.hashFunction = hashFunction
    options.panicThreshold = panicThreshold
    try self.init(cluster, options)
  }

  /// Builds Envoy's ring for a cluster: a node's id is its hash key.
  ///
  /// - Parameters:
  ///   - cluster: The nodes, in the order in which Envoy receives them. Drained nodes are not sent to
  ///     Envoy; nodes that are down are not healthy.
  ///   - options: The options.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the sizes are out of
  ///   range.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try options.check(for: "envoy-ring")
    try self.init(
      nodes: cluster.nodes, EnvoyWeights(cluster, panicThreshold: options.panicThreshold), options)
  }

  /// Builds Envoy's ring for hosts in localities, all healthy; positions refer to the hosts of all
  /// localities, one locality after the other.
  package init(localities: [EnvoyLocality], _ options: Options) throws(ClusterError) {
    try self.init(nodes: localities.flatMap(\.hosts), EnvoyWeights(localities), options)
  }

  private init(nodes: [Node], _ weights: EnvoyWeights, _ options: Options) throws(ClusterError) {
    let hash = options.hashFunction
    self.nodes = nodes
    bounded = EnvoyBoundedLoad(hosts: weights.entries)
    ring = try ScaledRing(
      weights, minimum: options.minimumRingSize, maximum: options.maximumRingSize,
      bound: nodes.count, hash: { hash($0) })
  }

  /// The number of points on the ring.
  package var pointCount: Int { ring.points.count }

  /// The numbers of points of the hosts on the ring, in their order.
  package var pointCounts: [Int] { ring.counts }

  /// XXH64 with seed 0, whatever the hash of points.
  public var keyHash: KeyHashIdentity { XXH64().identity }

  /// XXH64 of the key, as Envoy's hash policies compute it.
  public func hash(of key: Span<UInt8>) -> UInt64 { XXH64().hash(key) }

  /// The host under `hash_balance_factor`, bit for bit.
  ///
  /// With one more request in flight, the slots are `(requests · factor + 99) / 100`, and a host has its
  /// share of them, rounded up, at least one. It takes requests as long as it has no more than that. The
  /// others are tried in an order that only the hash decides; if all have more, the least overloaded takes
  /// the request.
  ///
  /// - Complexity: O(hosts), and it allocates, if the first host has too many requests.
  public func index(for key: Span<UInt8>, under load: NodeLoad) -> Int? {
    let hash: UInt64 = hash(of: key)
    return bounded.index(first: index(forHash: hash), hash: hash, under: load)
  }

  /// The host of the first point at or after the hash, wrapping.
  ///
  /// - Complexity: O(1) expected, without allocation.
  public func index(forHash hash: UInt64) -> Int {
    ring.points.owner(ring.points.first(atOrAfter: hash))
  }

  /// The same for many hashes, looked up together.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try BatchError.check(answers: indices.count, keys: hashes.count)
    ring.points.owners(forHashes: hashes, into: &indices)
  }

  /// The distinct hosts met from point to point, as retries under `previous_hosts` meet them.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    ring.walk(from: hash, bound: nodes.count, visit)
  }

  /// The intervals between the points of the ring.
  ///
  /// - Complexity: O(points).
  public func keySpace() -> KeySpace { ring.keySpace(keyHash) }
}
