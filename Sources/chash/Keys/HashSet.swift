/// A set of 64-bit hashes: open addressing with linear probing, at most three quarters full.
///
/// The standard library's set hashes its elements once more, which takes most of the time of counting.
struct HashSet {
  private var slots: [UInt64] = Array(repeating: 0, count: 1 << 10)
  private var count = 0
  /// Free slots are 0, so the hash 0 has a place of its own.
  private var hasZero = false

  /// Adds a hash; false if it is there already.
  mutating func insert(_ hash: UInt64) -> Bool {
    guard hash != 0 else {
      defer { hasZero = true }
      return !hasZero
    }
    guard insertIntoSlots(hash) else { return false }
    count += 1
    if count > slots.count / 4 * 3 { grow() }
    return true
  }

  private mutating func insertIntoSlots(_ hash: UInt64) -> Bool {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] == hash { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = hash
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    for hash in old where hash != 0 { _ = insertIntoSlots(hash) }
  }
}
