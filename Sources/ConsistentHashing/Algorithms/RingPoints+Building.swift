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
    let ring = RingPoints(ListedPoints(values: values, owners: owners), bound: bound)
    self = keepingFirstOfEqual ? ring.withoutRepetitions() : ring
  }

  /// Sorts the points of a source; see ``init(values:owners:bound:keepingFirstOfEqual:)``.
  ///
  /// Takes no memory beyond the ring's own but that of one piece; see ``RingSort``.
  init(_ source: some RingPointSource, bound: Int) {
    let count = source.count
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
          unsafe RingSort(values: values, owners: owners, index: index).sort(source)
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
    self.init(sorted: values, owners: NodeTable(bytes: owners, width: width), index: index)
  }

  /// The ring with the first of each run of equal values.
  private func withoutRepetitions() -> RingPoints {
    let repetitions = (1..<max(count, 1)).filter { values[$0] == values[$0 - 1] }
    return repetitions.isEmpty
      ? self : applying(repetitions.map { Change(position: $0, value: values[$0], owner: nil) })
  }
}
