// What other programs need to place keys as the algorithms do, for engines inside of routers.

extension KetamaRing {
  /// The points in their order, with the positions of their owners.
  package var sortedPoints: RingPoints { points }
}

extension MaglevTable {
  /// The position of the member that has a slot, also of one that is down.
  package func member(ofSlot slot: Int) -> Int { (owners.membersOfSlots ?? owners.table)[slot] }
}

extension JumpHash {
  /// The position of the owner of each slot; -1 if the slot is vacant.
  package var ownersOfSlots: [Int32] { owners }
}

extension RendezvousHash {
  /// What the score of a node depends on besides the key; see ``EightByteXXH3``.
  package static func scorePart(of id: NodeID) -> UInt64 {
    EightByteXXH3.seedPart(XXH3.hash(id.text))
  }
}
