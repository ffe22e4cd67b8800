internal import CXXHash

extension RendezvousHash {
  /// The nodes whose scores for many hashes win, several keys in flight, in vector instructions where
  /// the processor has them.
  ///
  /// - Complexity: O(n) for n nodes for each hash, and one logarithm for each distinct weight if there
  ///   are several; without allocation.
  /// - Throws: ``BatchError`` if the spans differ in length.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try BatchError.check(answers: indices.count, keys: hashes.count)
    try forEachBlock(of: hashes.count) { (block: Range<Int>) throws(BatchError) in
      var keys = InlineArray<256, UInt64>(repeating: 0)
      for position in block {
        keys[position &- block.lowerBound] = EightByteXXH3.valuePart(hashes[position])
      }
      if classes.count == 1 {
        placeEqualWeights(keys, at: block, into: &indices)
      } else {
        placeWeighted(keys, at: block, into: &indices)
      }
    }
  }

  private func placeEqualWeights(
    _ keys: borrowing InlineArray<256, UInt64>, at block: Range<Int>,
    into found: inout MutableSpan<Int32>
  ) {
    var places = InlineArray<256, UInt64>(repeating: 0)
    var scores = InlineArray<256, UInt64>(repeating: 0)
    bid(keys, count: block.count, among: 0..<self.scores.count, &places, &scores)
    for position in 0..<block.count {
      found[block.lowerBound &+ position] = Int32(
        truncatingIfNeeded: indices[Int(truncatingIfNeeded: places[position])])
    }
  }

  private func placeWeighted(
    _ keys: borrowing InlineArray<256, UInt64>, at block: Range<Int>,
    into found: inout MutableSpan<Int32>
  ) {
    var best = InlineArray<256, Bid>(repeating: .none)
    var places = InlineArray<256, UInt64>(repeating: 0)
    var scores = InlineArray<256, UInt64>(repeating: 0)
    for weightClass in classes {
      bid(keys, count: block.count, among: weightClass.range, &places, &scores)
      for position in 0..<block.count {
        let score = scores[position]
        let bid = Bid(
          cost: Self.cost(score, weightClass.weight), score: score,
          place: weightClass.range.lowerBound + Int(truncatingIfNeeded: places[position]))
        if beats(bid, best[position]) { best[position] = bid }
      }
    }
    for position in 0..<block.count {
      found[block.lowerBound &+ position] = Int32(truncatingIfNeeded: indices[best[position].place])
    }
  }

  /// The best of a range of nodes for each of the first `count` keys.
  private func bid(
    _ keys: borrowing InlineArray<256, UInt64>, count: Int, among range: Range<Int>,
    _ places: inout InlineArray<256, UInt64>, _ scores: inout InlineArray<256, UInt64>
  ) {
    var places = places.mutableSpan
    var scores = scores.mutableSpan
    unsafe keys.span.withUnsafeBufferPointer { keys in
      unsafe places.withUnsafeMutableBufferPointer { places in
        unsafe scores.withUnsafeMutableBufferPointer { scores in
          unsafe self.scores.withUnsafeBufferPointer { nodes in
            unsafe cxxhash_rendezvous_batch(
              keys.baseAddress, places.baseAddress, scores.baseAddress, count,
              nodes.baseAddress.unsafelyUnwrapped + range.lowerBound, range.count,
              cxxhash_instructions())
          }
        }
      }
    }
  }
}
