/// Which nodes are up right now: one bit for each position in ``NodeSelector/nodes``, owned by the
/// caller.
///
/// Lookups skip nodes whose bit is not set, along the key's preference, so that no other key moves.
///
/// ```swift
/// var up = HealthMask(allUp: ring.nodes.count)
/// up[3] = false
/// let index = ring.index(for: "session-42", among: up)
/// ```
///
/// A position that the mask does not reach is down: a node that was added and never reported gets
/// nothing. With nobody up a lookup gives nil, and a batch −1.
public struct HealthMask: Hashable, Sendable {
  /// 64 positions in each word, and one word of padding, so that kernels may read 64 bits from
  /// any position on.
  @usableFromInline package private(set) var words: [UInt64]

  /// The number of positions.
  public private(set) var count: Int

  /// Creates a mask with all nodes up.
  public init(allUp count: Int) {
    self.init(allDown: count)
    for word in 0..<(self.count / 64) { words[word] = .max }
    if !self.count.isMultiple(of: 64) { words[self.count / 64] = 1 << UInt64(self.count % 64) - 1 }
  }

  /// Creates a mask with all nodes down.
  public init(allDown count: Int) {
    self.count = max(0, count)
    words = Array(repeating: 0, count: Self.wordCount(self.count))
  }

  /// Creates a mask from a Boolean for each node.
  public init(_ isUp: some Collection<Bool>) {
    self.init(allDown: isUp.count)
    for (position, isUp) in isUp.enumerated() where isUp { set(position, isUp) }
  }

  private static func wordCount(_ count: Int) -> Int { (count + 63) / 64 + 1 }

  /// Whether the node at a position is up.
  ///
  /// Positions that the mask does not reach are down. Setting one of them makes the mask longer;
  /// setting a negative one does nothing.
  public subscript(position: Int) -> Bool {
    get { contains(position) }
    set {
      guard position >= 0 else { return }
      if position >= count {
        guard newValue else { return }
        let missing = Self.wordCount(position + 1) - words.count
        if missing > 0 { words += repeatElement(0, count: missing) }
        count = position + 1
      }
      set(position, newValue)
    }
  }

  private mutating func set(_ position: Int, _ isUp: Bool) {
    let bit: UInt64 = 1 << UInt64(position & 63)
    if isUp { words[position >> 6] |= bit } else { words[position >> 6] &= ~bit }
  }

  /// Whether the node at a position is up.
  @inlinable @inline(__always) public func contains(_ position: Int) -> Bool {
    let word = position &>> 6
    // Negative positions are far behind the last word as unsigned numbers.
    guard UInt(bitPattern: word) < UInt(bitPattern: words.count) else { return false }
    let bits = unsafe words.withUnsafeBufferPointer { unsafe $0[word] }
    return bits &>> UInt64(truncatingIfNeeded: position & 63) & 1 != 0
  }

  /// The number of nodes that are up.
  public var upCount: Int {
    words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether so many nodes, from the first on, are all up.
  ///
  /// - Complexity: O(nodes / 64).
  public func isFull(for nodeCount: Int) -> Bool {
    guard nodeCount <= count else { return false }
    for word in 0..<(nodeCount / 64) where words[word] != .max { return false }
    let rest = UInt64(nodeCount % 64)
    return rest == 0 || ~words[nodeCount / 64] & (1 << rest - 1) == 0
  }
}
