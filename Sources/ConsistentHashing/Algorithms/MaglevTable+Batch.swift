internal import CXXHash

extension MaglevTable {
  /// XXH3 of many keys under ``seed``.
  public func hash(
    keys: Span<UInt8>, from start: Int, ends: Span<Int>, into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError) {
    try XXH3(seed: seed).hash(keys: keys, from: start, ends: ends, into: &hashes)
  }

  /// The nodes of many keys, each hashed and looked up in one step.
  ///
  /// Nothing is asked of memory ahead: lookups are one load that waits for no other, and the processor
  /// has many of those under way by itself.
  ///
  /// - Complexity: O(length of the keys); without allocation unless nodes are down.
  /// - Throws: ``BatchError`` if the spans do not fit together.
  public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: indices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    guard !keys.isEmpty else {
      return try indicesInBlocks(forKeys: keys, ends: ends, into: &indices) {
        hashes, indices throws(BatchError) in
        try self.indices(forHashes: hashes, into: &indices)
      }
    }
    unsafe keys.withUnsafeBufferPointer { keys in
      unsafe ends.withUnsafeBufferPointer { ends in
        unsafe indices.withUnsafeMutableBufferPointer { indices in
          unsafe owners.table.bytes.withUnsafeBufferPointer { table in
            unsafe cxxhash_xxh3_64_entries(
              keys.baseAddress, ends.baseAddress, ends.count, seed, table.baseAddress,
              UInt64(tableSize), UInt32(owners.table.shift), indices.baseAddress)
          }
        }
      }
    }
    guard owners.someAreDown else { return }
    var start = 0
    for position in ends.indices {
      let end = ends[position]
      if Int(indices[position]) == owners.downMark {
        indices[position] = Int32(
          truncatingIfNeeded: owners.indexPastDown(hash(of: keys.extracting(start..<end))))
      }
      start = end
    }
  }
}
