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

  /// Points of a node of weight 1.
  public let virtualNodes: Int

  /// The seed of the key hash.
  public let seed: UInt64

  @usableFromInline let points: RingPoints

  private let availableCount: Int

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
  /// - Complexity: O(points) expected, to build; about 12 bytes a point to keep.
  /// - Throws: ``ClusterError`` if no node is available, `virtualNodes` is out of range, or the ring
  ///   would have more than ``maximumPoints`` points.
  public init(_ cluster: Cluster, virtualNodes: Int = 160, seed: UInt64 = 0)
    throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    guard (1...1_000_000).contains(virtualNodes) else {
      throw ClusterError(
        .invalidOption, .option("virtual-nodes"), "virtual-nodes is \(virtualNodes)",
        remedy: "use a number from 1 to 1000000")
    }
    let nodes = cluster.nodes

    // Nodes in the order of their ids, so that a stable sort by value leaves equal points in the
    // order (value, id, j).
    let order = nodes.indices.filter { nodes[$0].isAvailable }
      .sorted { nodes[$0].id < nodes[$1].id }
    let counts = order.map { Self.points(weight: nodes[$0].weight, virtualNodes: virtualNodes) }
    // Clamped, because the largest weights of many nodes together leave the range of Int.
    let total = counts.reduce(0) { min($0, Int.max / 2) + $1 }
    guard total <= Self.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(total) points",
        remedy: "lower the weights or virtual-nodes; at most \(Self.maximumPoints) points are built"
      )
    }
    var values: [UInt64] = []
    values.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for (index, count) in zip(order, counts) {
      let pointHash = EightByteXXH3(seed: XXH3.hash(nodes[index].id.text))
      for j in 0..<count {
        values.append(pointHash.hash(UInt64(j)))
        owners.append(UInt32(index))
      }
    }
    self.nodes = nodes
    self.virtualNodes = virtualNodes
    self.seed = seed
    availableCount = order.count
    points = RingPoints(values: values, owners: owners, bound: nodes.count)
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

  /// The distinct owners met clockwise from the hash.
  ///
  /// - Complexity: O(points passed), at most all of them.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    let start = points.first(atOrAfter: hash)
    for step in 0..<points.count {
      if met.count == availableCount { break }
      let position = start + step
      let owner = points.owner(position < points.count ? position : position - points.count)
      if met.insert(owner), !visit(owner) { return .stopped }
    }
    return .everyNode
  }
}
