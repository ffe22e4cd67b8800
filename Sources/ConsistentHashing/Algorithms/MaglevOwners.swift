/// The slots of a Maglev table, and the way past nodes that are down.
///
/// A class, because a lookup then reads each field where it is needed. Fields of a struct are read
/// before the call that hashes the key and kept on the stack meanwhile; see `docs/decisions.md`.
@usableFromInline final class MaglevOwners: Sendable {
  /// Positions of members in the order of their ids.
  let members: [Int]

  /// Whether each node is available, by its position.
  let isAvailable: [Bool]

  /// The rank of a member in the order of ids, by its position; -1 for nodes that are not members.
  let rank: [Int32]

  /// The node of each slot, or the number of nodes if it is down.
  @usableFromInline let table: NodeTable

  /// The number of nodes, which marks a slot whose member is down.
  @usableFromInline let downMark: Int

  /// The member of each slot, those that are down too; nil while none is.
  let membersOfSlots: NodeTable?

  /// How many re-hashes in a row may meet no new node before the rest follow in the order of ids.
  static let patience = 64

  init(members: [Int], isAvailable: [Bool], table: NodeTable, membersOfSlots: NodeTable?) {
    self.members = members
    self.isAvailable = isAvailable
    self.table = table
    downMark = isAvailable.count
    self.membersOfSlots = membersOfSlots
    var rank = [Int32](repeating: -1, count: isAvailable.count)
    for (place, index) in members.enumerated() { rank[index] = Int32(place) }
    self.rank = rank
  }

  /// Whether some members are down.
  var someAreDown: Bool { membersOfSlots != nil }

  /// The bytes that all this takes.
  var memoryFootprint: Int {
    let slots = table.memoryFootprint + (membersOfSlots?.memoryFootprint ?? 0)
    let nodes = MemoryLayout<Int32>.stride * rank.count + isAvailable.count
    return slots + nodes + MemoryLayout<Int>.stride * members.count
  }

  /// The slot of a hash: the high 64 bits of the 128-bit product of hash and table size, so that every
  /// slot is one interval of the hash space.
  @inlinable @inline(__always) func slot(_ hash: UInt64) -> Int {
    let size = UInt64(truncatingIfNeeded: table.count)
    return Int(truncatingIfNeeded: hash.multipliedFullWidth(by: size).high)
  }

  /// The node of a hash.
  @inlinable @inline(__always) subscript(hash: UInt64) -> Int {
    let index = table[slot(hash)]
    return index == downMark ? indexPastDown(hash) : index
  }

  /// The node of a hash whose slot belongs to a node that is down.
  @usableFromInline func indexPastDown(_ hash: UInt64) -> Int {
    let hashes = RehashSequence(hash)
    // The first 64 re-hashes cannot use the patience up, so nodes met need no record yet.
    for t in 1...Self.patience {
      let index = table[slot(hashes[t])]
      if index != downMark { return index }
    }
    var found = 0
    _ = walk(hash) { index in
      found = index
      return false
    }
    return found
  }
}
