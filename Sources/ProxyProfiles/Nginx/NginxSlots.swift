internal import ConsistentHashing

/// The 10 000 slots that `split_clients` can tell apart, in 5 groups of 2000.
///
/// nginx goes through the parts of a block one by one. A block of the groups, and a block of the slots for
/// each group, take it 260 steps on average, where one block of all slots takes 5000. More groups would need more variables, for
/// which nginx's table of them has little room.
package enum NginxSlots {
  /// The number of slots.
  package static let count = 10_000
  /// The number of groups, each a part of 20 %.
  package static let groups = 5
  /// The slots of a group, each a part of 0.01 %.
  package static let inGroup = count / groups

  /// The hashes of a part of 20 %, as `split_clients` rounds them.
  private static let groupWidth = part(hundredths: inGroup)
  /// The hashes of a part of 0.01 %.
  private static let slotWidth = part(hundredths: 1)

  private static func part(hundredths: Int) -> UInt32 {
    UInt32(UInt64(hundredths) * 0xFFFF_FFFF / 10_000)
  }

  /// The slot of a hash: what the roundings leave over belongs to the last slot of a group, and to the last
  /// group.
  package static func slot(_ hash: UInt32) -> Int {
    let group = min(hash / groupWidth, UInt32(groups - 1))
    let inside = min((hash - group * groupWidth) / slotWidth, UInt32(inGroup - 1))
    return Int(group) * inGroup + Int(inside)
  }

  /// The last hash of a slot.
  package static func lastHash(ofSlot slot: Int) -> UInt32 {
    let next = slot + 1
    guard next < count else { return .max }
    return UInt32(next / inGroup) * groupWidth + UInt32(next % inGroup) * slotWidth - 1
  }

  /// The order in which a node asks for slots.
  ///
  /// The number of slots is not prime, so a step must have no factor in common with it: one of the 4000
  /// numbers below it that end in 1, 3, 7 or 9.
  static func permutation(of id: String) -> MaglevPlacement.Permutation {
    let step = UInt32(XXH3.hash(id, seed: 1) % 4000)
    let digit: UInt32 =
      switch step % 4 {
      case 0: 1
      case 1: 3
      case 2: 7
      default: 9
      }
    return MaglevPlacement.Permutation(
      offset: UInt32(XXH3.hash(id, seed: 0) % UInt64(count)), skip: step / 4 * 10 + digit)
  }
}
