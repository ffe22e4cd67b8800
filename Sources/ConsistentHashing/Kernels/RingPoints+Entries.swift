extension RingPoints {
  /// Whether owners below a bound do not all fit into entries.
  static func needsUpperOwners(bound: Int) -> Bool { bound > 1 << 16 }

  /// The entry of a point, of whose owner it keeps the last 16 bits.
  @inline(__always) static func entry(
    _ value: UInt64, owner: UInt32, notches: UInt64
  ) -> UInt32 {
    UInt32(truncatingIfNeeded: part(value, of: notches)) << 16 | owner & 0xFFFF
  }

  /// Makes entries of owners in place.
  ///
  /// - Parameters:
  ///   - owners: One for each value, and room for the sentinels.
  ///   - values: In their order.
  ///   - buckets: The number of buckets.
  ///   - bound: What all owners are below.
  /// - Returns: The upper halves of the owners, if they are needed.
  static func makeEntries(
    of owners: inout [UInt32], values: [UInt64], buckets: Int, bound: Int
  ) -> [UInt16] {
    let upper =
      needsUpperOwners(bound: bound)
      ? upperHalves(of: owners[..<values.count]) : []
    let notches = notchCount(buckets: buckets)
    unsafe owners.withUnsafeMutableBufferPointer { owners in
      unsafe values.withUnsafeBufferPointer { values in
        for i in values.indices {
          unsafe owners[i] = entry(values[i], owner: owners[i], notches: notches)
        }
      }
      unsafe writeSentinels(owners, count: values.count, notches: notches)
    }
    return upper
  }

  private static func upperHalves(of owners: ArraySlice<UInt32>) -> [UInt16] {
    unsafe [UInt16](unsafeUninitializedCapacity: owners.count + 1) { upper, initialized in
      let upper = unsafe upper
      for i in owners.indices { unsafe upper[i] = UInt16(truncatingIfNeeded: owners[i] >> 16) }
      unsafe upper[owners.count] = upper[0]
      initialized = owners.count + 1
    }
  }

  /// Writes the entries after the last point.
  static func writeSentinels(
    _ entries: UnsafeMutableBufferPointer<UInt32>, count: Int, notches: UInt64
  ) {
    let owner = unsafe entries[0] & 0xFFFF
    for i in count..<count + sentinels {
      unsafe entries[i] = UInt32(truncatingIfNeeded: notches) << 16 | owner
    }
  }

  /// For each bucket the position of its first value, or of the first after it; then the number of
  /// values.
  static func index(of values: [UInt64], buckets: Int) -> [UInt32] {
    var index = [UInt32](repeating: UInt32(values.count), count: buckets + 1)
    unsafe index.withUnsafeMutableBufferPointer { index in
      unsafe values.withUnsafeBufferPointer { values in
        // Backwards, so that the first of a bucket has the last word, without a branch.
        for position in values.indices.reversed() {
          unsafe index[Int(part(values[position], of: UInt64(buckets)))] = UInt32(position)
        }
      }
      var next = UInt32(truncatingIfNeeded: values.count)
      for bucket in (0..<buckets).reversed() {
        next = unsafe min(next, index[bucket])
        unsafe index[bucket] = next
      }
    }
    return index
  }
}
