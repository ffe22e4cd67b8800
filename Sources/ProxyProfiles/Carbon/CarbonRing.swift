internal import ConsistentHashing

/// A ring of 65 536 positions, with the answer for each of them in a table.
///
/// Points may lie beyond the last position: nothing is hashed there, so the first of them follows the
/// last position and comes before the wrap.
struct CarbonRing: Sendable {
  /// The points of a server.
  static let replicas = 100

  /// The number of positions that a key can have.
  private static let positions = 1 << 16

  /// A point with the position of its node.
  typealias Point = (position: Int, owner: Int)

  /// Ascending.
  private let places: [Int]
  private let owners: [Int]
  private let nodeCount: Int

  /// For each position the first owner from there on that answers.
  private let table: NodeTable

  /// Takes points in their final order.
  ///
  /// - Parameters:
  ///   - points: At least one; positions ascend, and those that are equal have the same owner.
  ///   - nodeCount: What all owners are below.
  ///   - answers: Whether a node is not passed by a lookup; true for at least one owner.
  init(_ points: [Point], nodeCount: Int, where answers: (Int) -> Bool) {
    places = points.map(\.position)
    owners = points.map(\.owner)
    self.nodeCount = nodeCount
    var table = [UInt32](repeating: 0, count: Self.positions)
    var end = Self.positions
    // Backwards. The positions behind the last point belong to the first that answers.
    var answering = owners.first(where: answers) ?? 0
    for (position, owner) in points.reversed() where answers(owner) {
      for place in min(position + 1, end)..<end { table[place] = UInt32(answering) }
      end = min(position + 1, end)
      answering = owner
    }
    for place in 0..<end { table[place] = UInt32(answering) }
    self.table = NodeTable(table, bound: nodeCount)
  }

  /// The owner of a position that answers.
  @inline(__always) func owner(_ position: UInt16) -> Int { table[Int(position)] }

  /// Visits the distinct owners met from a position on, wrapping.
  ///
  /// - Returns: How many were visited; nil if the visit was stopped.
  func walk(from position: UInt16, _ visit: (Int) -> Bool) -> Int? {
    var met = IndexSet(bound: nodeCount)
    var point = first(atOrAfter: Int(position))
    for _ in owners.indices {
      if point == owners.count { point = 0 }
      if met.insert(owners[point]), !visit(owners[point]) { return nil }
      if met.count == nodeCount { break }
      point += 1
    }
    return met.count
  }

  private func first(atOrAfter position: Int) -> Int {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low &+ high) &>> 1
      if places[middle] < position { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// The intervals of positions.
  func intervals(_ owner: (Int) -> KeySpace.Owner) -> OwnedIntervals {
    var intervals = OwnedIntervals(HashDomain(last: UInt64(Self.positions - 1)))
    for position in 0..<Self.positions {
      intervals.append(through: UInt64(position), owner(table[position]))
    }
    return intervals
  }
}
