extension NodeSelector {
  /// The default: one key after the other, which the processor overlaps as far as it can.
  @inlinable public func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: choices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    var start = 0
    for position in ends.indices {
      let end = ends[position]
      // The ends are checked above.
      let key = unsafe keys.extracting(unchecked: start..<end)
      choices[position] = Int32(truncatingIfNeeded: choice(for: key) ?? -1)
      start = end
    }
  }
}

extension HashedSelector {
  /// The default: one hash after the other.
  @inlinable public func indices(
    forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: indices.count, keys: hashes.count)
    for position in hashes.indices {
      indices[position] = Int32(truncatingIfNeeded: index(forHash: hashes[position]))
    }
  }

  /// The default: one key after the other.
  @inlinable public func hash(
    keys: Span<UInt8>, from start: Int, ends: Span<Int>, into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError) {
    try BatchError.check(answers: hashes.count, keys: ends.count)
    try BatchError.check(ends: ends, from: start, byteCount: keys.count)
    var start = start
    for position in ends.indices {
      let end = ends[position]
      hashes[position] = unsafe hash(of: keys.extracting(unchecked: start..<end))
      start = end
    }
  }

  /// The default: some keys are hashed, then their hashes looked up together.
  @inlinable public func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: choices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    try chooseInBlocks(forKeys: keys, ends: ends, into: &choices)
  }

  /// Hashes and looks up a batch whose spans fit together.
  @inlinable func chooseInBlocks(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    var hashes = InlineArray<256, UInt64>(repeating: 0)
    try unsafe choices.withUnsafeMutableBufferPointer { choices throws(BatchError) in
      var hashes = hashes.mutableSpan
      try unsafe hashes.withUnsafeMutableBufferPointer { hashes throws(BatchError) in
        try forEachBlock(of: ends.count) { (block: Range<Int>) throws(BatchError) in
          let start = block.lowerBound == 0 ? 0 : ends[block.lowerBound &- 1]
          let hashesOfBlock = unsafe UnsafeMutableBufferPointer(rebasing: hashes[..<block.count])
          var places = unsafe hashesOfBlock.mutableSpan
          try hash(keys: keys, from: start, ends: ends.extracting(block), into: &places)
          var answers = unsafe UnsafeMutableBufferPointer(rebasing: choices[block]).mutableSpan
          try unsafe indices(forHashes: hashesOfBlock.span, into: &answers)
        }
      }
    }
  }
}

/// Cuts a batch into blocks of 256, whose hashes stay in the first-level cache.
@inlinable @inline(__always) package func forEachBlock<Failure: Error>(
  of count: Int, _ body: (Range<Int>) throws(Failure) -> Void
) throws(Failure) {
  var first = 0
  while first < count {
    let end = min(first &+ 256, count)
    try body(first..<end)
    first = end
  }
}
