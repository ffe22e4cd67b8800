internal import CXXHash

extension XXH3 {
  /// The hashes of many keys, in one call.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - start: Where in `keys` the first key begins.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  ///   - hashes: As many places as there are ends.
  /// - Throws: ``BatchError`` if the spans do not fit together; nothing has been written then.
  public func hash(
    keys: Span<UInt8>, from start: Int = 0, ends: Span<Int>,
    into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError) {
    try BatchError.check(answers: hashes.count, keys: ends.count)
    try BatchError.check(ends: ends, from: start, byteCount: keys.count)
    unsafe keys.withUnsafeBufferPointer { keys in
      unsafe ends.withUnsafeBufferPointer { ends in
        unsafe hashes.withUnsafeMutableBufferPointer { hashes in
          // Keys of no bytes at all may have no address.
          guard let keys = keys.baseAddress else {
            for position in hashes.indices {
              unsafe hashes[position] = cxxhash_xxh3_64_seeded(nil, 0, seed)
            }
            return
          }
          unsafe cxxhash_xxh3_64_batch(
            keys, start, ends.baseAddress, ends.count, seed, hashes.baseAddress)
        }
      }
    }
  }
}
