internal import CXXHash

extension JumpHash {
  /// The owners of the slots of many hashes, several jumps in flight, in vector instructions where the
  /// processor has them.
  ///
  /// - Complexity: O(log slots) for each hash; as ``index(forHash:)`` where slots are vacant.
  /// - Throws: ``BatchError`` if the spans differ in length.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try BatchError.check(answers: indices.count, keys: hashes.count)
    guard !hashes.isEmpty else { return }
    unsafe hashes.withUnsafeBufferPointer { hashes in
      unsafe indices.withUnsafeMutableBufferPointer { indices in
        unsafe cxxhash_jump_batch(
          hashes.baseAddress, indices.baseAddress, hashes.count,
          Int32(truncatingIfNeeded: slotCount), cxxhash_instructions())
      }
    }
    for position in hashes.indices {
      let owner = owners[Int(indices[position])]
      indices[position] =
        owner >= 0 ? owner : Int32(truncatingIfNeeded: indexPastVacancy(hashes[position]))
    }
  }

  /// XXH3 of many keys under ``seed``.
  public func hash(
    keys: Span<UInt8>, from start: Int, ends: Span<Int>, into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError) {
    try XXH3(seed: seed).hash(keys: keys, from: start, ends: ends, into: &hashes)
  }
}
