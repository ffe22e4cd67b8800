internal import CXXHash

/// Rendezvous hashing, also called highest random weight (Thaler and Ravishankar 1998), hashed with
/// XXH3; weighted after Schindelhauer and Schomaker 2005.
///
/// Every node scores every key and the best score wins, so shares are exactly the weights, and a
/// change of one node moves keys only to or from it. A lookup looks at every node. With weights one
/// logarithm for each distinct weight is enough: among nodes of one weight the largest score wins, so
/// only the winners of each weight are compared by logarithm.
///
/// The exact rule, with vectors, is in `docs/hashing.md`.
public struct RendezvousHash: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The seed of the key hash.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .seed("seed", \.seed, "seed of the key hash")
    ]
  }

  /// The seed of the key hash.
  public let seed: UInt64

  /// The distinct weights of available nodes, the largest first; the nodes of one weight are a class.
  let weights: [Double]

  /// Their inverses, for estimates.
  let inverseWeights: [Double]

  /// Where each class, whose nodes are in the order of the list, ends in `scores` and `indices`.
  let ends: [UInt32]

  /// What the score of every available node depends on besides the key, class by class; see
  /// ``EightByteXXH3``.
  let scores: [UInt64]

  /// The position in ``nodes`` of every available node, class by class.
  let indices: [UInt32]

  /// The place of every node in `scores`, `UInt32.max` for a node that is not available.
  ///
  /// Empty where every node has its own position there.
  let places: [UInt32]

  /// What tells nearly all winners among several weights.
  let logarithm: LogarithmEstimate

  /// Builds the selector of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Drained nodes and nodes that are down take no part, which is the same as
  ///     skipping them.
  ///   - seed: The seed of the key hash.
  /// - Complexity: O(n log n) for n nodes.
  /// - Throws: ``ClusterError`` if no node is available.
  public init(_ cluster: Cluster, seed: UInt64 = 0) throws(ClusterError) {
    var options = Options()
    options.seed = seed
    try self.init(cluster, options)
  }

  /// Builds the selector of a cluster; see ``init(_:seed:)``.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let parts = nodes.map { EightByteXXH3.seedPart(XXH3.hash($0.id.text)) }
    // Scores of two nodes are equal for some key only if they are for all keys. Ties go to the smaller
    // id, so the order of the list can replace the order of ids where no two are equal.
    let areDistinct = Set(parts).count == parts.count
    let order = nodes.indices.filter { nodes[$0].isAvailable }
      .sorted { a, b in
        if nodes[a].weight != nodes[b].weight { return nodes[a].weight > nodes[b].weight }
        return areDistinct ? a < b : nodes[a].id < nodes[b].id
      }
    var weights: [Double] = []
    var ends: [UInt32] = []
    for (place, index) in order.enumerated() {
      if weights.last != nodes[index].weight {
        weights.append(nodes[index].weight)
        ends.append(0)
      }
      ends[ends.count - 1] = UInt32(place + 1)
    }
    self.nodes = nodes
    seed = options.seed
    self.weights = weights
    inverseWeights = weights.map { 1 / $0 }
    self.ends = ends
    scores = order.map { parts[$0] }
    indices = order.map { UInt32($0) }
    if order.elementsEqual(nodes.indices) {
      places = []
    } else {
      var places = [UInt32](repeating: .max, count: nodes.count)
      for (place, index) in order.enumerated() { places[index] = UInt32(place) }
      self.places = places
    }
    logarithm = .shared
  }

  /// Builds the selector of a list of nodes; see ``init(_:seed:)``.
  public init(nodes: [Node], seed: UInt64 = 0) throws(ClusterError) {
    try self.init(Cluster(nodes: nodes), seed: seed)
  }

  /// The bytes that scoring takes: 12 for each available node, 20 for each distinct weight, and 4 for
  /// each node unless all have the same weight and are available.
  ///
  /// The list of nodes is not counted, nor 2 KB that all selectors share.
  public var memoryFootprint: Int {
    MemoryLayout<UInt64>.stride * scores.count + MemoryLayout<UInt32>.stride
      * (indices.count + places.count)
      + (2 * MemoryLayout<Double>.stride + MemoryLayout<UInt32>.stride) * weights.count
  }

  /// The function that hashes keys: XXH3 under ``seed``.
  public var keyHash: KeyHashIdentity { XXH3(seed: seed).identity }

  /// XXH3 of the key under ``seed``.
  @inlinable @inline(__always) public func hash(of key: Span<UInt8>) -> UInt64 {
    XXH3(seed: seed).hash(key)
  }

  /// The node whose score for the hash wins.
  ///
  /// - Complexity: O(n) for n nodes, and one logarithm for each distinct weight if there are several;
  ///   without allocation.
  public func index(forHash hash: UInt64) -> Int {
    let key = EightByteXXH3.valuePart(hash)
    let place =
      weights.count > 1 ? placeAmongClasses(key) : highest(key, among: 0..<scores.count).place
    return Int(indices[place])
  }

  /// The largest score of a range of candidates, not empty, and where it stands, ties to the first.
  func highest(_ key: UInt64, among range: Range<Int>) -> (score: UInt64, place: Int) {
    let bid = unsafe scores.withUnsafeBufferPointer { scores in
      unsafe cxxhash_rendezvous(
        key, scores.baseAddress.unsafelyUnwrapped + range.lowerBound, range.count,
        cxxhash_instructions())
    }
    return (bid.score, range.lowerBound &+ Int(truncatingIfNeeded: bid.place))
  }
}
