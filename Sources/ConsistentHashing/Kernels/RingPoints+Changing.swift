extension RingPoints {
  /// A point that comes or goes.
  struct Change {
    /// The position of the point if it goes, that of the point it comes before if it comes.
    let position: Int

    let value: UInt64

    /// Nil if it goes.
    let owner: UInt32?
  }

  /// The ring after some changes; all other points are taken over.
  ///
  /// - Parameters:
  ///   - changes: In the order of the points on the ring; at least one point is left.
  ///   - renumbering: The new owner for each old one, unless all stay the same. Added points have new
  ///     owners already. ``needsUpperOwners(bound:)`` gives the same for the old and for the new ones.
  /// - Complexity: O(n), at the speed of copying while the number of buckets stays the same.
  func applying(_ changes: [Change], renumbering: [UInt32]? = nil) -> RingPoints {
    let newCount = changes.reduce(count) { $0 + ($1.owner == nil ? -1 : 1) }
    let values = values(after: changes, count: newCount)
    let buckets = Self.bucketCount(points: newCount)
    var upper = upperOwners(after: changes, count: newCount)
    return RingPoints(
      sorted: values,
      entries: entries(after: changes, values: values, buckets: buckets, &upper, renumbering),
      upperOwners: upper,
      index: buckets == bucketCount
        ? index(after: changes) : Self.index(of: values, buckets: buckets))
  }

  /// Gives the runs of points that stay, and where each of them begins afterwards.
  private func forEachRun(_ changes: [Change], _ body: (_ run: Range<Int>, _ new: Int) -> Void) {
    var old = 0
    var new = 0
    for change in changes {
      body(old..<change.position, new)
      new += change.position - old
      old = change.position
      if change.owner == nil { old += 1 } else { new += 1 }
    }
    body(old..<count, new)
  }

  /// Gives the points that come, and where each of them is afterwards.
  private func forEachAddition(
    _ changes: [Change], _ body: (_ value: UInt64, _ owner: UInt32, _ new: Int) -> Void
  ) {
    var shift = 0
    for change in changes {
      if let owner = change.owner {
        body(change.value, owner, change.position + shift)
        shift += 1
      } else {
        shift -= 1
      }
    }
  }

  private func values(after changes: [Change], count: Int) -> [UInt64] {
    unsafe [UInt64](unsafeUninitializedCapacity: count) { new, initialized in
      let new = unsafe new
      unsafe copyRuns(of: values, to: new, changes)
      forEachAddition(changes) { value, _, position in unsafe new[position] = value }
      initialized = count
    }
  }

  /// The upper halves of the owners that stay, 0 where points come.
  private func upperOwners(after changes: [Change], count: Int) -> [UInt16] {
    if upperOwners.isEmpty { return [] }
    var upper = [UInt16](repeating: 0, count: count + 1)
    unsafe upper.withUnsafeMutableBufferPointer {
      unsafe copyRuns(of: upperOwners, to: $0, changes)
    }
    return upper
  }

  /// The entries, and the upper halves of the owners where they changed.
  private func entries(
    after changes: [Change], values: [UInt64], buckets: Int, _ upper: inout [UInt16],
    _ renumbering: [UInt32]?
  ) -> [UInt32] {
    let count = values.count
    let notches = Self.notchCount(buckets: buckets)
    var entries = [UInt32](repeating: 0, count: count + Self.sentinels)
    unsafe entries.withUnsafeMutableBufferPointer { new in
      let new = unsafe new
      unsafe copyRuns(of: self.entries, to: new, changes)
      unsafe upper.withUnsafeMutableBufferPointer { upper in
        let upper = unsafe upper
        let hasUpper = upper.count > 0
        if let renumbering {
          for i in 0..<count {
            let old = unsafe new[i] & 0xFFFF | (hasUpper ? UInt32(upper[i]) << 16 : 0)
            let owner = renumbering[Int(old)]
            unsafe new[i] = new[i] & ~0xFFFF | owner & 0xFFFF
            if hasUpper { unsafe upper[i] = UInt16(truncatingIfNeeded: owner >> 16) }
          }
        }
        forEachAddition(changes) { value, owner, position in
          unsafe new[position] = Self.entry(value, owner: owner, notches: notches)
          if hasUpper { unsafe upper[position] = UInt16(truncatingIfNeeded: owner >> 16) }
        }
        if hasUpper { unsafe upper[count] = upper[0] }
      }
      if buckets != bucketCount {
        for i in values.indices {
          unsafe new[i] = Self.entry(values[i], owner: new[i], notches: notches)
        }
      }
      unsafe Self.writeSentinels(new, count: count, notches: notches)
    }
    return entries
  }

  /// The index while the number of buckets stays the same: what begins after a change moves by one.
  private func index(after changes: [Change]) -> [UInt32] {
    unsafe [UInt32](unsafeUninitializedCapacity: index.count) { new, initialized in
      let new = unsafe new
      unsafe index.withUnsafeBufferPointer { old in
        var bucket = 0
        var shift: UInt32 = 0
        func move(upTo end: Int) {
          for bucket in bucket..<end { unsafe new[bucket] = unsafe old[bucket] &+ shift }
          bucket = end
        }
        for change in changes {
          move(upTo: Int(Self.part(change.value, of: UInt64(bucketCount))) + 1)
          shift = change.owner == nil ? shift &- 1 : shift &+ 1
        }
        move(upTo: index.count)
      }
      initialized = index.count
    }
  }

  /// Copies what is kept for the points that stay.
  private func copyRuns<Element: BitwiseCopyable>(
    of old: [Element], to new: UnsafeMutableBufferPointer<Element>, _ changes: [Change]
  ) {
    unsafe old.withUnsafeBufferPointer { old in
      forEachRun(changes) { run, start in
        for position in run {
          unsafe new[start &+ position &- run.lowerBound] = unsafe old[position]
        }
      }
    }
  }
}
