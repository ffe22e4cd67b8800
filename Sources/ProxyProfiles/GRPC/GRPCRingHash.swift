public import ConsistentHashing

/// What gRPC picks under the load balancing policy `ring_hash`, bit for bit.
///
/// Rule (gRFC A42 and A76; read in grpc-go's `balancer/ringhash/ring.go`, which hashes per-endpoint
/// indices since 1.43; there are no published vectors, so it is checked against Envoy's rings, which
/// are the same for hosts in the order of their keys):
///
/// - Endpoints sort by hash key, byte by byte, so that their order does not matter. The rest is Envoy's
///   ring: shares `weight / sum`, a scale from the smallest share and the sizes, two running sums, and
///   points `XXH64(KEY_i, 0)` with i in decimal from 0 for each endpoint.
/// - The key of an endpoint is its EDS `hash_key` (A76), else its first address as `ip:port`; the
///   weight is locality weight times endpoint weight.
/// - `minRingSize` 1024 and `maxRingSize` 4096 unless configured, both cut to `GRPC_RING_HASH_CAP`,
///   4096 unless set in the environment.
/// - A request goes to the first point at or after its hash, wrapping: XXH64 with seed 0 of the key
///   bytes, as the xDS hash policy of one header or `requestHashHeader` computes it.
/// - An endpoint that is in `TRANSIENT_FAILURE` keeps its points; a request walks forward from point to
///   point to the first endpoint that is not. That is the preference order.
///
/// gRPC reads a weight of 0 as 1; drained nodes are not given to gRPC here. Platform: amd64, where Go
/// does not fuse multiplications and additions. Points that are equal, one pair in 2⁶⁴, stay in the
/// order of the keys; gRPC leaves their order open.
///
/// Not modelled: requests without a hash, which go to a random point and prefer connected endpoints.
public struct GRPCRingHash: HashedSelector {
  /// An endpoint, as far as the choice depends on it.
  public struct Endpoint: Hashable, Sendable {
    /// What is hashed.
    public let hashKey: String

    /// Locality weight times endpoint weight, from 1 to 4294967295.
    public let weight: Int

    /// Whether it is in `TRANSIENT_FAILURE`.
    public let isFailing: Bool

    /// Describes an endpoint.
    public init(hashKey: String, weight: Int = 1, isFailing: Bool = false) {
      self.hashKey = hashKey
      self.weight = weight
      self.isFailing = isFailing
    }
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let ring: ScaledRing

  /// The largest ring size that gRPC takes.
  public static let largestRingSize = 8_388_608

  /// Builds gRPC's ring for a cluster: a node's id is its hash key.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order does not matter. Nodes that are down are in transient failure.
  ///   - minimumRingSize: `minRingSize`, from 1.
  ///   - maximumRingSize: `maxRingSize`.
  ///   - ringSizeCap: `GRPC_RING_HASH_CAP`.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the sizes are out of
  ///   range.
  public init(
    _ cluster: Cluster, minimumRingSize: Int = 1024, maximumRingSize: Int = 4096,
    ringSizeCap: Int = 4096
  ) throws(ClusterError) {
    try cluster.requireAvailableNode()
    var endpoints: [Endpoint] = []
    var indices: [Int] = []
    for (index, node) in cluster.nodes.enumerated() where node.isMember {
      let weight = try node.wholeWeight(1...Int(UInt32.max), at: index, system: "gRPC")
      endpoints.append(
        Endpoint(hashKey: node.id.text, weight: weight, isFailing: !node.isAvailable))
      indices.append(index)
    }
    try self.init(
      nodes: cluster.nodes, indices: indices, endpoints: endpoints,
      minimumRingSize: minimumRingSize, maximumRingSize: maximumRingSize, ringSizeCap: ringSizeCap)
  }

  /// Builds gRPC's ring for endpoints that a cluster cannot express.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each endpoint.
  ///   - endpoints: The endpoints, in any order.
  ///   - minimumRingSize: `minRingSize`, from 1.
  ///   - maximumRingSize: `maxRingSize`.
  ///   - ringSizeCap: `GRPC_RING_HASH_CAP`.
  /// - Throws: `ClusterError` as ``init(_:minimumRingSize:maximumRingSize:ringSizeCap:)`` does.
  public init(
    nodes: [Node], endpoints: [Endpoint], minimumRingSize: Int = 1024,
    maximumRingSize: Int = 4096, ringSizeCap: Int = 4096
  ) throws(ClusterError) {
    guard nodes.count == endpoints.count, endpoints.contains(where: { !$0.isFailing }) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no endpoint is connected",
        remedy: "give one node for each endpoint, one of them not failing")
    }
    try self.init(
      nodes: nodes, indices: Array(endpoints.indices), endpoints: endpoints,
      minimumRingSize: minimumRingSize, maximumRingSize: maximumRingSize, ringSizeCap: ringSizeCap)
  }

  private init(
    nodes: [Node], indices: [Int], endpoints: [Endpoint], minimumRingSize: Int,
    maximumRingSize: Int, ringSizeCap: Int
  ) throws(ClusterError) {
    let sizes = 1...Self.largestRingSize
    guard sizes.contains(minimumRingSize), sizes.contains(maximumRingSize),
      sizes.contains(ringSizeCap), minimumRingSize <= maximumRingSize
    else {
      throw ClusterError(
        .invalidOption, .option("minimum-ring-size"),
        "the ring size is between \(minimumRingSize) and \(maximumRingSize), cut to \(ringSizeCap)",
        remedy: "use sizes from 1 to \(Self.largestRingSize), the minimum not above the maximum")
    }
    let order = endpoints.indices.sorted {
      NodeID(endpoints[$0].hashKey) < NodeID(endpoints[$1].hashKey)
    }
    let weights = try EnvoyWeights(
      order.map { EnvoyHost(hashKey: endpoints[$0].hashKey, weight: endpoints[$0].weight) },
      indices: order.map { indices[$0] })
    var isFailing = [Bool](repeating: false, count: nodes.count)
    for (index, endpoint) in zip(indices, endpoints) { isFailing[index] = endpoint.isFailing }
    self.nodes = nodes
    // Walking past the points of failing endpoints meets the same ones as leaving them out does.
    ring = try ScaledRing(
      weights, minimum: min(minimumRingSize, ringSizeCap),
      maximum: min(maximumRingSize, ringSizeCap),
      bound: nodes.count, isOnRing: { !isFailing[$0] }, hash: { XXH64().hash($0) })
  }

  /// The number of points on the ring, those of failing endpoints left out.
  public var pointCount: Int { ring.points.count }

  /// XXH64 with seed 0.
  public var keyHash: KeyHashIdentity { XXH64().identity }

  /// XXH64 of the key, as gRPC's hash policies compute it.
  public func hash(of key: Span<UInt8>) -> UInt64 { XXH64().hash(key) }

  /// The endpoint of the first point at or after the hash, wrapping, that is not failing.
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

  /// The distinct endpoints met from point to point.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    ring.walk(from: hash, bound: nodes.count, visit)
  }
}
