extension KetamaRing {
  /// The owners of the first points at or after many hashes, several lookups in flight where the ring
  /// exceeds the cache.
  ///
  /// - Complexity: O(1) expected for each hash, without allocation.
  /// - Throws: ``BatchError`` if the spans differ in length.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try BatchError.check(answers: indices.count, keys: hashes.count)
    points.owners(forHashes: hashes, into: &indices)
  }

  /// XXH3 of many keys under ``seed``.
  public func hash(
    keys: Span<UInt8>, from start: Int, ends: Span<Int>, into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError) {
    try XXH3(seed: seed).hash(keys: keys, from: start, ends: ends, into: &hashes)
  }
}
