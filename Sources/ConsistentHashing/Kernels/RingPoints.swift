public import CXXHash

/// Sorted ring points with an index on their top bits.
///
/// A binary search over 160 000 points costs 17 dependent loads and as many guesses of the branch
/// predictor. Here the ring is cut into buckets of about four points, and the index says where the
/// points of a bucket begin. Each bucket is cut into 4096 notches. The notches of points are kept with
/// their owners in entries of four bytes, eight of which are compared with that of a hash at once. So a
/// lookup reads one cache line of the index and one or two of the entries, five bytes a point, which
/// the nearest caches hold. Values are read where notches do not decide, by less than one lookup in a
/// hundred.
///
/// Points are hashes, so buckets fill evenly; where they do not, every lookup searches the values of
/// its bucket.
public struct RingPoints: Sendable {
  /// Ascending.
  @usableFromInline let values: [UInt64]

  /// For each point the last 16 bits of its notch, then those of its owner.
  ///
  /// Sentinels follow in the notch where the ring ends, with the owner of the first point, which is the
  /// wrap.
  @usableFromInline let entries: [UInt32]

  /// The first 16 bits of the owners, and that of the sentinels; none if no owner has more than 16.
  @usableFromInline let upperOwners: [UInt16]

  /// Whether owners have more than 16 bits.
  @usableFromInline let hasUpperOwners: Bool

  /// The first point of each bucket, and the end of the last.
  @usableFromInline let index: [UInt32]

  /// The number of notches of the ring; ``notchCount(buckets:)`` of ``bucketCount``.
  @usableFromInline let notchCount: UInt64

  /// Whether entries alone are enough for most lookups: nowhere are seven buckets in a row empty.
  ///
  /// The last 16 bits of a notch repeat every 16 buckets. Their difference, as a signed number, tells
  /// which of two notches is ahead if they are less than eight buckets apart, which two neighbouring
  /// points and all hashes between them then are.
  @usableFromInline let isEven: Bool

  /// How many points a bucket has, on average.
  static let pointsPerBucket = 4

  /// Notches of a bucket, as a power of two.
  @usableFromInline static let notchesPerBucketBits = 12

  /// Entries after the last: as many as are read at once, and one.
  static let sentinels = 9

  /// Takes points that are in their final order.
  ///
  /// - Parameters:
  ///   - values: Ascending.
  ///   - entries: As many, and the sentinels.
  ///   - upperOwners: As many, and that of the sentinels; or none.
  ///   - index: Where each bucket begins, and the number of points.
  init(sorted values: [UInt64], entries: [UInt32], upperOwners: [UInt16], index: [UInt32]) {
    self.values = values
    self.entries = entries
    self.upperOwners = upperOwners
    hasUpperOwners = !upperOwners.isEmpty
    self.index = index
    notchCount = Self.notchCount(buckets: index.count - 1)
    isEven = Self.isEven(index)
  }

  /// The number of points.
  @inlinable public var count: Int { values.count }

  /// The number of buckets: ``bucketCount(points:)`` of ``count``.
  var bucketCount: Int { index.count - 1 }

  /// The number of buckets for a number of points: the first six binary digits of a fourth of that
  /// number, followed by zeros; at least one.
  ///
  /// Rounded, so that a node more or less mostly leaves the buckets as they are, and a changed ring
  /// can take over index and entries.
  static func bucketCount(points count: Int) -> Int {
    let buckets = max(1, count / pointsPerBucket)
    let dropped = max(0, Int.bitWidth - buckets.leadingZeroBitCount - 6)
    return (buckets >> dropped) << dropped
  }

  /// The number of notches for a number of buckets.
  static func notchCount(buckets: Int) -> UInt64 { UInt64(buckets) << notchesPerBucketBits }

  /// Which of so many equal parts of the ring a value is in: the high half of the product, which grows
  /// with the value.
  @inlinable @inline(__always) static func part(_ value: UInt64, of count: UInt64) -> UInt64 {
    value.multipliedFullWidth(by: count).high
  }

  /// The bucket of a value.
  func bucket(_ value: UInt64) -> Int {
    Int(Self.part(value, of: notchCount)) >> Self.notchesPerBucketBits
  }

  /// Whether no seven buckets in a row are empty.
  private static func isEven(_ index: [UInt32]) -> Bool {
    unsafe index.withUnsafeBufferPointer { index in
      (0..<max(0, index.count - 7)).allSatisfy { unsafe index[$0] != index[$0 + 7] }
    }
  }

  /// The position of the first point at or after a hash; ``count`` if there is none, whose owner is
  /// that of the first point.
  ///
  /// Nothing is checked in release builds: notches are below their number by their formula, and the
  /// sentinels let eight entries be read after the last.
  ///
  /// - Complexity: O(1) expected for points that are spread like hashes, O(log n) for all others.
  @inlinable @inline(__always) public func first(atOrAfter hash: UInt64) -> Int {
    let notch = Self.part(hash, of: notchCount)
    let bucket = Int(truncatingIfNeeded: notch &>> UInt64(Self.notchesPerBucketBits))
    var position = unsafe index.withUnsafeBufferPointer { unsafe Int($0[bucket]) }
    var isFound = false
    if isEven {
      let key = UInt32(truncatingIfNeeded: notch) &<< 16
      unsafe entries.withUnsafeBufferPointer { entries in
        position &+= unsafe cxxhash_entries_before(
          entries.baseAddress.unsafelyUnwrapped + position, key)
        // Not found if the point's notch is also the hash's, or if the ninth entry is still before it.
        isFound = unsafe Int32(bitPattern: entries[position] &- key) >= 1 << 16
      }
    }
    if !isFound {
      var end = unsafe index.withUnsafeBufferPointer { unsafe Int($0[bucket &+ 1]) }
      unsafe values.withUnsafeBufferPointer { values in
        while position < end {
          let middle = (position &+ end) &>> 1
          if unsafe values[middle] < hash { position = middle &+ 1 } else { end = middle }
        }
      }
    }
    return position
  }

  /// The owner of the point at a position up to ``count``, that of the first point there.
  @inlinable @inline(__always) package func owner(_ position: Int) -> Int {
    let lower = unsafe entries.withUnsafeBufferPointer { unsafe Int($0[position] & 0xFFFF) }
    if !hasUpperOwners { return lower }
    return unsafe upperOwners.withUnsafeBufferPointer { unsafe Int($0[position]) &<< 16 | lower }
  }

  /// The owner of a hash: that of the first point at or after it, wrapping.
  @inlinable @inline(__always) public func owner(ofHash hash: UInt64) -> Int {
    owner(first(atOrAfter: hash))
  }

  /// The owner of the point at a position up to ``count``, that of the first point there.
  public func owner(at position: Int) -> Int {
    precondition((0...count).contains(position), "a ring has no point at this position")
    return owner(position)
  }

  /// The value of the point at a position below ``count``.
  public func value(_ position: Int) -> UInt64 { values[position] }

  /// The bytes that points and index take: 13 a point for up to 65 536 owners, 15 for more.
  public var memoryFootprint: Int {
    8 * values.count + 4 * entries.count + 2 * upperOwners.count + 4 * index.count
  }
}
