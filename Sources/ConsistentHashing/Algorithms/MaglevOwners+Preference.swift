extension MaglevOwners {
  /// The first node along h₁, h₂, … that is up; nil if none is.
  @inlinable @inline(__always) func indexPastDown(_ hash: UInt64, among up: HealthMask) -> Int? {
    let second = table[slot(RehashSequence(hash)[1])]
    return up.contains(second) && second != downMark
      ? second : indexFarPastDown(hash, among: up)
  }

  /// The first node along h₂, h₃, … that is up; nil if none is.
  @usableFromInline @inline(never) func indexFarPastDown(_ hash: UInt64, among up: HealthMask)
    -> Int?
  {
    let hashes = RehashSequence(hash)
    // The first 64 re-hashes cannot use the patience up, so nodes met need no record yet.
    for t in 2...Self.patience {
      let index = table[slot(hashes[t])]
      if up.contains(index), index != downMark { return index }
    }
    var found: Int?
    _ = walk(hash) { index in
      if up.contains(index) { found = index }
      return found == nil
    }
    return found
  }

  /// The first distinct nodes of the preference.
  func preference(_ hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    let wanted = found.count
    guard wanted > 0 else { return 0 }
    let hashes = RehashSequence(hash)
    return unsafe found.withUnsafeMutableBufferPointer { found in
      var written = 0
      if wanted <= 3 {
        // Nearly always the first three are three nodes.
        let first = table[slot(hash)]
        let second = table[slot(hashes[1])]
        let third = table[slot(hashes[2])]
        if first != second, first != third, second != third, first != downMark,
          second != downMark, third != downMark
        {
          unsafe found[0] = Int32(truncatingIfNeeded: first)
          if wanted > 1 { unsafe found[1] = Int32(truncatingIfNeeded: second) }
          if wanted > 2 { unsafe found[2] = Int32(truncatingIfNeeded: third) }
          return wanted
        }
      }
      if wanted <= 16 {
        // Fewer repetitions than use the patience up.
        for t in 0..<Self.patience {
          let index = Int32(truncatingIfNeeded: table[slot(hashes[t])])
          var isNew = index != Int32(truncatingIfNeeded: downMark)
          for place in 0..<written { isNew = unsafe isNew && found[place] != index }
          unsafe found[written] = index
          written &+= isNew ? 1 : 0
          if written == wanted { return written }
        }
      }
      written = 0
      _ = walk(hash) { index in
        unsafe found[written] = Int32(truncatingIfNeeded: index)
        written += 1
        return written < wanted
      }
      return written
    }
  }

  /// One interval for each run of slots of one owner.
  func keySpace(keyHash: KeyHashIdentity) -> KeySpace {
    let size = UInt64(table.count)
    var intervals = OwnedIntervals(.bits64, capacity: table.count)
    var counts = [Int](repeating: 0, count: downMark)
    for slot in 0..<table.count {
      let index = table[slot]
      if index != downMark { counts[index] += 1 }
      // The first hash of the next slot is ⌈(slot + 1) · 2⁶⁴ / size⌉; 2⁶⁴ mod size is never 0, as
      // the size is an odd prime, or 2.
      let next = UInt64(slot + 1)
      guard next < size else { break }
      let (quotient, remainder) = size.dividingFullWidth((next, 0))
      intervals.append(
        through: remainder == 0 ? quotient - 1 : quotient,
        index == downMark ? .rehashed : .node(index))
    }
    let last = table[table.count - 1]
    intervals.appendRest(last == downMark ? .rehashed : .node(last))
    let up = counts.reduce(0, +)
    return KeySpace(
      domain: .bits64, keyHash: keyHash, form: .intervals(intervals),
      // Beyond half, some keys come to the end of the 64 hashes in a row that find nothing.
      rehashedShares: someAreDown && 2 * up >= table.count
        ? counts.map { Double($0) / Double(up) } : nil)
  }

  /// Visits available nodes in the order of the preference.
  func walk(_ hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let hashes = RehashSequence(hash)
    let slots = membersOfSlots ?? table
    var met = IndexSet(bound: isAvailable.count)
    var last = 0
    var misses = 0
    var t = 0
    while misses < Self.patience, met.count < members.count {
      let index = slots[slot(hashes[t])]
      t += 1
      if met.insert(index) {
        if isAvailable[index], !visit(index) { return .stopped }
        last = index
        misses = 0
      } else {
        misses += 1
      }
    }
    if met.count < members.count {
      let start = Int(rank[last])
      for step in 1..<members.count {
        let index = members[(start + step) % members.count]
        if met.insert(index), isAvailable[index], !visit(index) { return .stopped }
      }
    }
    return .everyNode
  }
}
