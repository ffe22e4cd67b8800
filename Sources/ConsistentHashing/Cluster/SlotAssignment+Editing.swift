extension SlotAssignment {
  /// The assignment with one more node at the end of the list, which takes the given slots or, of the
  /// vacant ones, the lowest.
  func adding(units: Int, slots: [Range<Int>]? = nil) -> SlotAssignment {
    let taken = slots ?? vacant(units)
    return SlotAssignment(
      (0..<nodeCount).map { self.slots(ofNode: $0) } + [taken],
      count: max(count, taken.last?.upperBound ?? 0))
  }

  /// The assignment without a node, whose slots are vacant now.
  func removing(node position: Int) -> SlotAssignment {
    SlotAssignment(
      (0..<nodeCount).lazy.filter { $0 != position }.map { slots(ofNode: $0) }, count: count)
  }

  /// The assignment in which a node owns so many slots: it takes the lowest vacant ones, or gives up
  /// its highest.
  func resizing(node position: Int, to units: Int) -> SlotAssignment {
    let owned = slots(ofNode: position)
    let missing = units - owned.reduce(0) { $0 + $1.count }
    if missing == 0 { return self }
    let resized =
      missing > 0
      ? Self.joined((owned + vacant(missing)).sorted { $0.lowerBound < $1.lowerBound })
      : Self.prefix(of: owned, units)
    return SlotAssignment(
      (0..<nodeCount).map { $0 == position ? resized : slots(ofNode: $0) },
      count: max(count, resized.last?.upperBound ?? 0))
  }

  /// The first slots of some.
  private static func prefix(of ranges: [Range<Int>], _ count: Int) -> [Range<Int>] {
    var left = count
    return ranges.compactMap { range in
      guard left > 0 else { return nil }
      defer { left -= range.count }
      return range.prefix(left)
    }
  }

  /// The lowest vacant slots, followed by new ones after the last if there are not enough.
  private func vacant(_ units: Int) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var left = units
    var next = 0
    let owned = (0..<nodeCount).flatMap { slots(ofNode: $0) }
      .sorted { $0.lowerBound < $1.lowerBound }
    for range in owned where left > 0 {
      let gap = next..<min(max(next, range.lowerBound), next + left)
      if !gap.isEmpty { found.append(gap) }
      left -= gap.count
      next = max(next, range.upperBound)
    }
    if left > 0 { found.append(next..<next + left) }
    return Self.joined(found)
  }
}
