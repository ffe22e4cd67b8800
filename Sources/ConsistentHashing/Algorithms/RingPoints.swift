/// Sorted ring points with an index on their top bits.
///
/// A binary search over 160 000 points costs 17 dependent loads and as many guesses of the branch
/// predictor. Here the ring is cut into about as many buckets as there are points, the index says where
/// the points of a bucket begin, and the scan that follows passes half a point on average. Points are
/// hashes, so buckets fill evenly.
@usableFromInline package struct RingPoints: Sendable {
  /// Ascending, with sentinels behind the last that no hash exceeds, so that the scan needs no bounds
  /// of its own.
  @usableFromInline let values: [UInt64]

  /// The owner of each point; the sentinel's is the owner of the first, which is the wrap.
  @usableFromInline let owners: NodeTable

  /// The first point of each bucket.
  @usableFromInline let index: [UInt32]

  /// Values read at once without a branch.
  @usableFromInline static let stride = 3

  /// The number of points.
  @usableFromInline package let count: Int

  /// The number of buckets: ``bucketCount(points:)`` of ``count``.
  @usableFromInline let bucketCount: Int

  /// Takes points that stand in their final order.
  ///
  /// - Parameters:
  ///   - values: Ascending, with ``stride`` sentinels behind the last.
  ///   - owners: As many without the sentinels, and the first once more.
  ///   - index: Where each bucket begins.
  init(sorted values: [UInt64], owners: NodeTable, index: [UInt32]) {
    self.values = values
    self.owners = owners
    self.index = index
    count = values.count - Self.stride
    bucketCount = index.count
  }

  /// The number of buckets for a number of points: the first six binary digits of that number, zeros
  /// behind them.
  ///
  /// At most as many as points, and no more than 3 % fewer. Rounded, so that a node more or less
  /// mostly leaves the buckets as they are, and a changed ring can take over the index.
  static func bucketCount(points count: Int) -> Int {
    let dropped = max(0, Int.bitWidth - count.leadingZeroBitCount - 6)
    return (count >> dropped) << dropped
  }

  /// The bucket of a value: the high half of the product, which grows with the value.
  @inlinable @inline(__always) static func bucket(_ value: UInt64, of count: Int) -> Int {
    Int(truncatingIfNeeded: value.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
  }

  /// The position of the first point at or after a hash; ``count`` if there is none, whose owner is
  /// that of the first point.
  ///
  /// Nothing is checked in release builds: buckets are below the count by their formula, and the
  /// sentinels stop the scan.
  @inlinable @inline(__always) package func first(atOrAfter hash: UInt64) -> Int {
    let bucket = Self.bucket(hash, of: bucketCount)
    var position = unsafe index.withUnsafeBufferPointer { unsafe Int($0[bucket]) }
    unsafe values.withUnsafeBufferPointer { values in
      // Three in a row without a branch: which of them is the one cannot be predicted. That there are
      // more is rare.
      let isPast = unsafe values[position &+ 2] < hash
      let step = unsafe (values[position] < hash ? 1 : 0) &+ (values[position &+ 1] < hash ? 1 : 0)
      position &+= step &+ (isPast ? 1 : 0)
      if isPast {
        while unsafe values[position] < hash { position &+= 1 }
      }
    }
    return position
  }

  @inlinable @inline(__always) package func owner(_ position: Int) -> Int { owners[position] }

  /// The value of the point at a position below ``count``.
  package func value(_ position: Int) -> UInt64 { values[position] }

  /// The bytes that points and index take: up to 14 a point for up to 65 536 owners.
  package var memoryFootprint: Int {
    8 * values.count + owners.memoryFootprint + 4 * index.count
  }
}
