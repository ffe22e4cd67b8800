/// Why the walk along a preference ended.
public enum PreferenceEnd: Hashable, Sendable {
  /// Every available node was visited.
  case everyNode
  /// The visitor asked to stop, or the limit was reached.
  case stopped
  /// From here on the system decides by state that no key determines; the text names that rule, for
  /// example `round robin`.
  case stateful(String)
}

/// The nodes a key goes to, in the order in which it would fall back to them: positions in the
/// selector's nodes, each once.
///
/// ```swift
/// for index in ring.preference(for: "session-42", limit: 3) { store(on: ring.nodes[index]) }
/// ```
public struct Preference: Hashable, Sendable {
  private var positions: [Int]

  /// Why there are no more.
  public let end: PreferenceEnd

  /// Creates a preference from positions.
  public init(_ positions: some Sequence<Int>, end: PreferenceEnd) {
    self.positions = Array(positions)
    self.end = end
  }

  /// Collects up to `limit` visited nodes that are up.
  init(limit: Int, among up: HealthMask?, _ walk: ((Int) -> Bool) -> PreferenceEnd) {
    var positions: [Int] = []
    guard limit > 0 else {
      self.init(positions, end: .stopped)
      return
    }
    let end = walk { index in
      guard up?.contains(index) ?? true else { return true }
      positions.append(index)
      return positions.count < limit
    }
    self.init(positions, end: end)
  }
}

extension Preference: RandomAccessCollection {
  /// The place of the choice.
  public var startIndex: Int { 0 }
  /// The place after the last node.
  public var endIndex: Int { positions.count }
  /// The position, in the selector's nodes, of the node at a place in the order.
  public subscript(place: Int) -> Int { positions[place] }
}
