internal import CXXHash

extension RingPoints {
  /// A ring that is larger than this, in bytes, does not stay in the second-level cache.
  private static let cacheSize = 512 << 10

  /// How many lookups are in flight: enough to cover the way to memory, and few enough for the
  /// processor to keep track of.
  private static let lanes = 16

  /// The owners of the first points at or after many hashes.
  ///
  /// - Parameters:
  ///   - hashes: Values on the ring.
  ///   - owners: As many places.
  package func owners(forHashes hashes: Span<UInt64>, into found: inout MutableSpan<Int32>) {
    let count = min(hashes.count, found.count)
    var first = 0
    if self.count &* 12 > Self.cacheSize {
      while first &+ Self.lanes <= count {
        prefetchedOwners(hashes, from: first, into: &found)
        first &+= Self.lanes
      }
    }
    for position in first..<count {
      found[position] = Int32(
        truncatingIfNeeded: owners[self.first(atOrAfter: hashes[position])])
    }
  }

  /// One step at a time for all lanes, each asking for what the next step reads.
  @inline(__always) private func prefetchedOwners(
    _ hashes: Span<UInt64>, from first: Int, into found: inout MutableSpan<Int32>
  ) {
    var places = InlineArray<16, Int>(repeating: 0)
    unsafe index.withUnsafeBufferPointer { index in
      unsafe values.withUnsafeBufferPointer { values in
        for lane in 0..<Self.lanes {
          places[lane] = Self.bucket(hashes[first &+ lane], of: bucketCount)
          unsafe cxxhash_prefetch(index.baseAddress.unsafelyUnwrapped + places[lane])
        }
        for lane in 0..<Self.lanes {
          places[lane] = unsafe Int(index[places[lane]])
          unsafe cxxhash_prefetch(values.baseAddress.unsafelyUnwrapped + places[lane])
          owners.prefetch(places[lane])
        }
        for lane in 0..<Self.lanes {
          let hash = hashes[first &+ lane]
          var place = places[lane]
          while unsafe values[place] < hash { place &+= 1 }
          found[first &+ lane] = Int32(truncatingIfNeeded: owners[place])
        }
      }
    }
  }
}
