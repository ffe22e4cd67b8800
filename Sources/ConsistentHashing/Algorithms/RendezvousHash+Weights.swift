internal import CXXHash

extension RendezvousHash {
  /// What a node offers for a hash.
  struct Bid {
    /// −ln(u)/w for the u of the score; the smallest wins.
    let cost: Double
    let score: UInt64
    /// The place of the node in `scores` and `indices`.
    let place: Int

    /// Less than any node offers.
    static let none = Bid(cost: .infinity, score: 0, place: Int.max)

    static func cost(_ score: UInt64, _ weight: Double) -> Double {
      NegativeLogarithm.value(NegativeLogarithm.unit(score)) / weight
    }
  }

  /// Whether a bid wins: the smaller cost, then the larger score, then the smaller id.
  func beats(_ a: Bid, _ b: Bid) -> Bool {
    if a.cost != b.cost { return a.cost < b.cost }
    if a.score != b.score { return a.score > b.score }
    if a.place == Int.max || b.place == Int.max { return a.place < b.place }
    return nodes[Int(indices[a.place])].id < nodes[Int(indices[b.place])].id
  }

  /// How much larger than another an estimated cost must be for the exact one to be larger as well:
  /// twice the error of an estimate, and the same again for all roundings.
  static var margin: Double { 1 + 4 * LogarithmEstimate.error }

  /// Where the winner of all classes stands: the best of each by score, of those the best by cost.
  func placeAmongClasses(_ key: UInt64) -> Int {
    placeByEstimates(key) ?? placeByExactCost(key)
  }

  /// The same by estimates alone; nil if they are too close to tell.
  @inline(__always) func placeByEstimates(_ key: UInt64) -> Int? {
    let place = unsafe scores.withUnsafeBufferPointer { scores in
      unsafe ends.withUnsafeBufferPointer { ends in
        unsafe inverseWeights.withUnsafeBufferPointer { inverseWeights in
          unsafe logarithm.intervals.withUnsafeBufferPointer { intervals in
            unsafe cxxhash_rendezvous_weighted(
              key, scores.baseAddress, ends.baseAddress, inverseWeights.baseAddress,
              inverseWeights.count, intervals.baseAddress, Self.margin, cxxhash_instructions())
          }
        }
      }
    }
    return place >= 0 ? Int(place) : nil
  }

  /// The same by exact costs, for the few keys that estimates do not tell.
  @inline(never) func placeByExactCost(_ key: UInt64) -> Int {
    var best = Bid.none
    var first = 0
    for (weight, end) in zip(weights, ends) {
      let (score, place) = highest(key, among: first..<Int(end))
      let bid = Bid(cost: Bid.cost(score, weight), score: score, place: place)
      if beats(bid, best) { best = bid }
      first = Int(end)
    }
    return best.place
  }
}
