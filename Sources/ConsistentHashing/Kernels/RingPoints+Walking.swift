extension RingPoints {
  /// The owner of the first point after a position that is up, wrapping; nil if none is.
  ///
  /// - Complexity: O(points passed), without allocation.
  public func firstOwner(after position: Int, among up: HealthMask) -> Int? {
    let count = count
    var position = position == count ? 0 : position
    for _ in 1..<max(count, 2) {
      position &+= 1
      if position == count { position = 0 }
      let owner = owner(position)
      if up.contains(owner) { return owner }
    }
    return nil
  }

  /// Visits the distinct owners met from a hash on, wrapping.
  ///
  /// - Parameters:
  ///   - hash: Where to begin.
  ///   - bound: What all owners are below.
  ///   - ownerCount: How many owners the ring has at most, to stop when all are met.
  ///   - visit: Takes an owner; false stops the walk.
  /// - Complexity: O(points passed), at most all of them; nothing is allocated for bounds up to 4096.
  public func walkOwners(
    from hash: UInt64, bound: Int, count ownerCount: Int? = nil, _ visit: (Int) -> Bool
  ) -> PreferenceEnd {
    walkOwners(
      fromPosition: first(atOrAfter: hash), bound: bound, count: ownerCount, visit)
  }

  /// Visits the distinct owners met from a position on, wrapping.
  public func walkOwners(
    fromPosition start: Int, bound: Int, count ownerCount: Int? = nil, _ visit: (Int) -> Bool
  ) -> PreferenceEnd {
    let all = ownerCount ?? bound
    var met = IndexSet(bound: bound)
    var position = start == count ? 0 : start
    for _ in 0..<count {
      let owner = owner(position)
      if met.insert(owner) {
        if !visit(owner) { return .stopped }
        if met.count == all { break }
      }
      position += 1
      if position == count { position = 0 }
    }
    return .everyNode
  }

  /// Writes the first distinct owners met from a hash on.
  ///
  /// The few owners of a short buffer are compared with each other, which costs less than a set.
  func firstOwners(
    from hash: UInt64, bound: Int, count ownerCount: Int, into found: inout MutableSpan<Int32>
  ) -> Int {
    let wanted = min(found.count, ownerCount)
    var position = first(atOrAfter: hash)
    return unsafe found.withUnsafeMutableBufferPointer { found in
      let found = unsafe found
      guard wanted > 0 else { return 0 }
      var written = 0
      if wanted <= 3, position &+ 2 < count {
        // Nearly always the next three points are of three nodes.
        let first = owner(position)
        let second = owner(position &+ 1)
        let third = owner(position &+ 2)
        if first != second, first != third, second != third {
          unsafe found[0] = Int32(truncatingIfNeeded: first)
          if wanted > 1 { unsafe found[1] = Int32(truncatingIfNeeded: second) }
          if wanted > 2 { unsafe found[2] = Int32(truncatingIfNeeded: third) }
          return wanted
        }
      }
      if wanted > 16 {
        _ = walkOwners(fromPosition: position, bound: bound, count: ownerCount) { owner in
          unsafe found[written] = Int32(truncatingIfNeeded: owner)
          written += 1
          return written < wanted
        }
        return written
      }
      for _ in 0...count {
        // Written first, and kept if it is new: which of the two cannot be predicted.
        let owner = Int32(truncatingIfNeeded: owner(position))
        var isNew = true
        for place in 0..<written { isNew = unsafe isNew && found[place] != owner }
        unsafe found[written] = owner
        written &+= isNew ? 1 : 0
        if written == wanted { break }
        position &+= 1
        if position >= count { position = 0 }
      }
      return written
    }
  }

  /// The intervals between points.
  ///
  /// - Parameters:
  ///   - domain: The values of the hash: the high bits of the values of points, as many as it needs.
  ///   - owner: Who takes the hashes up to and with a point, given the position of the point.
  /// - Complexity: O(points).
  public func intervals(
    _ domain: HashDomain, byPosition owner: (_ position: Int) -> KeySpace.Owner
  ) -> OwnedIntervals {
    let shift = UInt64(domain.last.leadingZeroBitCount)
    var intervals = OwnedIntervals(domain, capacity: count + 1)
    for position in 0..<count {
      intervals.append(through: value(position) >> shift, owner(position))
    }
    if count > 0 { intervals.appendRest(owner(0)) }
    return intervals
  }

  /// The intervals between points, given who takes the hashes of the owner of a point.
  public func intervals(
    _ domain: HashDomain, byOwner owner: (_ owner: Int) -> KeySpace.Owner
  ) -> OwnedIntervals {
    intervals(domain, byPosition: { owner(self.owner($0)) })
  }
}
