internal import CXXHash

extension RendezvousHash {
  /// Visits all nodes from the smallest cost to the largest.
  ///
  /// Each pass over the nodes keeps the best of those that have not been visited. Estimates of the cost
  /// tell for nearly all nodes that they are not among them; only the others need an exact logarithm.
  /// Where passes would be many, the nodes are sorted instead.
  func walkWeights(_ key: UInt64, atOnce: Int = 64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var kept = InlineArray<64, Bid>(repeating: Bid.none)
    var span = kept.mutableSpan
    return unsafe span.withUnsafeMutableBufferPointer { kept in
      var last: Bid?
      var visited = 0
      while true {
        if isSorted(after: visited) { return walkSorted(key, after: visited, visit) }
        let count = unsafe best(key, after: last, into: kept, limit: atOnce)
        for place in 0..<count where unsafe !visit(Int(indices[kept[place].place])) {
          return .stopped
        }
        guard count == atOnce else { return .everyNode }
        last = unsafe kept[count - 1]
        visited += count
      }
    }
  }

  private func walkSorted(_ key: UInt64, after visited: Int, _ visit: (Int) -> Bool)
    -> PreferenceEnd
  {
    var bids: [Bid] = []
    bids.reserveCapacity(scores.count)
    var place = 0
    for (position, end) in ends.enumerated() {
      while place < Int(end) {
        let score = cxxhash_score(key, scores[place])
        bids.append(Bid(cost: Bid.cost(score, weights[position]), score: score, place: place))
        place += 1
      }
    }
    bids.sort(by: beats)
    return bids[visited...].allSatisfy { visit(Int(indices[$0.place])) } ? .everyNode : .stopped
  }

  /// The best bids after one, in their order.
  private func best(
    _ key: UInt64, after last: Bid?, into kept: UnsafeMutableBufferPointer<Bid>, limit: Int
  ) -> Int {
    var count = 0
    // What costs more than this cannot be kept, and what costs less than that has been visited.
    var tooMuch = Double.infinity
    let tooLittle = (last?.cost ?? 0) / Self.margin
    unsafe logarithm.intervals.withUnsafeBufferPointer { intervals in
      var place = 0
      for (position, end) in ends.enumerated() {
        let inverse = inverseWeights[position]
        while place < Int(end) {
          let score = cxxhash_score(key, scores[place])
          let estimate = unsafe cxxhash_logarithm_estimate(score, intervals.baseAddress) * inverse
          if estimate <= tooMuch, estimate >= tooLittle {
            let bid = Bid(cost: Bid.cost(score, weights[position]), score: score, place: place)
            if last.map({ beats($0, bid) }) ?? true {
              unsafe insert(bid, into: kept, &count, limit)
              if count == limit { tooMuch = unsafe kept[count - 1].cost * Self.margin }
            }
          }
          place += 1
        }
      }
    }
    return count
  }

  private func insert(
    _ bid: Bid, into kept: UnsafeMutableBufferPointer<Bid>, _ count: inout Int, _ limit: Int
  ) {
    var position = count
    if count == limit {
      guard unsafe beats(bid, kept[count - 1]) else { return }
      position -= 1
    } else {
      count += 1
    }
    while position > 0, unsafe beats(bid, kept[position - 1]) {
      unsafe kept[position] = kept[position - 1]
      position -= 1
    }
    unsafe kept[position] = bid
  }
}
