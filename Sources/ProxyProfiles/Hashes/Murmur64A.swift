/// MurmurHash64A, the 64-bit form of MurmurHash2 (Appleby 2008), reading little-endian words.
///
/// Envoy calls it murmurHash2, mcrouter murmur_hash_64A.
enum Murmur64A {
  private static let multiplier: UInt64 = 0xC6A4_A793_5BD1_E995

  /// The hash of some bytes.
  static func hash(_ bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
    let count = bytes.count
    var state = seed ^ (UInt64(truncatingIfNeeded: count) &* multiplier)
    var position = 0
    while count &- position >= 8 {
      state = absorb(LittleEndian.word64(bytes, position), into: state)
      position &+= 8
    }
    if position < count {
      state ^= LittleEndian.tail(bytes, from: position)
      state &*= multiplier
    }
    return finish(state)
  }

  /// The hash of the eight little-endian bytes of a value.
  static func hash(littleEndian value: UInt64, seed: UInt64) -> UInt64 {
    finish(absorb(value, into: seed ^ (8 &* multiplier)))
  }

  private static func absorb(_ word: UInt64, into state: UInt64) -> UInt64 {
    var word = word &* multiplier
    word ^= word >> 47
    return (state ^ (word &* multiplier)) &* multiplier
  }

  private static func finish(_ state: UInt64) -> UInt64 {
    var state = (state ^ (state >> 47)) &* multiplier
    state ^= state >> 47
    return state
  }
}
