/// Sorted ring points with an index on their top bits.
///
/// A binary search over 160 000 points costs 17 dependent loads; here the top bits of the hash name a
/// bucket, the index says where its points begin, and the scan that follows passes one point on
/// average. Points are hashes, so buckets fill evenly.
@usableFromInline struct RingPoints: Sendable {
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
  let count: Int

  /// Sorts points by value, equal ones left in the order given.
  ///
  /// - Parameters:
  ///   - values: At least one, at most 2³².
  ///   - owners: As many.
  ///   - bound: What all owners are below.
  /// - Complexity: O(n) for values that are spread like hashes, O(n²) for values that are not.
  init(values unsorted: [UInt64], owners unsortedOwners: [UInt32], bound: Int) {
    let count = unsorted.count
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
    values[count] = .max
    owners[count] = owners[0]
    ends.removeLast()

    self.values = values
    self.owners = NodeTable(owners, bound: bound)
    self.index = ends
    self.shift = shift
    self.count = count
  }

  /// The position of the first point at or after a hash; ``count`` if there is none, whose owner is
  /// that of the first point.
  @inlinable func first(atOrAfter hash: UInt64) -> Int {
    var position = Int(index[Int(truncatingIfNeeded: hash >> shift)])
    while values[position] < hash { position &+= 1 }
    return position
  }

  @inlinable func owner(_ position: Int) -> Int { owners[position] }
}
