internal import CXXHash

extension RendezvousHash {
  /// All nodes from the best bid to the worst.
  ///
  /// - Complexity: One pass over the nodes for each 16 nodes that are visited, for each 64 where weights
  ///   differ; without allocation. Of more than 4096 nodes, those after the first 256 are sorted.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let key = EightByteXXH3.valuePart(hash)
    return weights.count == 1 ? walkEqualWeights(key, visit) : walkWeights(key, visit)
  }

  /// The best nodes, from the best bid on.
  ///
  /// - Complexity: One pass over the nodes for each 16 nodes that are asked for.
  public func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    let key = EightByteXXH3.valuePart(hash)
    let wanted = min(found.count, scores.count)
    guard wanted > 0 else { return 0 }
    return unsafe found.withUnsafeMutableBufferPointer { found in
      var written = 0
      if weights.count == 1, wanted <= 16, scores.count <= Self.fewNodes {
        return unsafe bestOfFew(key, into: found, limit: wanted)
      }
      if weights.count == 1, wanted <= 16 {
        var bids = InlineArray<16, cxxhash_bid>(repeating: cxxhash_bid())
        var span = bids.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer { bids in
          let count = unsafe best(key, after: nil, into: bids, limit: wanted)
          for place in 0..<count {
            unsafe found[place] = Int32(
              truncatingIfNeeded: indices[Int(truncatingIfNeeded: bids[place].place)])
          }
          written = count
        }
        return written
      }
      let visit: (Int) -> Bool = { index in
        unsafe found[written] = Int32(truncatingIfNeeded: index)
        written += 1
        return written < wanted
      }
      _ =
        weights.count == 1
        ? walkEqualWeights(key, visit) : walkWeights(key, atOnce: min(wanted, 64), visit)
      return written
    }
  }

  /// Up to so many nodes a list that is kept in order is faster than the kernel for many.
  private static var fewNodes: Int { 40 }

  /// The best of a few nodes, by insertion.
  private func bestOfFew(
    _ key: UInt64, into found: UnsafeMutableBufferPointer<Int32>, limit: Int
  ) -> Int {
    var kept = InlineArray<16, UInt64>(repeating: 0)
    var count = 0
    unsafe scores.withUnsafeBufferPointer { scores in
      for place in scores.indices {
        let score = unsafe cxxhash_score(key, scores[place])
        // Equal scores keep the first place.
        if count == limit, score <= kept[limit &- 1] { continue }
        var position = count == limit ? limit &- 1 : count
        count = min(count &+ 1, limit)
        while position > 0, kept[position &- 1] < score {
          kept[position] = kept[position &- 1]
          unsafe found[position] = found[position &- 1]
          position &-= 1
        }
        kept[position] = score
        unsafe found[position] = Int32(truncatingIfNeeded: indices[place])
      }
    }
    return count
  }

  /// Shares are the weights.
  public func keySpace() -> KeySpace {
    let weights = nodes.map { $0.isAvailable ? $0.weight : 0 }
    let sum = weights.reduce(0, +)
    return KeySpace(
      domain: .bits64, keyHash: keyHash, form: .shares(weights.map { $0 / sum }))
  }

  /// The best bids after one, by score, ties to the first place.
  private func best(
    _ key: UInt64, after: cxxhash_bid?, into bids: UnsafeMutableBufferPointer<cxxhash_bid>,
    limit: Int
  ) -> Int {
    unsafe scores.withUnsafeBufferPointer { scores in
      guard var after else {
        return unsafe cxxhash_rendezvous_best(
          key, scores.baseAddress, 0, scores.count, nil, nil, bids.baseAddress, limit,
          cxxhash_instructions())
      }
      return unsafe cxxhash_rendezvous_best(
        key, scores.baseAddress, 0, scores.count, nil, &after, bids.baseAddress, limit,
        cxxhash_instructions())
    }
  }

  private func walkEqualWeights(_ key: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var bids = InlineArray<16, cxxhash_bid>(repeating: cxxhash_bid())
    var span = bids.mutableSpan
    return unsafe span.withUnsafeMutableBufferPointer { bids in
      var after: cxxhash_bid?
      var visited = 0
      while true {
        if isSorted(after: visited) { return walkSortedEqualWeights(key, after: visited, visit) }
        let count = unsafe best(key, after: after, into: bids, limit: 16)
        for place in 0..<count
        where !visit(Int(indices[Int(truncatingIfNeeded: unsafe bids[place].place)])) {
          return .stopped
        }
        guard count == 16 else { return .everyNode }
        after = unsafe bids[15]
        visited += count
      }
    }
  }

  /// Whether a walk that has visited so many nodes sorts the rest, instead of one pass for a few more.
  func isSorted(after visited: Int) -> Bool { visited >= 256 && scores.count > 4096 }

  private func walkSortedEqualWeights(_ key: UInt64, after visited: Int, _ visit: (Int) -> Bool)
    -> PreferenceEnd
  {
    let bids = scores.enumerated().map { (score: cxxhash_score(key, $1), place: $0) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.place < $1.place }
    return bids[visited...].allSatisfy { visit(Int(indices[$0.place])) } ? .everyNode : .stopped
  }
}
