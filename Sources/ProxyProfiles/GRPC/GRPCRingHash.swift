public import ConsistentHashing

/// What gRPC picks under the load balancing policy `ring_hash`, bit for bit.
///
/// Rule (gRFC A42 and A76; checked key by key against gRPC 1.85 in C++, by way of Python; that grpc-go
/// sorts is read in its `balancer/ringhash/ring.go`, which hashes per-endpoint indices since 1.43):
///
/// - grpc-go sorts endpoints by hash key, byte by byte, so that their order does not matter. gRPC in C++,
///   and in the languages that are built on it, takes them in the order of the list. That is the
///   ``EndpointOrder``; it makes a difference where counts come out unequal. The rest is Envoy's ring: shares `weight / sum`, a scale from the smallest share and the sizes, two running sums, and
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
/// order of the endpoints; in gRPC their order is not defined.
///
/// Not modelled: requests without a hash, which go to a random point and prefer connected endpoints.
public struct GRPCRingHash: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The order in which endpoints get their points.
  public enum EndpointOrder: Sendable {
    /// By hash key, as in grpc-go.
    case sorted
    /// That of the list, as in gRPC in C++, Python, Ruby, PHP and Objective-C.
    case listed
  }

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// `minRingSize`, from 1.
    public var minimumRingSize = 1024
    /// `maxRingSize`, from the minimum to 8 388 608.
    public var maximumRingSize = 4096
    /// `GRPC_RING_HASH_CAP`.
    public var ringSizeCap = 4096

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "minimum-ring-size", \.minimumRingSize, in: 1...ScaledRing.largestSize,
        "minRingSize: at least so many points"),
      .integer(
        "maximum-ring-size", \.maximumRingSize, in: 1...ScaledRing.largestSize,
        "maxRingSize: at most so many points"),
      .integer(
        "ring-size-cap", \.ringSizeCap, in: 1...ScaledRing.largestSize,
        "GRPC_RING_HASH_CAP: both sizes are cut to this"),
    ]
  }

  private let ring: ScaledRing

  /// Builds gRPC's ring for a cluster, given its ``Options`` one by one.
  public init(
    _ cluster: Cluster, minimumRingSize: Int = 1024, maximumRingSize: Int = 4096,
    ringSizeCap: Int = 4096, order: EndpointOrder = .sorted
  ) throws(ClusterError) {
    var options = Options()
    options.minimumRingSize = minimumRingSize
    options.maximumRingSize = maximumRingSize
    options.ringSizeCap = ringSizeCap
    try self.init(cluster, options, order: order)
  }

  /// Builds gRPC's ring for a cluster: a node's id is its hash key.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Those that are down are in transient failure.
  ///   - options: The options.
  ///   - order: Whether the order of the nodes matters.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the sizes are out of
  ///   range.
  public init(_ cluster: Cluster, _ options: Options, order: EndpointOrder = .sorted)
    throws(ClusterError)
  {
    try options.check(for: order == .sorted ? "grpc-ring" : "grpc-core-ring")
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    var places = nodes.indices.filter { nodes[$0].isMember }
    if order == .sorted { places.sort { nodes[$0].id < nodes[$1].id } }
    self.nodes = nodes
    // Walking past the points of failing endpoints meets the same ones as leaving them out does.
    ring = try ScaledRing(
      EnvoyWeights(nodes, at: places, for: .grpc), minimum: options.minimumRingSize,
      maximum: options.maximumRingSize, cap: options.ringSizeCap, bound: nodes.count,
      isOnRing: { nodes[$0].isAvailable }, hash: { XXH64().hash($0) })
  }

  /// The number of points on the ring, those of failing endpoints left out.
  package var pointCount: Int { ring.points.count }

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

  /// The intervals between the points of endpoints that are not failing.
  ///
  /// - Complexity: O(points).
  public func keySpace() -> KeySpace { ring.keySpace(keyHash) }
}
