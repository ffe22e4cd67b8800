internal import CXXHash

extension RendezvousHash {
  /// The best node of those that are up, found in the same pass as the best of all; nil if none is.
  ///
  /// - Complexity: O(n) for n nodes; without allocation for up to 4096 nodes.
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    let key = EightByteXXH3.valuePart(hash)
    let place = unsafe withPlaceMask(up) { mask in unsafe bestPlace(key, mask) }
    return place.map { Int(indices[$0]) }
  }

  /// The best nodes of those that are up for many hashes.
  ///
  /// - Throws: ``BatchError`` if the spans differ in length.
  public func indices(
    forHashes hashes: Span<UInt64>, among up: HealthMask, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    if up.isFull(for: nodes.count) { return try self.indices(forHashes: hashes, into: &indices) }
    try BatchError.check(answers: indices.count, keys: hashes.count)
    unsafe withPlaceMask(up) { mask in
      for position in hashes.indices {
        let key = EightByteXXH3.valuePart(hashes[position])
        let place = unsafe bestPlace(key, mask)
        indices[position] = place.map { Int32(truncatingIfNeeded: self.indices[$0]) } ?? -1
      }
    }
  }

  private func bestPlace(_ key: UInt64, _ mask: UnsafePointer<UInt64>) -> Int? {
    if weights.count == 1 {
      let bid = unsafe scores.withUnsafeBufferPointer { scores in
        unsafe cxxhash_rendezvous_among(
          key, scores.baseAddress, 0, scores.count, mask, cxxhash_instructions())
      }
      return bid.place == .max ? nil : Int(truncatingIfNeeded: bid.place)
    }
    return unsafe bestOfClasses(key, mask)
  }

  /// The best by estimates of cost; where two are too close to tell, by exact cost.
  private func bestOfClasses(_ key: UInt64, _ mask: UnsafePointer<UInt64>) -> Int? {
    var lowest = Double.infinity
    var second = Double.infinity
    var winner: Int?
    unsafe scores.withUnsafeBufferPointer { scores in
      unsafe logarithm.intervals.withUnsafeBufferPointer { intervals in
        var first = 0
        for (inverse, end) in zip(inverseWeights, ends) {
          let bid = unsafe cxxhash_rendezvous_among(
            key, scores.baseAddress, first, Int(end), mask, cxxhash_instructions())
          first = Int(end)
          guard bid.place != .max else { continue }
          let cost = unsafe cxxhash_logarithm_estimate(bid.score, intervals.baseAddress) * inverse
          if cost < lowest {
            second = lowest
            lowest = cost
            winner = Int(truncatingIfNeeded: bid.place)
          } else if cost < second {
            second = cost
          }
        }
      }
    }
    return second > lowest * Self.margin ? winner : unsafe bestByExactCost(key, mask)
  }

  @inline(never) private func bestByExactCost(_ key: UInt64, _ mask: UnsafePointer<UInt64>) -> Int?
  {
    var best = Bid.none
    var first = 0
    for (weight, end) in zip(weights, ends) {
      let bid = unsafe scores.withUnsafeBufferPointer { scores in
        unsafe cxxhash_rendezvous_among(
          key, scores.baseAddress, first, Int(end), mask, cxxhash_instructions())
      }
      first = Int(end)
      guard bid.place != .max else { continue }
      let offer = Bid(
        cost: Bid.cost(bid.score, weight), score: bid.score,
        place: Int(truncatingIfNeeded: bid.place))
      if beats(offer, best) { best = offer }
    }
    return best.place == Int.max ? nil : best.place
  }

  /// Calls a function with a mask whose bits are in the order of `scores`.
  ///
  /// Where every node has its own position, that is the caller's mask itself.
  private func withPlaceMask<Result>(
    _ up: HealthMask, _ body: (UnsafePointer<UInt64>) -> Result
  ) -> Result {
    if places.isEmpty, up.count >= nodes.count {
      return unsafe up.words.withUnsafeBufferPointer {
        unsafe body($0.baseAddress.unsafelyUnwrapped)
      }
    }
    let count = (scores.count + 63) / 64 + 1
    if count <= 65 {
      var words = InlineArray<65, UInt64>(repeating: 0)
      var span = words.mutableSpan
      return unsafe span.withUnsafeMutableBufferPointer { words in
        unsafe write(up, to: words)
        return unsafe body(UnsafePointer(words.baseAddress.unsafelyUnwrapped))
      }
    }
    var words = [UInt64](repeating: 0, count: count)
    return unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe write(up, to: words)
      return unsafe body(UnsafePointer(words.baseAddress.unsafelyUnwrapped))
    }
  }

  /// Writes the bits of all places; only the nodes that are up, or only those that are down, are looked
  /// at one by one, whichever are fewer.
  private func write(_ up: HealthMask, to words: UnsafeMutableBufferPointer<UInt64>) {
    let bound = nodes.count
    let fewUp = up.upCount * 2 < bound
    if !fewUp {
      let whole = scores.count / 64
      for word in 0..<whole { unsafe words[word] = .max }
      if !scores.count.isMultiple(of: 64) {
        unsafe words[whole] = 1 << UInt64(scores.count % 64) - 1
      }
    }
    for word in 0..<(bound + 63) / 64 {
      var bits = word < up.words.count ? up.words[word] : 0
      if !fewUp { bits = ~bits }
      while bits != 0 {
        let position = word * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        guard position < bound else { break }
        let place = places.isEmpty ? position : Int(places[position])
        guard place < scores.count else { continue }
        let bit: UInt64 = 1 << UInt64(place & 63)
        unsafe words[place >> 6] = fewUp ? words[place >> 6] | bit : words[place >> 6] & ~bit
      }
    }
  }
}
