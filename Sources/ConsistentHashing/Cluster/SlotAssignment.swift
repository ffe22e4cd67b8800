/// Which node owns which slot, for rules in which the slot is the identity, such as jump hashing.
///
/// Every cluster has an assignment, whatever rule places its keys: unless slots are given, node k owns
/// slot k, and each further unit of a node's weight owns one more slot after those, in the order of the
/// list. Adding, removing and reweighting nodes through ``Cluster`` leaves all other slots where they
/// are, so that no other key moves.
///
/// A slot without an owner is vacant. The number of slots includes the vacant ones.
public struct SlotAssignment: Hashable, Sendable {
  /// The largest number of slots that may be given.
  public static let maximumCount = 1 << 24

  /// The number of slots, vacant ones included.
  public let count: Int

  private let storage: Storage

  private enum Storage: Hashable, Sendable {
    /// Each of so many nodes owns the slot of its position.
    case byPosition(Int)
    /// The slots of all nodes in one list, ascending for each node, and where each node's end.
    case listed(ranges: [Range<Int>], ends: [Int])
  }

  /// Takes the slots of each node, as disjoint ranges in ascending order.
  init(_ slots: some Sequence<[Range<Int>]>, count: Int) {
    var ranges: [Range<Int>] = []
    var ends: [Int] = []
    var isByPosition = true
    for (position, slots) in slots.enumerated() {
      isByPosition = isByPosition && slots == [position..<position + 1]
      ranges += slots
      ends.append(ranges.count)
    }
    self.count = count
    storage =
      isByPosition && count == ends.count
      ? .byPosition(count) : .listed(ranges: ranges, ends: ends)
  }

  private init(byPosition count: Int) {
    self.count = count
    storage = .byPosition(count)
  }

  /// The assignment of nodes that give no slots.
  init(default nodes: [Node]) {
    guard nodes.contains(where: { Self.units($0.weight) > 1 }) else {
      self.init(byPosition: nodes.count)
      return
    }
    var next = nodes.count
    let slots = nodes.enumerated().map { position, node in
      let further = max(0, Self.units(node.weight) - 1)
      defer { next += further }
      return Self.joined([position..<position + 1, next..<next + further])
    }
    self.init(slots, count: next)
  }

  /// The same assignment with another number of slots, none of them owned beyond it.
  func counting(_ count: Int) -> SlotAssignment {
    SlotAssignment((0..<nodeCount).lazy.map { slots(ofNode: $0) }, count: count)
  }

  /// The number of nodes that may own slots.
  public var nodeCount: Int {
    switch storage {
    case .byPosition(let count): count
    case .listed(_, let ends): ends.count
    }
  }

  /// The slots of the node at a position of the list, as disjoint ranges in ascending order.
  ///
  /// Empty for a node that owns none.
  public func slots(ofNode position: Int) -> [Range<Int>] {
    guard position >= 0, position < nodeCount else { return [] }
    switch storage {
    case .byPosition: return [position..<position + 1]
    case .listed(let ranges, let ends):
      return Array(ranges[(position == 0 ? 0 : ends[position - 1])..<ends[position]])
    }
  }

  /// Whether the assignment is the one that nodes of these weights have unless slots are given.
  public func isDefault(for nodes: [Node]) -> Bool {
    self == SlotAssignment(default: nodes)
  }

  /// What a document must say about an assignment so that reading the document gives it again.
  package enum Written {
    /// The assignment follows from the list of nodes.
    case nothing
    /// Only the number of slots does not follow from the list of nodes.
    case count
    /// The slots of every node, and their number.
    case everySlot
  }

  /// What a document must say about the assignment of these nodes.
  ///
  /// Nothing for more than ``maximumCount`` slots, which no document may list and no rule takes.
  package func written(for nodes: [Node]) -> Written {
    guard count <= Self.maximumCount else { return .nothing }
    let byDefault = SlotAssignment(default: nodes)
    if self == byDefault { return .nothing }
    return self == byDefault.counting(count) ? .count : .everySlot
  }

  /// The position of the owner of each slot; -1 for a vacant slot.
  ///
  /// - Complexity: O(count), 4 bytes each.
  func owners() -> [Int32] {
    var owners = [Int32](repeating: -1, count: count)
    for position in 0..<nodeCount {
      for range in slots(ofNode: position) {
        for slot in range { owners[slot] = Int32(truncatingIfNeeded: position) }
      }
    }
    return owners
  }

  /// A weight as a number of slots: rounded up.
  ///
  /// Rules that need slots refuse weights that are not whole; others do not ask.
  static func units(_ weight: Double) -> Int {
    let whole = Int(min(weight, Double(Int32.max)))
    return weight > Double(whole) && whole < Int32.max ? whole + 1 : whole
  }

  /// Ascending ranges with neighbours joined and empty ones dropped.
  static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges where !range.isEmpty {
      if let last = joined.last, last.upperBound == range.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
