/// Sorts the points of a ring into place, and says where each bucket begins.
///
/// Points are hashes, so a counting sort on cells of about one point, of which a bucket has four, leaves
/// almost nothing to do. On a large ring it would miss the caches with every point, though. So points go
/// to pieces of 16 384 cells first, each of them a stream that is written from front to back, and each
/// piece is then sorted within the cache.
@unsafe struct RingSort {
  /// Uninitialised, with room for every point.
  let values: UnsafeMutableBufferPointer<UInt64>
  /// As long.
  let owners: UnsafeMutableBufferPointer<UInt32>
  /// Uninitialised, with room for the start of each bucket and the end of the last.
  let index: UnsafeMutableBufferPointer<UInt32>

  /// The number of cells.
  private var cells: Int { unsafe (index.count - 1) * RingPoints.pointsPerBucket }

  /// The cell of a value.
  @inline(__always) private static func cell(_ value: UInt64, of cells: Int) -> Int {
    Int(truncatingIfNeeded: RingPoints.part(value, of: UInt64(truncatingIfNeeded: cells)))
  }

  /// Sorts the points of a source.
  func sort(_ source: some RingPointSource) {
    let ends = unsafe self.partition(source)
    var copy = unsafe Copy(capacity: largestPiece(ends))
    defer { unsafe copy.deallocate() }
    var start = 0
    for (piece, end) in ends.enumerated() {
      let first = piece << pieceBits
      let cells = unsafe first..<min(first + 1 << pieceBits, cells)
      unsafe distribute(start..<end, over: cells, &copy)
      unsafe settle(start..<end, source)
      start = end
    }
    unsafe index[index.count - 1] = UInt32(start)
  }

  /// Writes the points of each piece one after another, in the order given.
  ///
  /// - Returns: Where each piece ends.
  private func partition(_ source: some RingPointSource) -> [Int] {
    let cells = unsafe cells
    let pieces = (cells - 1) >> pieceBits + 1
    var next = [Int](repeating: 0, count: pieces)
    unsafe next.withUnsafeMutableBufferPointer { next in
      if pieces > 1 {
        source.forEach { value, _ in
          let piece = unsafe Self.cell(value, of: cells) >> pieceBits
          unsafe next[piece] += 1
        }
        var start = 0
        for piece in 0..<pieces {
          let count = unsafe next[piece]
          unsafe next[piece] = start
          start += count
        }
      }
      source.forEach { value, owner in
        let piece = unsafe Self.cell(value, of: cells) >> pieceBits
        let position = unsafe next[piece]
        unsafe next[piece] = position &+ 1
        unsafe values[position] = value
        unsafe owners[position] = owner
      }
    }
    return next
  }

  private func largestPiece(_ ends: [Int]) -> Int {
    var largest = 0
    var start = 0
    for end in ends {
      largest = max(largest, end - start)
      start = end
    }
    return largest
  }

  /// Sorts a piece by cell, stably, and writes the start of each of its buckets.
  private func distribute(_ piece: Range<Int>, over cells: Range<Int>, _ copy: inout Copy) {
    let cellCount = unsafe self.cells
    let starts = unsafe copy.starts
    unsafe starts.update(repeating: 0)
    for (i, position) in piece.enumerated() {
      let value = unsafe values[position]
      unsafe copy.values[i] = value
      unsafe copy.owners[i] = unsafe owners[position]
      unsafe starts[Self.cell(value, of: cellCount) &- cells.lowerBound] &+= 1
    }
    // Ends, which become starts as the points are put in from the last to the first.
    var end = UInt32(truncatingIfNeeded: piece.lowerBound)
    for cell in 0..<cells.count {
      // The end of the cell before is the start of this one.
      if cell % RingPoints.pointsPerBucket == 0 {
        unsafe index[(cells.lowerBound &+ cell) / RingPoints.pointsPerBucket] = end
      }
      unsafe end &+= starts[cell]
      unsafe starts[cell] = end
    }
    for i in (0..<piece.count).reversed() {
      let value = unsafe copy.values[i]
      let cell = unsafe Self.cell(value, of: cellCount) &- cells.lowerBound
      let position = unsafe starts[cell] &- 1
      unsafe starts[cell] = position
      unsafe values[Int(position)] = value
      unsafe owners[Int(position)] = unsafe copy.owners[i]
    }
  }

  /// An insertion sort; no point leaves its cell, as cells are in order already.
  private func settle(_ piece: Range<Int>, _ source: some RingPointSource) {
    for i in piece.dropFirst() where unsafe values[i - 1] >= values[i] {
      let value = unsafe values[i]
      let owner = unsafe owners[i]
      var j = i
      while j > piece.lowerBound, unsafe goes(value, owner, before: j - 1, source) {
        unsafe values[j] = values[j - 1]
        unsafe owners[j] = owners[j - 1]
        j -= 1
      }
      unsafe values[j] = value
      unsafe owners[j] = owner
    }
  }

  /// Moves the first points of all runs of equal values together, once all are sorted.
  ///
  /// - Returns: How many are left.
  func removeRepetitions(_ count: Int) -> Int {
    var kept = 0
    for position in 0..<count where unsafe kept == 0 || values[position] != values[kept - 1] {
      unsafe values[kept] = values[position]
      unsafe owners[kept] = owners[position]
      kept += 1
    }
    return kept
  }

  private func goes(
    _ value: UInt64, _ owner: UInt32, before position: Int, _ source: some RingPointSource
  ) -> Bool {
    let other = unsafe values[position]
    if other != value { return value < other }
    return unsafe source.precedes(owner, owners[position])
  }

  /// Room for the points of a piece, and for where its cells begin.
  @unsafe private struct Copy {
    let values: UnsafeMutableBufferPointer<UInt64>
    let owners: UnsafeMutableBufferPointer<UInt32>
    let starts: UnsafeMutableBufferPointer<UInt32>

    init(capacity: Int) {
      unsafe values = .allocate(capacity: capacity)
      unsafe owners = .allocate(capacity: capacity)
      unsafe starts = .allocate(capacity: 1 << pieceBits)
      unsafe starts.initialize(repeating: 0)
    }

    func deallocate() {
      unsafe values.deallocate()
      unsafe owners.deallocate()
      unsafe starts.deallocate()
    }
  }
}

/// Cells of a piece, as a power of two: the values, owners and starts of a piece and a copy of the
/// first two take less than half a megabyte.
private let pieceBits = 14
