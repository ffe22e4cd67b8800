/// A set of positions below a fixed bound, one bit each.
struct IndexSet {
  private var words: [UInt64]
  private(set) var count = 0

  init(bound: Int) {
    words = Array(repeating: 0, count: (bound + 63) / 64)
  }

  func contains(_ index: Int) -> Bool {
    words[index >> 6] & (1 << UInt64(index & 63)) != 0
  }

  /// Adds a position; false if it was a member before.
  mutating func insert(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    guard words[index >> 6] & bit == 0 else { return false }
    words[index >> 6] |= bit
    count += 1
    return true
  }
}
