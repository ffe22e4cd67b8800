import ConsistentHashing

/// A ring of CRC-32 chains, as nginx builds it and others have ported it.
///
/// From a state (the checksum of a name, not finished) a chain of points follows, each the checksum of
/// the name and the point before, as four little-endian bytes.
struct CRC32Ring: Sendable {
  /// A member of the ring.
  struct Member {
    /// The state behind the bytes of its name.
    var base: UInt32
    /// The number of its points.
    var count: Int
    /// The node that owns them.
    var owner: Int
  }

  private let crc = CRC32()

  /// Points in the high 32 bits.
  private let points: RingPoints
  private let ownerCount: Int
  private let bound: Int

  /// The number of points.
  var count: Int { points.count }

  /// Builds the ring of at least one member that has points.
  ///
  /// - Parameters:
  ///   - members: In the order in which equal points stay.
  ///   - bound: What all owners are below.
  ///   - keepingFirstOfEqual: Whether of equal points only the first is kept.
  init(_ members: [Member], bound: Int, keepingFirstOfEqual: Bool) {
    var values: [UInt64] = []
    values.reserveCapacity(members.reduce(0) { $0 + $1.count })
    var owners: [UInt32] = []
    owners.reserveCapacity(values.capacity)
    for member in members {
      var point: UInt32 = 0
      for _ in 0..<member.count {
        point = ~crc.update(member.base, littleEndian: point)
        values.append(UInt64(point) << 32)
        owners.append(UInt32(member.owner))
      }
    }
    self.bound = bound
    ownerCount = members.count { $0.count > 0 }
    points = RingPoints(
      values: values, owners: owners, bound: bound, keepingFirstOfEqual: keepingFirstOfEqual)
  }

  /// The position of the first point that is at least the checksum of a key, wrapping.
  func position(of key: Span<UInt8>) -> Int {
    let position = points.first(atOrAfter: UInt64(crc.checksum(key)) << 32)
    return position == points.count ? 0 : position
  }

  /// The owner of a point.
  func owner(at position: Int) -> Int { points.owner(position) }

  /// The owner of a key.
  func owner(of key: Span<UInt8>) -> Int {
    points.owner(points.first(atOrAfter: UInt64(crc.checksum(key)) << 32))
  }

  /// Visits the owners met from point to point, each once, over a number of points at most.
  ///
  /// - Returns: False if the visitor asked to stop; nil if points were left over that might have met
  ///   more owners.
  func walk(
    from key: Span<UInt8>, maximumPoints: Int = .max, _ visit: (Int) -> Bool
  ) -> Bool? {
    var isMet = [Bool](repeating: false, count: bound)
    var met = 0
    var position = position(of: key)
    var steps = 0
    while met < ownerCount {
      guard steps < maximumPoints else { return nil }
      let owner = points.owner(position)
      if !isMet[owner] {
        isMet[owner] = true
        met += 1
        if !visit(owner) { return false }
      }
      position = position + 1 == points.count ? 0 : position + 1
      steps += 1
      // Equal points may have left an owner without any.
      if steps == points.count { break }
    }
    return true
  }
}
