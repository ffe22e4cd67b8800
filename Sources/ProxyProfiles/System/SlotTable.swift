internal import ConsistentHashing

/// A table of nodes in which keys are looked up by their hash modulo the number of slots.
struct SlotTable: Sendable {
  /// The position of a node for each slot.
  let entries: NodeTable

  /// Takes a filled table.
  init(_ entries: NodeTable) {
    self.entries = entries
  }

  /// Takes the owners of the slots, all below `bound`.
  init(_ owners: some Collection<UInt32>, bound: Int) {
    entries = NodeTable(owners, bound: bound)
  }

  /// The owner of a hash.
  subscript(hash: UInt64) -> Int {
    entries[Int(truncatingIfNeeded: hash % UInt64(truncatingIfNeeded: entries.count))]
  }

  /// The owner of each slot.
  var slots: [Int] { (0..<entries.count).map { entries[$0] } }

  /// The residues of the number of slots with their owners.
  ///
  /// - Parameter owner: Who takes the hashes of an owner; the owner itself unless given.
  func residues(_ owner: (Int) -> KeySpace.Owner = { .node($0) }) -> KeySpace.Form {
    var intervals = OwnedIntervals(HashDomain(last: UInt64(entries.count - 1)))
    for slot in 0..<entries.count { intervals.append(through: UInt64(slot), owner(entries[slot])) }
    return .residues(intervals)
  }
}
