/// MurmurHash3_x64_128 (Appleby 2011), reading little-endian words.
enum Murmur3x128 {
  private static let first: UInt64 = 0x87C3_7B91_1142_53D5
  private static let second: UInt64 = 0x4CF5_AD43_2745_937F

  /// Both halves of the hash of some bytes.
  static func hash(_ bytes: Span<UInt8>, seed: UInt32) -> (UInt64, UInt64) {
    let count = bytes.count
    var state = State(UInt64(seed), UInt64(seed))
    var position = 0
    while count &- position >= 16 {
      state.absorb(
        LittleEndian.word64(bytes, position), LittleEndian.word64(bytes, position &+ 8))
      position &+= 16
    }
    if position < count {
      let middle = min(position + 8, count)
      state.high ^= scatterHigh(LittleEndian.tail(bytes, from: middle))
      state.low ^= scatterLow(LittleEndian.tail(bytes, from: position, to: middle))
    }
    return state.finish(UInt64(truncatingIfNeeded: count))
  }

  /// Both halves of the hash of the sixteen little-endian bytes of two values.
  static func hash(littleEndian a: UInt64, _ b: UInt64, seed: UInt32) -> (UInt64, UInt64) {
    var state = State(UInt64(seed), UInt64(seed))
    state.absorb(a, b)
    return state.finish(16)
  }

  private static func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 {
    (word << by) | (word >> (64 - by))
  }

  private static func scatterLow(_ word: UInt64) -> UInt64 {
    rotated(word &* first, 31) &* second
  }

  private static func scatterHigh(_ word: UInt64) -> UInt64 {
    rotated(word &* second, 33) &* first
  }

  private struct State {
    var low: UInt64
    var high: UInt64

    init(_ low: UInt64, _ high: UInt64) {
      self.low = low
      self.high = high
    }

    mutating func absorb(_ a: UInt64, _ b: UInt64) {
      low = (rotated(low ^ scatterLow(a), 27) &+ high) &* 5 &+ 0x52DC_E729
      high = (rotated(high ^ scatterHigh(b), 31) &+ low) &* 5 &+ 0x3849_5AB5
    }

    func finish(_ count: UInt64) -> (UInt64, UInt64) {
      var low = self.low ^ count
      var high = self.high ^ count
      low &+= high
      high &+= low
      low = avalanche(low)
      high = avalanche(high)
      low &+= high
      high &+= low
      return (low, high)
    }

    private func avalanche(_ word: UInt64) -> UInt64 {
      var word = (word ^ (word >> 33)) &* 0xFF51_AFD7_ED55_8CCD
      word = (word ^ (word >> 33)) &* 0xC4CE_B9FE_1A85_EC53
      return word ^ (word >> 33)
    }
  }
}
