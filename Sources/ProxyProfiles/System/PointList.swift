internal import ConsistentHashing

/// The points of a ring of 32-bit hashes, in the order in which a system makes them.
///
/// Points are kept in the high 32 bits, as lookups expect them.
struct PointList {
  private var values: [UInt64] = []
  private var owners: [UInt32] = []

  /// Starts an empty list with room for some points.
  init(capacity: Int) {
    values.reserveCapacity(capacity)
    owners.reserveCapacity(capacity)
  }

  /// The number of points.
  var count: Int { values.count }

  /// Adds a point.
  mutating func append(_ point: UInt32, owner: Int) {
    append(UInt64(point) << 32, owner: owner)
  }

  /// Adds a point of 64 bits.
  mutating func append(_ point: UInt64, owner: Int) {
    values.append(point)
    owners.append(UInt32(truncatingIfNeeded: owner))
  }

  /// The ring of the points; equal ones stay in the order in which they were added.
  ///
  /// - Parameters:
  ///   - bound: What all owners are below.
  ///   - keepingFirstOfEqual: Whether of equal points only the first is kept.
  func ring(bound: Int, keepingFirstOfEqual: Bool = false) -> RingPoints {
    RingPoints(
      values: values, owners: owners, bound: bound, keepingFirstOfEqual: keepingFirstOfEqual)
  }
}
