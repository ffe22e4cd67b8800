/// Positions of nodes in an array as narrow as the number of nodes allows: one, two or four bytes
/// each.
///
/// Three arrays of which two are empty, instead of an enum with payloads, so that reading an element
/// touches no reference count.
@frozen @usableFromInline struct NodeTable: Sendable {
  @usableFromInline var bytes: [UInt8] = []
  @usableFromInline var shorts: [UInt16] = []
  @usableFromInline var words: [UInt32] = []

  /// Creates a table of `count` entries, all 0, that can hold positions below `bound`.
  init(count: Int, bound: Int) {
    if bound <= 1 << 8 {
      bytes = Array(repeating: 0, count: count)
    } else if bound <= 1 << 16 {
      shorts = Array(repeating: 0, count: count)
    } else {
      words = Array(repeating: 0, count: count)
    }
  }

  /// Creates a table of the given positions, all below `bound`.
  init(_ positions: [UInt32], bound: Int) {
    if bound <= 1 << 8 {
      bytes = positions.map { UInt8(truncatingIfNeeded: $0) }
    } else if bound <= 1 << 16 {
      shorts = positions.map { UInt16(truncatingIfNeeded: $0) }
    } else {
      words = positions
    }
  }

  @usableFromInline var count: Int { bytes.count + shorts.count + words.count }

  @inlinable subscript(entry: Int) -> Int {
    if !shorts.isEmpty { return Int(shorts[entry]) }
    if !bytes.isEmpty { return Int(bytes[entry]) }
    return Int(words[entry])
  }
}
