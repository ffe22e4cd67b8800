extension MaglevTable {
  /// A table that is larger than this, in slots, does not stay in the second-level cache.
  private static let cachedSlots = 512 << 10

  private static let lanes = 16

  /// The nodes that the table holds for many hashes, several lookups in flight where the table
  /// exceeds the cache.
  ///
  /// - Complexity: O(1) for each hash; without allocation unless nodes are down.
  /// - Throws: ``BatchError`` if the spans differ in length.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try BatchError.check(answers: indices.count, keys: hashes.count)
    var first = 0
    if tableSize > Self.cachedSlots {
      while first &+ Self.lanes <= hashes.count {
        var slots = InlineArray<16, Int>(repeating: 0)
        for lane in 0..<Self.lanes {
          slots[lane] = slot(hashes[first &+ lane])
          table.prefetch(slots[lane])
        }
        for lane in 0..<Self.lanes {
          let index = table[slots[lane]]
          indices[first &+ lane] = Int32(
            truncatingIfNeeded: index == downMark
              ? self.index(forHash: hashes[first &+ lane]) : index)
        }
        first &+= Self.lanes
      }
    }
    for position in first..<hashes.count {
      indices[position] = Int32(truncatingIfNeeded: index(forHash: hashes[position]))
    }
  }
}
