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
    if weights.count == 1 {
      forEachBlock(of: hashes.count) { placeEqualWeights(hashes, at: $0, into: &indices) }
    } else {
      // Each key keeps all lanes busy by itself.
      for position in hashes.indices {
        let place = placeAmongClasses(EightByteXXH3.valuePart(hashes[position]))
        indices[position] = Int32(truncatingIfNeeded: self.indices[place])
      }
    }
  }

  private func placeEqualWeights(
    _ hashes: Span<UInt64>, at block: Range<Int>, into found: inout MutableSpan<Int32>
  ) {
    var keys = InlineArray<256, UInt64>(repeating: 0)
    for position in block {
      keys[position &- block.lowerBound] = EightByteXXH3.valuePart(hashes[position])
    }
    var places = InlineArray<256, UInt64>(repeating: 0)
    var mutablePlaces = places.mutableSpan
    unsafe keys.span.withUnsafeBufferPointer { keys in
      unsafe mutablePlaces.withUnsafeMutableBufferPointer { places in
        unsafe scores.withUnsafeBufferPointer { nodes in
          unsafe cxxhash_rendezvous_batch(
            keys.baseAddress, places.baseAddress, block.count, nodes.baseAddress, nodes.count,
            cxxhash_instructions())
        }
      }
    }
    for position in block {
      let place = Int(truncatingIfNeeded: places[position &- block.lowerBound])
      found[position] = Int32(truncatingIfNeeded: indices[place])
    }
  }

  /// XXH3 of many keys under ``seed``.
  public func hash(
    keys: Span<UInt8>, from start: Int, ends: Span<Int>, into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError) {
    try XXH3(seed: seed).hash(keys: keys, from: start, ends: ends, into: &hashes)
  }
}
