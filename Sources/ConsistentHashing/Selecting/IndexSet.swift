/// A set of positions below a fixed bound, one bit each.
package struct IndexSet {
  private var words: [UInt64]
  package private(set) var count = 0

  package init(bound: Int) {
    words = Array(repeating: 0, count: (bound + 63) / 64)
  }

  package func contains(_ index: Int) -> Bool {
    words[index >> 6] & (1 << UInt64(index & 63)) != 0
  }

  /// Adds a position; false if it was a member before.
  package mutating func insert(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    guard words[index >> 6] & bit == 0 else { return false }
    words[index >> 6] |= bit
    count += 1
    return true
  }
}
