/// Austin Appleby's MurmurHash2 with 32 bits of output (2008), for little-endian machines.
enum MurmurHash2 {
  /// The hash of some bytes under a seed.
  static func hash(_ bytes: Span<UInt8>, seed: UInt32) -> UInt32 {
    let prime: UInt32 = 0x5BD1_E995
    var h = seed ^ UInt32(truncatingIfNeeded: bytes.count)
    var position = 0
    while bytes.count &- position >= 4 {
      var word = bytes.littleEndian32(at: position) &* prime
      word ^= word &>> 24
      h = (h &* prime) ^ (word &* prime)
      position &+= 4
    }
    if position < bytes.count {
      h = (h ^ bytes.littleEndianTail(from: position)) &* prime
    }
    h = (h ^ (h &>> 13)) &* prime
    return h ^ (h &>> 15)
  }
}
