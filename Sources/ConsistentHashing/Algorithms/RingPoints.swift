/// Sorted ring points with an index on their top bits.
///
/// A binary search over 160 000 points costs 17 dependent loads; here the top bits of the hash name a
/// bucket, the index says where its points begin, and the scan that follows passes one point on
/// average. Points are hashes, so buckets fill evenly.
@usableFromInline package struct RingPoints: Sendable {
  /// Ascending, with one sentinel behind the last that no hash exceeds, so that the scan needs no
  /// bounds of its own.
  @usableFromInline let values: [UInt64]

  /// The owner of each point; the sentinel's is the owner of the first, which is the wrap.
  @usableFromInline let owners: NodeTable

  /// The first point of each bucket.
  @usableFromInline let index: [UInt32]

  /// How far to shift a hash to the right to get its bucket.
  @usableFromInline let shift: UInt64

  /// The number of points.
  package let count: Int

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
    var count = unsorted.count
    let bits = max(1, UInt64(Int.bitWidth - 1 - count.leadingZeroBitCount))
    let shift = 64 - bits

    // A stable counting sort on the top bits, then an insertion sort within each bucket.
    var ends = [UInt32](repeating: 0, count: (1 << bits) + 1)
    for value in unsorted { ends[Int(value >> shift) + 1] += 1 }
    for bucket in 1..<ends.count { ends[bucket] += ends[bucket - 1] }
    var next = ends
    var values = [UInt64](repeating: 0, count: count + 1)
    var owners = [UInt32](repeating: 0, count: count + 1)
    for i in 0..<count {
      let bucket = Int(unsorted[i] >> shift)
      let position = Int(next[bucket])
      next[bucket] += 1
      values[position] = unsorted[i]
      owners[position] = unsortedOwners[i]
    }
    for i in 1..<max(count, 1) {
      // Buckets are in order already, so no element moves out of its own.
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
    if keepingFirstOfEqual {
      let distinct = Self.removeRepetitions(&values, &owners, count: count)
      if distinct < count {
        count = distinct
        Self.reindex(&ends, values, count: count, shift: shift)
      }
    }
    values[count] = .max
    owners[count] = owners[0]
    ends.removeLast()

    self.values = values
    self.owners = NodeTable(owners, bound: bound)
    self.index = ends
    self.shift = shift
    self.count = count
  }

  /// Moves the first of each run of equal values forward; returns how many there are.
  private static func removeRepetitions(
    _ values: inout [UInt64], _ owners: inout [UInt32], count: Int
  ) -> Int {
    var kept = 1
    for i in 1..<max(count, 1) where values[i] != values[kept - 1] {
      values[kept] = values[i]
      owners[kept] = owners[i]
      kept += 1
    }
    values.removeSubrange((kept + 1)...)
    owners.removeSubrange((kept + 1)...)
    return kept
  }

  /// Finds the first point of each bucket again.
  private static func reindex(
    _ starts: inout [UInt32], _ values: [UInt64], count: Int, shift: UInt64
  ) {
    var position = 0
    for bucket in starts.indices {
      while position < count, Int(values[position] >> shift) < bucket { position += 1 }
      starts[bucket] = UInt32(position)
    }
  }

  /// The position of the first point at or after a hash; ``count`` if there is none, whose owner is
  /// that of the first point.
  @inlinable package func first(atOrAfter hash: UInt64) -> Int {
    var position = Int(index[Int(truncatingIfNeeded: hash >> shift)])
    while values[position] < hash { position &+= 1 }
    return position
  }

  @inlinable package func owner(_ position: Int) -> Int { owners[position] }
}
