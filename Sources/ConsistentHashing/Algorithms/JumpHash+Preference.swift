extension JumpHash {
  /// The owner of the first slot of the key's order whose owner is up; nil if none is.
  ///
  /// - Complexity: One jump for each slot that is met; without allocation for up to 4096 slots.
  @inlinable @inline(__always)
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    let first = owner(ofJump: hash)
    return up.contains(first) ? first : indexPastDown(hash, among: up)
  }

  /// The owner of the slot that a hash jumps to; negative if it is vacant.
  @inlinable @inline(__always) func owner(ofJump hash: UInt64) -> Int {
    let slot = Self.slot(forHash: hash, count: slotCount)
    return Int(unsafe owners.withUnsafeBufferPointer { unsafe $0[slot] })
  }

  @usableFromInline func indexPastDown(_ hash: UInt64, among up: HealthMask) -> Int? {
    let hashes = RehashSequence(hash)
    let second = owner(ofJump: hashes[1])
    if up.contains(second) { return second }
    // The first 64 repetitions cannot use the patience up, so slots met need no record yet.
    for t in 2...Self.patience {
      let owner = Int(owners[Self.slot(forHash: hashes[t], count: slotCount)])
      if up.contains(owner) { return owner }
    }
    var found: Int?
    walkSlots(hash) { slot in
      let owner = Int(owners[slot])
      if up.contains(owner) { found = owner }
      return found == nil
    }
    return found
  }

  /// The first distinct owners of the slots in the order of the key.
  ///
  /// - Complexity: About one jump for each, without allocation for up to 16.
  public func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    let wanted = min(found.count, availableCount)
    guard wanted > 0 else { return 0 }
    let hashes = RehashSequence(hash)
    return unsafe found.withUnsafeMutableBufferPointer { found in
      var written = 0
      if wanted <= 16 {
        // Fewer repetitions than use the patience up.
        for t in 0..<Self.patience {
          let owner = owners[Self.slot(forHash: hashes[t], count: slotCount)]
          guard owner >= 0 else { continue }
          var isNew = true
          for place in 0..<written where unsafe found[place] == owner { isNew = false }
          guard isNew else { continue }
          unsafe found[written] = owner
          written += 1
          if written == wanted { return written }
        }
      }
      written = 0
      walkPreference(forHash: hash) { owner in
        unsafe found[written] = Int32(truncatingIfNeeded: owner)
        written += 1
        return written < wanted
      }
      return written
    }
  }

  /// Shares by the number of slots.
  ///
  /// A key whose slot is vacant goes to another slot at random, so occupied slots have equal shares. Where
  /// most slots are vacant, some keys come to the end of the 64 jumps in a row that find nothing, and
  /// only asking tells.
  public func keySpace() -> KeySpace {
    var counts = [Int](repeating: 0, count: nodes.count)
    for owner in owners where owner >= 0 { counts[Int(owner)] += 1 }
    let occupied = counts.reduce(0, +)
    guard occupied * 2 >= slotCount else {
      return KeySpace(
        domain: .bits64, keyHash: keyHash, form: .opaque("more than half of the slots are vacant"))
    }
    return KeySpace(
      domain: .bits64, keyHash: keyHash,
      form: .shares(counts.map { Double($0) / Double(occupied) }))
  }

  /// The distinct owners of the slots in the order of the key.
  ///
  /// - Complexity: O(n log n) jumps for all n nodes, about k for the first k.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    var stopped = false
    walkSlots(hash) { slot in
      let owner = Int(owners[slot])
      guard owner >= 0, met.insert(owner) else { return true }
      stopped = !visit(owner)
      return !stopped && met.count < availableCount
    }
    return stopped ? .stopped : .everyNode
  }

  /// Visits every slot once, occupied or not: the distinct ones among the jumps of h₀, h₁, …, until
  /// 64 jumps in a row bring no new one; then the others upwards from the last that was new,
  /// wrapping.
  ///
  /// The order does not depend on who owns the slots, so a node that is skipped and a node that is
  /// gone leave the same order.
  func walkSlots(_ hash: UInt64, _ visit: (Int) -> Bool) {
    let hashes = RehashSequence(hash)
    var met = IndexSet(bound: slotCount)
    var last = 0
    var misses = 0
    var t = 0
    while misses < Self.patience, met.count < slotCount {
      let slot = Self.slot(forHash: hashes[t], count: slotCount)
      t += 1
      if met.insert(slot) {
        if !visit(slot) { return }
        last = slot
        misses = 0
      } else {
        misses += 1
      }
    }
    for step in 1..<max(slotCount, 2) {
      if met.count == slotCount { break }
      let slot = (last + step) % slotCount
      if met.insert(slot), !visit(slot) { return }
    }
  }
}
