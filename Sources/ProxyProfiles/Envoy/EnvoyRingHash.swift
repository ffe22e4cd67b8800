public import ConsistentHashing

/// What Envoy picks under the load balancing policy `ring_hash`, bit for bit.
///
/// Rule (`ring_hash_lb.cc` and `thread_aware_lb_impl.cc`, unchanged since weights came in 2018; checked
/// against the rings that Envoy's own tests publish):
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
///   (If none is healthy it does so too; here that is an error as for every algorithm.)
/// - A retry under the host predicate `previous_hosts` steps from point to point to the first host that
///   was not tried, as far as `host_selection_retry_max_attempts` allows. That is the preference
///   order. (Without a predicate a retry goes to the same host.)
///
/// Platform: amd64, where doubles are added and multiplied separately; a build for arm64 may fuse them
/// and so give one point more or less. Points that are equal, one pair in 2⁶⁴, stay in the order of the
/// hosts; Envoy leaves their order open.
///
/// Not modelled: requests without a hash (random), several hash policies combined, priorities,
/// degraded hosts, slow start, and bounded load (`hash_balance_factor`), which depends on the requests
/// in flight.
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

  private let ring: ScaledRing

  /// The largest ring size that Envoy takes.
  public static let largestRingSize = 8_388_608

  /// Builds Envoy's ring for a cluster: a node's id is its hash key.
  ///
  /// - Parameters:
  ///   - cluster: The nodes, in the order in which Envoy receives them. Drained nodes are not sent to
  ///     Envoy; nodes that are down are not healthy.
  ///   - minimumRingSize: `minimum_ring_size`, from 1.
  ///   - maximumRingSize: `maximum_ring_size`.
  ///   - hashFunction: `hash_function`.
  ///   - panicThreshold: `healthy_panic_threshold` in percent.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the sizes are out of
  ///   range.
  public init(
    _ cluster: Cluster, minimumRingSize: Int = 1024, maximumRingSize: Int = largestRingSize,
    hashFunction: HashFunction = .xxHash, panicThreshold: Int = 50
  ) throws(ClusterError) {
    try self.init(
      nodes: cluster.nodes, weights: EnvoyWeights(cluster, panicThreshold: panicThreshold),
      minimumRingSize: minimumRingSize, maximumRingSize: maximumRingSize,
      hashFunction: hashFunction)
  }

  /// Builds Envoy's ring for hosts in localities, all healthy.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each host, locality after locality.
  ///   - localities: The localities, in Envoy's order.
  ///   - minimumRingSize: `minimum_ring_size`, from 1.
  ///   - maximumRingSize: `maximum_ring_size`, at least that.
  ///   - hashFunction: `hash_function`, of the points.
  /// - Throws: `ClusterError` as ``init(_:minimumRingSize:maximumRingSize:hashFunction:panicThreshold:)``
  ///   does.
  public init(
    nodes: [Node], localities: [EnvoyLocality], minimumRingSize: Int = 1024,
    maximumRingSize: Int = largestRingSize, hashFunction: HashFunction = .xxHash
  ) throws(ClusterError) {
    try EnvoyLocality.check(localities, against: nodes)
    try self.init(
      nodes: nodes, weights: EnvoyWeights(localities), minimumRingSize: minimumRingSize,
      maximumRingSize: maximumRingSize, hashFunction: hashFunction)
  }

  private init(
    nodes: [Node], weights: EnvoyWeights, minimumRingSize: Int, maximumRingSize: Int,
    hashFunction: HashFunction
  ) throws(ClusterError) {
    let sizes = 1...Self.largestRingSize
    guard sizes.contains(minimumRingSize), sizes.contains(maximumRingSize),
      minimumRingSize <= maximumRingSize
    else {
      throw ClusterError(
        .invalidOption, .option("minimum-ring-size"),
        "the ring size is between \(minimumRingSize) and \(maximumRingSize)",
        remedy: "use sizes from 1 to \(Self.largestRingSize), the minimum not above the maximum")
    }
    self.nodes = nodes
    ring = try ScaledRing(
      weights, minimum: minimumRingSize, maximum: maximumRingSize, bound: nodes.count,
      isOnRing: { _ in true }, hash: { hashFunction($0) })
  }

  /// The number of points on the ring.
  public var pointCount: Int { ring.points.count }

  /// The numbers of points of the hosts on the ring, in their order.
  var pointCounts: [Int] { ring.counts }

  /// XXH64 with seed 0, whatever the hash of points.
  public var keyHash: KeyHashIdentity { XXH64().identity }

  /// XXH64 of the key, as Envoy's hash policies compute it.
  public func hash(of key: Span<UInt8>) -> UInt64 { XXH64().hash(key) }

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
}

extension EnvoyLocality {
  /// Throws unless there is one node for each host.
  static func check(_ localities: [EnvoyLocality], against nodes: [Node]) throws(ClusterError) {
    let count = localities.reduce(0) { $0 + $1.hosts.count }
    guard count == nodes.count else {
      throw ClusterError(
        .emptyCluster, .cluster, "there are \(count) hosts and \(nodes.count) nodes",
        remedy: "give one node for each host")
    }
  }
}
