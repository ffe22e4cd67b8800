/// Sorts the points of a ring into place, and says where each bucket begins.
///
/// Points are hashes, so a counting sort on buckets of about one point leaves almost nothing to do. On
/// a large ring it would miss the caches with every point, though. So points go to pieces of 16 384
/// buckets first, each of them a stream that is written from front to back, and each piece is then
/// sorted within the cache.
@unsafe struct RingSort<Owner: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  /// Uninitialised, with room for every point.
  let values: UnsafeMutableBufferPointer<UInt64>
  /// As long.
  let owners: UnsafeMutableBufferPointer<Owner>
  /// A zero for each bucket.
  let index: UnsafeMutableBufferPointer<UInt32>

  /// Sorts the points of a source.
  func sort(_ source: some RingPointSource) {
    let ends = unsafe self.partition(source)
    var copy = unsafe Copy(capacity: largestPiece(ends))
    defer { unsafe copy.deallocate() }
    var start = 0
    for (piece, end) in ends.enumerated() {
      let first = piece << pieceBits
      let buckets = unsafe first..<min(first + 1 << pieceBits, index.count)
      unsafe distribute(start..<end, over: buckets, &copy)
      unsafe settle(start..<end, source)
      start = end
    }
  }

  /// Writes the points of each piece one behind the other, in the order given.
  ///
  /// - Returns: Where each piece ends.
  private func partition(_ source: some RingPointSource) -> [Int] {
    let buckets = unsafe index.count
    let pieces = (buckets - 1) >> pieceBits + 1
    var next = [Int](repeating: 0, count: pieces)
    unsafe next.withUnsafeMutableBufferPointer { next in
      if pieces > 1 {
        source.forEach { value, _ in
          let piece = RingPoints.bucket(value, of: buckets) >> pieceBits
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
        let piece = RingPoints.bucket(value, of: buckets) >> pieceBits
        let position = unsafe next[piece]
        unsafe next[piece] = position &+ 1
        unsafe values[position] = value
        unsafe owners[position] = Owner(truncatingIfNeeded: owner).littleEndian
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

  /// Sorts a piece by bucket, stably, and writes the start of each of its buckets.
  private func distribute(_ piece: Range<Int>, over buckets: Range<Int>, _ copy: inout Copy) {
    let bucketCount = unsafe index.count
    for (i, position) in piece.enumerated() {
      let value = unsafe values[position]
      unsafe copy.values[i] = value
      unsafe copy.owners[i] = unsafe owners[position]
      unsafe index[RingPoints.bucket(value, of: bucketCount)] &+= 1
    }
    // Ends, which become starts as the points are put in from the last to the first.
    var end = UInt32(truncatingIfNeeded: piece.lowerBound)
    for bucket in buckets {
      unsafe end &+= index[bucket]
      unsafe index[bucket] = end
    }
    for i in (0..<piece.count).reversed() {
      let value = unsafe copy.values[i]
      let bucket = RingPoints.bucket(value, of: bucketCount)
      let position = unsafe index[bucket] &- 1
      unsafe index[bucket] = position
      unsafe values[Int(position)] = value
      unsafe owners[Int(position)] = unsafe copy.owners[i]
    }
  }

  /// An insertion sort; no point leaves its bucket, as buckets are in order already.
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
    _ value: UInt64, _ owner: Owner, before position: Int, _ source: some RingPointSource
  ) -> Bool {
    let other = unsafe values[position]
    if other != value { return value < other }
    return unsafe source.precedes(
      UInt32(Owner(littleEndian: owner)), UInt32(Owner(littleEndian: owners[position])))
  }

  /// Room for the points of a piece.
  @unsafe private struct Copy {
    let values: UnsafeMutableBufferPointer<UInt64>
    let owners: UnsafeMutableBufferPointer<Owner>

    init(capacity: Int) {
      unsafe values = .allocate(capacity: capacity)
      unsafe owners = .allocate(capacity: capacity)
    }

    func deallocate() {
      unsafe values.deallocate()
      unsafe owners.deallocate()
    }
  }
}

/// Buckets of a piece, as a power of two: the values, owners and starts of a piece and a copy of the
/// first two take less than half a megabyte.
private let pieceBits = 14
