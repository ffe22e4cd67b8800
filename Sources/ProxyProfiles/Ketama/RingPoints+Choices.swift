internal import ConsistentHashing

extension RingPoints {
  /// Chooses for many keys by the ring: hashes some of them, then looks them up together.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, laid end to end.
  ///   - ends: Where in `keys` each key ends.
  ///   - choices: As many places as there are ends.
  ///   - place: Where on the ring a key falls.
  ///   - choice: The choice for a key whose first point belongs to an owner; nil if there is none.
  /// - Throws: `BatchError` if the spans do not fit together; nothing has been written then.
  @inline(__always) func choose(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>,
    place: (Span<UInt8>) -> UInt64, choice: (_ owner: Int, _ key: Span<UInt8>) -> Int?
  ) throws(BatchError) {
    try choose(
      forKeys: keys, ends: ends, into: &choices,
      placeAll: { start, ends, places in
        var start = start
        for position in ends.indices {
          places[position] = unsafe place(keys.extracting(unchecked: start..<ends[position]))
          start = ends[position]
        }
      }, choice: choice)
  }

  /// The same where keys are placed by the first words of their MD5, moved to the left.
  @inline(__always) func chooseByMD5(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>,
    shiftedBy shift: UInt64, choice: (_ owner: Int, _ key: Span<UInt8>) -> Int?
  ) throws(BatchError) {
    try choose(
      forKeys: keys, ends: ends, into: &choices,
      placeAll: { start, ends, places in
        MD5.firstWords(keys, from: start, ends: ends, shiftedBy: shift, into: &places)
      }, choice: choice)
  }

  /// The same, given a function that places some keys at once: where the first begins, where each ends,
  /// and where their places go.
  @inline(__always) private func choose(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>,
    placeAll: (Int, Span<Int>, inout MutableSpan<UInt64>) -> Void,
    choice: (_ owner: Int, _ key: Span<UInt8>) -> Int?
  ) throws(BatchError) {
    try BatchError.check(answers: choices.count, keys: ends.count)
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
        choices[position] = Int32(truncatingIfNeeded: choice(owner, key) ?? -1)
        start = end
      }
    }
  }
}
