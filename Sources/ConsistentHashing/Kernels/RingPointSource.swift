/// Where the points of a ring come from.
///
/// A source is gone through twice, once to count and once to place, so that no unsorted copy of the
/// points has to be kept.
protocol RingPointSource {
  /// The number of points: at least one, less than 2³².
  var count: Int { get }

  /// Gives every point, each time the same ones in the same order.
  func forEach(_ body: (_ value: UInt64, _ owner: UInt32) -> Void)

  /// Whether one point goes before another of the same value that was given earlier.
  func precedes(_ owner: UInt32, _ earlier: UInt32) -> Bool
}

/// Points in two arrays; equal ones keep the order given.
struct ListedPoints: RingPointSource {
  let values: [UInt64]
  let owners: [UInt32]

  var count: Int { values.count }

  @inline(__always) func forEach(_ body: (_ value: UInt64, _ owner: UInt32) -> Void) {
    for i in values.indices { body(values[i], owners[i]) }
  }

  func precedes(_ owner: UInt32, _ earlier: UInt32) -> Bool { false }
}
