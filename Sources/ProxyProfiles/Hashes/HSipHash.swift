/// hsiphash as 64-bit Linux kernels compute it: SipHash-1-3 (Aumasson and Bernstein 2012), of which
/// the low 32 bits are kept.
struct HSipHash: Sendable {
  private let key0: UInt64
  private let key1: UInt64

  init(_ key0: UInt64, _ key1: UInt64) {
    self.key0 = key0
    self.key1 = key1
  }

  /// The hash of some bytes.
  func hash(_ bytes: Span<UInt8>) -> UInt32 {
    var s = State(key0, key1)
    var position = 0
    while bytes.count &- position >= 8 {
      s.absorb(LittleEndian.word64(bytes, position))
      position &+= 8
    }
    let length = UInt64(truncatingIfNeeded: bytes.count) << 56
    s.absorb(LittleEndian.tail(bytes, from: position) | length)
    return s.finish()
  }

  /// The hash of the four little-endian bytes of a value.
  func hash(littleEndian value: UInt32) -> UInt32 {
    var s = State(key0, key1)
    s.absorb(UInt64(value) | 4 << 56)
    return s.finish()
  }

  private struct State {
    var v0: UInt64
    var v1: UInt64
    var v2: UInt64
    var v3: UInt64

    init(_ key0: UInt64, _ key1: UInt64) {
      v0 = 0x736F_6D65_7073_6575 ^ key0
      v1 = 0x646F_7261_6E64_6F6D ^ key1
      v2 = 0x6C79_6765_6E65_7261 ^ key0
      v3 = 0x7465_6462_7974_6573 ^ key1
    }

    mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      v0 ^= word
    }

    mutating func finish() -> UInt32 {
      v2 ^= 0xFF
      round()
      round()
      round()
      return UInt32(truncatingIfNeeded: v0 ^ v1 ^ v2 ^ v3)
    }

    private func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 {
      (word << by) | (word >> (64 - by))
    }

    private mutating func round() {
      v0 &+= v1
      v1 = rotated(v1, 13) ^ v0
      v0 = rotated(v0, 32)
      v2 &+= v3
      v3 = rotated(v3, 16) ^ v2
      v0 &+= v3
      v3 = rotated(v3, 21) ^ v0
      v2 &+= v1
      v1 = rotated(v1, 17) ^ v2
      v2 = rotated(v2, 32)
    }
  }
}
