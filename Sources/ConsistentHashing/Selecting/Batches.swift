extension NodeSelector {
  /// The default: one key after the other, which the processor overlaps as far as it can.
  @inlinable public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: indices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    var start = 0
    for position in ends.indices {
      let end = ends[position]
      // The ends are checked above.
      let key = unsafe keys.extracting(unchecked: start..<end)
      let index: Int? = index(for: key)
      indices[position] = Int32(truncatingIfNeeded: index ?? -1)
      start = end
    }
  }

  /// The default: all keys without regard to health, then again those whose nodes are down.
  @inlinable public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, among up: HealthMask,
    into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try self.indices(forKeys: keys, ends: ends, into: &indices)
    if up.isFull(for: nodes.count) { return }
    var start = 0
    for position in ends.indices {
      let end = ends[position]
      if !up.contains(Int(indices[position])) {
        let key = unsafe keys.extracting(unchecked: start..<end)
        indices[position] = Int32(truncatingIfNeeded: index(for: key, among: up) ?? -1)
      }
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

  /// The default: all hashes without regard to health, then again those whose nodes are down.
  @inlinable public func indices(
    forHashes hashes: Span<UInt64>, among up: HealthMask, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try self.indices(forHashes: hashes, into: &indices)
    if up.isFull(for: nodes.count) { return }
    for position in hashes.indices where !up.contains(Int(indices[position])) {
      indices[position] = Int32(
        truncatingIfNeeded: index(forHash: hashes[position], among: up) ?? -1)
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
  @inlinable public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: indices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    try indicesInBlocks(forKeys: keys, ends: ends, into: &indices) {
      hashes, indices throws(BatchError) in
      try self.indices(forHashes: hashes, into: &indices)
    }
  }

  /// The default: some keys are hashed, then their hashes looked up together.
  @inlinable public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, among up: HealthMask,
    into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    if up.isFull(for: nodes.count) {
      return try self.indices(forKeys: keys, ends: ends, into: &indices)
    }
    try BatchError.check(answers: indices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    try indicesInBlocks(forKeys: keys, ends: ends, into: &indices) {
      hashes, indices throws(BatchError) in
      try self.indices(forHashes: hashes, among: up, into: &indices)
    }
  }

  /// Hashes and looks up a batch whose spans fit together.
  @inlinable @inline(__always) func indicesInBlocks(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>,
    _ look: (Span<UInt64>, inout MutableSpan<Int32>) throws(BatchError) -> Void
  ) throws(BatchError) {
    var hashes = InlineArray<256, UInt64>(repeating: 0)
    try unsafe indices.withUnsafeMutableBufferPointer { indices throws(BatchError) in
      var hashes = hashes.mutableSpan
      try unsafe hashes.withUnsafeMutableBufferPointer { hashes throws(BatchError) in
        try forEachBlock(of: ends.count) { (block: Range<Int>) throws(BatchError) in
          let start = block.lowerBound == 0 ? 0 : ends[block.lowerBound &- 1]
          let hashesOfBlock = unsafe UnsafeMutableBufferPointer(rebasing: hashes[..<block.count])
          var places = unsafe hashesOfBlock.mutableSpan
          try hash(keys: keys, from: start, ends: ends.extracting(block), into: &places)
          var answers = unsafe UnsafeMutableBufferPointer(rebasing: indices[block]).mutableSpan
          try unsafe look(hashesOfBlock.span, &answers)
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
