/// A set of positions below a fixed bound, one bit each; it allocates nothing up to a bound of 4096.
public struct IndexSet {
  private var near = InlineArray<64, UInt64>(repeating: 0)
  /// The positions from 4096 on.
  private var far: [UInt64]
  /// The number of members.
  public private(set) var count = 0

  /// Creates an empty set of positions below a bound.
  public init(bound: Int) {
    far = bound > 4096 ? Array(repeating: 0, count: (bound - 4096 + 63) / 64) : []
  }

  /// Whether a position below the bound is a member.
  public func contains(_ index: Int) -> Bool {
    let word = index >> 6
    return (word < 64 ? near[word] : far[word - 64]) & (1 << UInt64(index & 63)) != 0
  }

  /// Adds a position; false if it was a member before.
  public mutating func insert(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    let word = index >> 6
    if word < 64 {
      guard near[word] & bit == 0 else { return false }
      near[word] |= bit
    } else {
      guard far[word - 64] & bit == 0 else { return false }
      far[word - 64] |= bit
    }
    count += 1
    return true
  }
}
