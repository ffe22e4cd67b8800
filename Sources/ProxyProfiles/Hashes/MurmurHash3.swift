/// Austin Appleby's MurmurHash3 with 32 bits of output, `MurmurHash3_x86_32` (2011).
struct MurmurHash3 {
  private var h: UInt32

  /// Starts with a seed.
  init(seed: UInt32) {
    h = seed
  }

  /// The hash of some bytes under a seed.
  static func hash(_ bytes: Span<UInt8>, seed: UInt32) -> UInt32 {
    var hash = MurmurHash3(seed: seed)
    var position = 0
    while bytes.count &- position >= 4 {
      hash.mix(bytes.littleEndian32(at: position))
      position &+= 4
    }
    return hash.finish(tail: bytes.littleEndianTail(from: position), count: bytes.count)
  }

  /// Mixes four bytes in, the first the least significant.
  mutating func mix(_ word: UInt32) {
    h ^= Self.scramble(word)
    h = (h &<< 13 | h &>> 19) &* 5 &+ 0xE654_6B64
  }

  /// Mixes the last bytes in, at most three, and the number of all.
  func finish(tail: UInt32, count: Int) -> UInt32 {
    // Scrambling makes nothing of an absent tail, and of one of zeros.
    var h = h ^ Self.scramble(tail) ^ UInt32(truncatingIfNeeded: count)
    h = (h ^ (h &>> 16)) &* 0x85EB_CA6B
    h = (h ^ (h &>> 13)) &* 0xC2B2_AE35
    return h ^ (h &>> 16)
  }

  private static func scramble(_ word: UInt32) -> UInt32 {
    let product = word &* 0xCC9E_2D51
    return (product &<< 15 | product &>> 17) &* 0x1B87_3593
  }
}
