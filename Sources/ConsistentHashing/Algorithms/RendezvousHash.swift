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

  /// The seed of the key hash.
  public let seed: UInt64

  /// The distinct weights of available nodes, the largest first; the nodes of one weight are a class.
  let weights: [Double]

  /// Their inverses, for estimates.
  let inverseWeights: [Double]

  /// Where each class, whose nodes are in the order of ids, ends in `scores` and `indices`.
  let ends: [UInt32]

  /// What the score of every available node depends on besides the key, class by class; see
  /// ``EightByteXXH3``.
  let scores: [UInt64]

  /// The position in ``nodes`` of every available node, class by class.
  let indices: [UInt32]

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
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let order = nodes.indices.filter { nodes[$0].isAvailable }
      .sorted { a, b in
        nodes[a].weight != nodes[b].weight
          ? nodes[a].weight > nodes[b].weight : nodes[a].id < nodes[b].id
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
    self.seed = seed
    self.weights = weights
    inverseWeights = weights.map { 1 / $0 }
    self.ends = ends
    scores = order.map { EightByteXXH3.seedPart(XXH3.hash(nodes[$0].id.text)) }
    indices = order.map { UInt32($0) }
    logarithm = .shared
  }

  /// Builds the selector of a list of nodes; see ``init(_:seed:)``.
  public init(nodes: [Node], seed: UInt64 = 0) throws(ClusterError) {
    try self.init(Cluster(nodes: nodes), seed: seed)
  }

  /// The bytes that scoring takes: 12 for each available node, and 20 for each distinct weight.
  ///
  /// The list of nodes is not counted, nor 2 KB that all selectors share.
  public var memoryFootprint: Int {
    MemoryLayout<UInt64>.stride * scores.count + MemoryLayout<UInt32>.stride * indices.count
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

  /// All nodes from the best bid to the worst.
  ///
  /// - Complexity: O(n log n) for n nodes, however few are visited.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var bids: [Bid] = []
    bids.reserveCapacity(scores.count)
    let key = EightByteXXH3.valuePart(hash)
    var first = 0
    for (weight, end) in zip(weights, ends) {
      for place in first..<Int(end) {
        let score = cxxhash_score(key, scores[place])
        // With one weight the order by score is the order by cost.
        let cost = weights.count == 1 ? 0 : Bid.cost(score, weight)
        bids.append(Bid(cost: cost, score: score, place: place))
      }
      first = Int(end)
    }
    bids.sort { beats($0, $1) }
    for bid in bids where !visit(Int(indices[bid.place])) { return .stopped }
    return .everyNode
  }
}
