internal import CXXHash

extension RingPoints {
  /// Up to so many points, of which lookups read 5 MB, asking ahead gains nothing: the processor keeps
  /// enough lookups in flight by itself.
  private static let manyPoints = 1 << 20

  /// How many lookups are in flight: enough to cover the way to memory, and few enough for the
  /// processor to keep track of.
  private static let lanes = 16

  /// The owners of the first points at or after many hashes.
  ///
  /// - Parameters:
  ///   - hashes: Values on the ring.
  ///   - found: As many places.
  public func owners(forHashes hashes: Span<UInt64>, into found: inout MutableSpan<Int32>) {
    owners(forHashes: hashes, into: &found, prefetching: isEven && count > Self.manyPoints)
  }

  /// The same, asking for what lies in memory ahead of reading it, or not.
  func owners(
    forHashes hashes: Span<UInt64>, into found: inout MutableSpan<Int32>, prefetching: Bool
  ) {
    let count = min(hashes.count, found.count)
    var first = 0
    if prefetching {
      while first &+ Self.lanes <= count {
        prefetchedOwners(hashes, from: first, into: &found)
        first &+= Self.lanes
      }
    }
    for position in first..<count {
      found[position] = Int32(
        truncatingIfNeeded: owner(self.first(atOrAfter: hashes[position])))
    }
  }

  /// First asks for what all lanes read of the index, then for the entries, and then looks up.
  @inline(__always) private func prefetchedOwners(
    _ hashes: Span<UInt64>, from first: Int, into found: inout MutableSpan<Int32>
  ) {
    var buckets = InlineArray<16, Int>(repeating: 0)
    unsafe index.withUnsafeBufferPointer { index in
      unsafe entries.withUnsafeBufferPointer { entries in
        for lane in 0..<Self.lanes {
          buckets[lane] = bucket(hashes[first &+ lane])
          unsafe cxxhash_prefetch(index.baseAddress.unsafelyUnwrapped + buckets[lane])
        }
        for lane in 0..<Self.lanes {
          let start = unsafe entries.baseAddress.unsafelyUnwrapped + Int(index[buckets[lane]])
          unsafe cxxhash_prefetch(start)
          // The eighth may be in another line.
          unsafe cxxhash_prefetch(start + 7)
        }
        for lane in 0..<Self.lanes {
          found[first &+ lane] = Int32(
            truncatingIfNeeded: owner(self.first(atOrAfter: hashes[first &+ lane])))
        }
      }
    }
  }
}
