/// A ring of virtual nodes (Karger and others 1997, in the form known as ketama), hashed with XXH3.
///
/// Every node owns points on a ring of 64-bit values, 160 for a weight of 1; a key goes to the owner
/// of the first point at or after its hash. The number of a node's points depends on its own weight
/// alone, so when a node is added, removed or given another weight, only keys to or from that node
/// move. Balance is statistical: with 160 points the fullest of 10 nodes takes about 12.5 % more
/// than its share, of 1000 nodes 28 %.
///
/// The exact rule, with vectors, is in `docs/hashing.md`.
public struct KetamaRing: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// Points of a node of weight 1, from 1 to 1 000 000.
    public var virtualNodes = 160
    /// The seed of the key hash.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "virtual-nodes", \.virtualNodes, in: 1...1_000_000, "points of a node of weight 1"),
      .seed("seed", \.seed, "seed of the key hash"),
    ]
  }

  /// Points of a node of weight 1.
  public let virtualNodes: Int

  /// The seed of the key hash.
  public let seed: UInt64

  @usableFromInline let points: RingPoints

  let availableCount: Int

  /// The largest number of points that a ring may have; more would take over 3 GB.
  public static let maximumPoints = 1 << 28

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Drained nodes and nodes that are down own no points, which is the same
  ///     as skipping them.
  ///   - virtualNodes: Points of a node of weight 1, from 1 to 1 000 000; a node of weight w owns
  ///     `max(1, floor(virtualNodes · w + 0.5))`.
  ///   - seed: The seed of the key hash.
  /// - Complexity: O(points) expected, with little memory beyond what is kept; see ``memoryFootprint``.
  /// - Throws: ``ClusterError`` if no node is available, `virtualNodes` is out of range, or the ring
  ///   would have more than ``maximumPoints`` points.
  public init(_ cluster: Cluster, virtualNodes: Int = 160, seed: UInt64 = 0)
    throws(ClusterError)
  {
    var options = Options()
    options.virtualNodes = virtualNodes
    options.seed = seed
    try self.init(cluster, options)
  }

  /// Builds the ring of a cluster; see ``init(_:virtualNodes:seed:)``.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try options.check(for: "ketama")
    self.init(
      try VirtualNodes(cluster, virtualNodes: options.virtualNodes),
      virtualNodes: options.virtualNodes, seed: options.seed)
  }

  /// Builds the ring of checked points, unless it is given.
  init(_ source: VirtualNodes, virtualNodes: Int, seed: UInt64, points: RingPoints? = nil) {
    nodes = source.nodes
    self.virtualNodes = virtualNodes
    self.seed = seed
    availableCount = source.ownerCount
    self.points = points ?? RingPoints(source, bound: source.nodes.count)
  }

  /// The options that the ring was built with.
  public var options: Options {
    var options = Options()
    options.virtualNodes = virtualNodes
    options.seed = seed
    return options
  }

  /// Builds the ring of a list of nodes; see ``init(_:virtualNodes:seed:)``.
  public init(nodes: [Node], virtualNodes: Int = 160, seed: UInt64 = 0) throws(ClusterError) {
    try self.init(Cluster(nodes: nodes), virtualNodes: virtualNodes, seed: seed)
  }

  /// `max(1, floor(virtualNodes · weight + 0.5))`.
  static func points(weight: Double, virtualNodes: Int) -> Int {
    // At most 10⁶ · 10⁹, far below 2⁶³; conversion truncates, which is floor here.
    max(1, Int(Double(virtualNodes) * weight + 0.5))
  }

  /// The number of points on the ring.
  public var pointCount: Int { points.count }

  /// The bytes that the points and their index take: 13 for each point up to 65 536 nodes, 15
  /// above, and a few more for the whole.
  ///
  /// The list of nodes is not counted.
  public var memoryFootprint: Int { points.memoryFootprint }

  /// The function that hashes keys: XXH3 under ``seed``.
  public var keyHash: KeyHashIdentity { XXH3(seed: seed).identity }

  /// XXH3 of the key under ``seed``.
  @inlinable @inline(__always) public func hash(of key: Span<UInt8>) -> UInt64 {
    XXH3(seed: seed).hash(key)
  }

  /// The owner of the first point at or after the hash, wrapping.
  ///
  /// - Complexity: O(1) expected, without allocation.
  @inlinable @inline(__always) public func index(forHash hash: UInt64) -> Int {
    points.owner(points.first(atOrAfter: hash))
  }
}
