extension Span<UInt8> {
  /// Four bytes from a position on, the first the least significant.
  ///
  /// - Precondition: The four bytes are there; checked in debug builds only, since every caller
  ///   compares with the count first.
  @inline(__always) func littleEndian32(at position: Int) -> UInt32 {
    assert(position >= 0 && position &+ 4 <= count)
    return unsafe withUnsafeBytes {
      unsafe UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
  }

  /// The bytes from a position to the end, at most three, the first the least significant.
  @inline(__always) func littleEndianTail(from position: Int) -> UInt32 {
    var word: UInt32 = 0
    var at = count
    while at > position {
      at &-= 1
      word = word &<< 8 | UInt32(self[at])
    }
    return word
  }
}

extension [UInt8] {
  /// Appends a number in decimal digits.
  mutating func append(decimal number: Int) {
    append(contentsOf: String(number).utf8)
  }
}
