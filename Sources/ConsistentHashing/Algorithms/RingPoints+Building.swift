extension RingPoints {
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
    values: [UInt64], owners: [UInt32], bound: Int, keepingFirstOfEqual: Bool = false
  ) {
    self.init(
      ListedPoints(values: values, owners: owners), bound: bound,
      keepingFirstOfEqual: keepingFirstOfEqual)
  }

  /// Sorts the points of a source; see ``init(values:owners:bound:keepingFirstOfEqual:)``.
  ///
  /// Takes no memory beyond the ring's own but that of one piece; see ``RingSort``.
  init(_ source: some RingPointSource, bound: Int, keepingFirstOfEqual: Bool = false) {
    var count = source.count
    let width = NodeTable.width(bound: bound)
    var owners = [UInt8](repeating: 0, count: (count + 1) * width + NodeTable.padding)
    var index = [UInt32](repeating: 0, count: Self.bucketCount(points: count))
    let values = unsafe [UInt64](unsafeUninitializedCapacity: count + Self.stride) {
      values, initialized in
      let values = unsafe values
      unsafe index.withUnsafeMutableBufferPointer { index in
        let index = unsafe index
        func sort<Owner: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
          _ owners: UnsafeMutableBufferPointer<Owner>
        ) {
          let sort = unsafe RingSort(values: values, owners: owners, index: index)
          unsafe sort.sort(source)
          if keepingFirstOfEqual { count = unsafe sort.removeRepetitions(count) }
          // The sentinel's owner is that of the first.
          unsafe owners[count] = owners[0]
        }
        unsafe owners.withUnsafeMutableBytes { owners in
          switch width {
          case 1: unsafe owners.withMemoryRebound(to: UInt8.self) { unsafe sort($0) }
          case 2: unsafe owners.withMemoryRebound(to: UInt16.self) { unsafe sort($0) }
          default: unsafe owners.withMemoryRebound(to: UInt32.self) { unsafe sort($0) }
          }
        }
      }
      for i in count..<count + Self.stride { unsafe values[i] = .max }
      initialized = count + Self.stride
    }
    if count < source.count {
      owners.removeLast((source.count - count) * width)
      index = Self.index(of: values, count: count, buckets: Self.bucketCount(points: count))
    }
    self.init(sorted: values, owners: NodeTable(bytes: owners, width: width), index: index)
  }

  /// For each bucket the position of its first value, or of the first behind it.
  static func index(of values: [UInt64], count: Int, buckets: Int) -> [UInt32] {
    var index = [UInt32](repeating: UInt32(count), count: buckets)
    unsafe index.withUnsafeMutableBufferPointer { index in
      unsafe values.withUnsafeBufferPointer { values in
        // Backwards, so that the first of a bucket has the last word, without a branch.
        for position in (0..<count).reversed() {
          unsafe index[bucket(values[position], of: buckets)] = UInt32(position)
        }
      }
      var next = UInt32(count)
      for bucket in (0..<buckets).reversed() {
        next = unsafe min(next, index[bucket])
        unsafe index[bucket] = next
      }
    }
    return index
  }
}
