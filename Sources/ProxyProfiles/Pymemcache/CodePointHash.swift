/// MurmurHash3 over the lowest eight bits of the code points of a text, added piece by piece.
struct CodePointHash: Sendable {
  private var hash = MurmurHash3(seed: 0)

  /// Up to three units that do not fill a word yet, the first the least significant.
  private var pending: UInt32 = 0

  /// The number of units.
  private var count = 0

  /// Adds one unit.
  mutating func add(byte: UInt8) {
    pending |= UInt32(byte) &<< UInt32(truncatingIfNeeded: (count & 3) &* 8)
    count &+= 1
    if count & 3 == 0 {
      hash.mix(pending)
      pending = 0
    }
  }

  /// Adds the code points of bytes in UTF-8, and every byte that is part of no code point as itself.
  mutating func add(_ bytes: Span<UInt8>) {
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      let length = byte < 0x80 ? 1 : Self.length(of: bytes, at: position)
      if length == 1 {
        add(byte: byte)
      } else {
        // The last two bytes of a sequence hold the lowest twelve bits.
        let last = bytes[position &+ length &- 1] & 0x3F
        add(byte: bytes[position &+ length &- 2] &<< 6 | last)
      }
      position &+= length
    }
  }

  /// The hash of all units.
  func finish() -> UInt32 { hash.finish(tail: pending, count: count) }

  /// The length of the sequence at a position; 1 if Python does not decode it, as with overlong
  /// forms, surrogates and code points beyond the last.
  private static func length(of bytes: Span<UInt8>, at position: Int) -> Int {
    let first = bytes[position]
    let length: Int
    // What the second byte may be.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if first == 0xE0 { second = 0xA0...0xBF }
      if first == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if first == 0xF0 { second = 0x90...0xBF }
      if first == 0xF4 { second = 0x80...0x8F }
    default: return 1
    }
    guard bytes.count &- position >= length, second.contains(bytes[position &+ 1]) else { return 1 }
    for at in (position &+ 2)..<(position &+ max(length, 2)) where bytes[at] & 0xC0 != 0x80 {
      return 1
    }
    return length
  }
}
