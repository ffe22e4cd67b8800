extension RingPoints {
  /// Looks up many keys on the ring: places some of them, then looks their places up together.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - ends: Where in `keys` each key ends.
  ///   - indices: As many places as there are ends.
  ///   - place: The hash of a key, shifted as the ring's values are.
  ///   - choose: The answer for a key whose first point belongs to an owner; nil if there is none.
  /// - Throws: ``BatchError`` if the spans do not fit together; nothing has been written then.
  @inlinable @inline(__always) public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>,
    place: (Span<UInt8>) -> UInt64, choose: (_ owner: Int, _ key: Span<UInt8>) -> Int?
  ) throws(BatchError) {
    try self.indices(
      forKeys: keys, ends: ends, into: &indices,
      placeAll: { start, ends, places in
        var start = start
        for position in ends.indices {
          places[position] = unsafe place(keys.extracting(unchecked: start..<ends[position]))
          start = ends[position]
        }
      }, choose: choose)
  }

  /// The same, given a function that places some keys at once: where the first begins, where each ends,
  /// and where their places go.
  @inlinable @inline(__always) public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>,
    placeAll: (Int, Span<Int>, inout MutableSpan<UInt64>) -> Void,
    choose: (_ owner: Int, _ key: Span<UInt8>) -> Int?
  ) throws(BatchError) {
    try BatchError.check(answers: indices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    var places = InlineArray<256, UInt64>(repeating: 0)
    var owners = InlineArray<256, Int32>(repeating: 0)
    forEachBlock(of: ends.count) { block in
      let firstByte = block.lowerBound == 0 ? 0 : ends[block.lowerBound &- 1]
      var unplaced = places.mutableSpan
      placeAll(firstByte, ends.extracting(block), &unplaced)
      var found = owners.mutableSpan
      self.owners(forHashes: places.span.extracting(first: block.count), into: &found)
      var start = firstByte
      for position in block {
        let end = ends[position]
        let owner = Int(found[position &- block.lowerBound])
        let key = unsafe keys.extracting(unchecked: start..<end)
        indices[position] = Int32(truncatingIfNeeded: choose(owner, key) ?? -1)
        start = end
      }
    }
  }
}
