/// Sorted ring points with an index on their top bits.
///
/// A binary search over 160 000 points costs 17 dependent loads and as many guesses of the branch
/// predictor. Here the ring is cut into as many buckets as there are points, the index says where the
/// points of a bucket begin, and the scan that follows passes half a point on average. Points are
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

  /// Sorts points by value, equal ones left in the order given.
  ///
  /// - Parameters:
  ///   - values: At least one, at most 2³².
  ///   - owners: As many.
  ///   - bound: What all owners are below.
  ///   - keepingFirstOfEqual: Whether of equal values only the first is kept. (Without it a lookup
  ///     gives the same owner; a walk from point to point meets all of them.)
  /// - Complexity: O(n) for values that are spread like hashes, O(n²) for values that are not.
  package init(
    values unsorted: [UInt64], owners unsortedOwners: [UInt32], bound: Int,
    keepingFirstOfEqual: Bool = false
  ) {
    var (values, owners) = Self.sorted(unsorted, unsortedOwners)
    if keepingFirstOfEqual { Self.removeRepetitions(&values, &owners) }
    let count = values.count
    owners.append(owners[0])
    self.count = count
    self.owners = NodeTable(owners, bound: bound)
    index = Self.index(of: values)
    self.values = values + Array(repeating: .max, count: Self.stride)
  }

  /// The bucket of a value: the high half of the product, which grows with the value.
  @inlinable @inline(__always) static func bucket(_ value: UInt64, of count: Int) -> Int {
    Int(truncatingIfNeeded: value.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
  }

  /// A stable counting sort on the buckets, then an insertion sort within each.
  private static func sorted(_ unsorted: [UInt64], _ unsortedOwners: [UInt32])
    -> (values: [UInt64], owners: [UInt32])
  {
    let count = unsorted.count
    var next = [UInt32](repeating: 0, count: count + 1)
    for value in unsorted { next[bucket(value, of: count) + 1] += 1 }
    for bucket in 1..<next.count { next[bucket] += next[bucket - 1] }
    var values = [UInt64](repeating: 0, count: count)
    var owners = [UInt32](repeating: 0, count: count)
    for i in 0..<count {
      let bucket = bucket(unsorted[i], of: count)
      let position = Int(next[bucket])
      next[bucket] += 1
      values[position] = unsorted[i]
      owners[position] = unsortedOwners[i]
    }
    for i in 1..<max(count, 1) where values[i - 1] > values[i] {
      // Buckets are in order already, so no element leaves its own.
      let value = values[i]
      let owner = owners[i]
      var j = i
      while j > 0, values[j - 1] > value {
        values[j] = values[j - 1]
        owners[j] = owners[j - 1]
        j -= 1
      }
      values[j] = value
      owners[j] = owner
    }
    return (values, owners)
  }

  /// Keeps the first of each run of equal values.
  private static func removeRepetitions(_ values: inout [UInt64], _ owners: inout [UInt32]) {
    var kept = 1
    for i in 1..<max(values.count, 1) where values[i] != values[kept - 1] {
      values[kept] = values[i]
      owners[kept] = owners[i]
      kept += 1
    }
    values.removeSubrange(kept...)
    owners.removeSubrange(kept...)
  }

  /// For each of as many buckets as there are values, the position of its first value, or of the
  /// first behind it.
  private static func index(of values: [UInt64]) -> [UInt32] {
    var starts = [UInt32](repeating: 0, count: values.count)
    var position = 0
    for bucket in starts.indices {
      while position < values.count, self.bucket(values[position], of: values.count) < bucket {
        position += 1
      }
      starts[bucket] = UInt32(position)
    }
    return starts
  }

  /// The position of the first point at or after a hash; ``count`` if there is none, whose owner is
  /// that of the first point.
  ///
  /// Nothing is checked in release builds: buckets are below the count by their formula, and the
  /// sentinels stop the scan.
  @inlinable @inline(__always) package func first(atOrAfter hash: UInt64) -> Int {
    let bucket = Self.bucket(hash, of: count)
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
}
