extension RingPoints {
  /// Sorts points by value, equal ones left in the order given.
  ///
  /// - Parameters:
  ///   - values: At least one, less than 2³². Hashes of fewer than 64 bits are shifted to the top.
  ///   - owners: As many.
  ///   - bound: What all owners are below.
  ///   - keepingFirstOfEqual: Whether of equal values only the first is kept. (Without it a lookup
  ///     gives the same owner; a walk from point to point meets all of them.)
  /// - Complexity: O(n) for values that are spread like hashes, O(n²) for values that are not.
  public init(
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
    let given = source.count
    var buckets = Self.bucketCount(points: given)
    // Owners first, entries in the end.
    var entries: [UInt32] = []
    var index: [UInt32] = []
    let values = unsafe [UInt64](unsafeUninitializedCapacity: given) { values, kept in
      let values = unsafe values
      var count = given
      entries = unsafe [UInt32](unsafeUninitializedCapacity: given + Self.sentinels) {
        owners, initialized in
        let owners = unsafe owners
        index = unsafe [UInt32](unsafeUninitializedCapacity: buckets + 1) { index, initialized in
          let sort = unsafe RingSort(values: values, owners: owners, index: index)
          unsafe sort.sort(source)
          if keepingFirstOfEqual { count = unsafe sort.removeRepetitions(given) }
          initialized = buckets + 1
        }
        for i in count..<count + Self.sentinels { unsafe owners[i] = 0 }
        initialized = count + Self.sentinels
      }
      kept = count
    }
    if values.count < given {
      buckets = Self.bucketCount(points: values.count)
      index = Self.index(of: values, buckets: buckets)
    }
    let upper = Self.makeEntries(of: &entries, values: values, buckets: buckets, bound: bound)
    self.init(sorted: values, entries: entries, upperOwners: upper, index: index)
  }
}
