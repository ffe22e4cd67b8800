/// MD5 (RFC 1321), by which the ketama family places servers and keys.
///
/// Whole and in one call, without allocation: cryptographic libraries hold the state of a digest in a
/// class, which costs an allocation each. Nothing secret is hashed here.
package enum MD5 {
  /// The digest of some bytes as four little-endian words.
  static func digest(_ bytes: Span<UInt8>) -> (UInt32, UInt32, UInt32, UInt32) {
    var state = State()
    var start = 0
    while bytes.count &- start >= 64 {
      var block = InlineArray<16, UInt32>(repeating: 0)
      for i in 0..<16 { block[i] = bytes.littleEndian32(at: start &+ 4 &* i) }
      state.mix(block)
      start &+= 64
    }

    // What is left, one bit, zeros, and the length in bits.
    var block = InlineArray<16, UInt32>(repeating: 0)
    let left = bytes.count &- start
    let words = left &>> 2
    for i in 0..<words { block[i] = bytes.littleEndian32(at: start &+ 4 &* i) }
    var last: UInt32 = 0x80
    for position in stride(from: bytes.count &- 1, through: start &+ 4 &* words, by: -1) {
      last = last &<< 8 | UInt32(bytes[position])
    }
    block[words] = last
    if left >= 56 {
      state.mix(block)
      block = InlineArray(repeating: 0)
    }
    let bits = UInt64(truncatingIfNeeded: bytes.count) &<< 3
    block[14] = UInt32(truncatingIfNeeded: bits)
    block[15] = UInt32(truncatingIfNeeded: bits &>> 32)
    state.mix(block)
    return (state.a, state.b, state.c, state.d)
  }

  /// The four words that blocks are mixed into.
  struct State {
    var a: UInt32 = 0x6745_2301
    var b: UInt32 = 0xEFCD_AB89
    var c: UInt32 = 0x98BA_DCFE
    var d: UInt32 = 0x1032_5476

    /// Four rounds of sixteen steps; the constants are the integer parts of 2³²·|sin i|.
    mutating func mix(_ block: InlineArray<16, UInt32>) {
      let (a0, b0, c0, d0) = (a, b, c, d)
      MD5.step(&a, b, Self.first(b, c, d), block[0], 0xD76A_A478, 7)
      MD5.step(&d, a, Self.first(a, b, c), block[1], 0xE8C7_B756, 12)
      MD5.step(&c, d, Self.first(d, a, b), block[2], 0x2420_70DB, 17)
      MD5.step(&b, c, Self.first(c, d, a), block[3], 0xC1BD_CEEE, 22)
      MD5.step(&a, b, Self.first(b, c, d), block[4], 0xF57C_0FAF, 7)
      MD5.step(&d, a, Self.first(a, b, c), block[5], 0x4787_C62A, 12)
      MD5.step(&c, d, Self.first(d, a, b), block[6], 0xA830_4613, 17)
      MD5.step(&b, c, Self.first(c, d, a), block[7], 0xFD46_9501, 22)
      MD5.step(&a, b, Self.first(b, c, d), block[8], 0x6980_98D8, 7)
      MD5.step(&d, a, Self.first(a, b, c), block[9], 0x8B44_F7AF, 12)
      MD5.step(&c, d, Self.first(d, a, b), block[10], 0xFFFF_5BB1, 17)
      MD5.step(&b, c, Self.first(c, d, a), block[11], 0x895C_D7BE, 22)
      MD5.step(&a, b, Self.first(b, c, d), block[12], 0x6B90_1122, 7)
      MD5.step(&d, a, Self.first(a, b, c), block[13], 0xFD98_7193, 12)
      MD5.step(&c, d, Self.first(d, a, b), block[14], 0xA679_438E, 17)
      MD5.step(&b, c, Self.first(c, d, a), block[15], 0x49B4_0821, 22)
      MD5.step(&a, b, Self.second(b, c, d), block[1], 0xF61E_2562, 5)
      MD5.step(&d, a, Self.second(a, b, c), block[6], 0xC040_B340, 9)
      MD5.step(&c, d, Self.second(d, a, b), block[11], 0x265E_5A51, 14)
      MD5.step(&b, c, Self.second(c, d, a), block[0], 0xE9B6_C7AA, 20)
      MD5.step(&a, b, Self.second(b, c, d), block[5], 0xD62F_105D, 5)
      MD5.step(&d, a, Self.second(a, b, c), block[10], 0x0244_1453, 9)
      MD5.step(&c, d, Self.second(d, a, b), block[15], 0xD8A1_E681, 14)
      MD5.step(&b, c, Self.second(c, d, a), block[4], 0xE7D3_FBC8, 20)
      MD5.step(&a, b, Self.second(b, c, d), block[9], 0x21E1_CDE6, 5)
      MD5.step(&d, a, Self.second(a, b, c), block[14], 0xC337_07D6, 9)
      MD5.step(&c, d, Self.second(d, a, b), block[3], 0xF4D5_0D87, 14)
      MD5.step(&b, c, Self.second(c, d, a), block[8], 0x455A_14ED, 20)
      MD5.step(&a, b, Self.second(b, c, d), block[13], 0xA9E3_E905, 5)
      MD5.step(&d, a, Self.second(a, b, c), block[2], 0xFCEF_A3F8, 9)
      MD5.step(&c, d, Self.second(d, a, b), block[7], 0x676F_02D9, 14)
      MD5.step(&b, c, Self.second(c, d, a), block[12], 0x8D2A_4C8A, 20)
      MD5.step(&a, b, Self.third(b, c, d), block[5], 0xFFFA_3942, 4)
      MD5.step(&d, a, Self.third(a, b, c), block[8], 0x8771_F681, 11)
      MD5.step(&c, d, Self.third(d, a, b), block[11], 0x6D9D_6122, 16)
      MD5.step(&b, c, Self.third(c, d, a), block[14], 0xFDE5_380C, 23)
      MD5.step(&a, b, Self.third(b, c, d), block[1], 0xA4BE_EA44, 4)
      MD5.step(&d, a, Self.third(a, b, c), block[4], 0x4BDE_CFA9, 11)
      MD5.step(&c, d, Self.third(d, a, b), block[7], 0xF6BB_4B60, 16)
      MD5.step(&b, c, Self.third(c, d, a), block[10], 0xBEBF_BC70, 23)
      MD5.step(&a, b, Self.third(b, c, d), block[13], 0x289B_7EC6, 4)
      MD5.step(&d, a, Self.third(a, b, c), block[0], 0xEAA1_27FA, 11)
      MD5.step(&c, d, Self.third(d, a, b), block[3], 0xD4EF_3085, 16)
      MD5.step(&b, c, Self.third(c, d, a), block[6], 0x0488_1D05, 23)
      MD5.step(&a, b, Self.third(b, c, d), block[9], 0xD9D4_D039, 4)
      MD5.step(&d, a, Self.third(a, b, c), block[12], 0xE6DB_99E5, 11)
      MD5.step(&c, d, Self.third(d, a, b), block[15], 0x1FA2_7CF8, 16)
      MD5.step(&b, c, Self.third(c, d, a), block[2], 0xC4AC_5665, 23)
      MD5.step(&a, b, Self.fourth(b, c, d), block[0], 0xF429_2244, 6)
      MD5.step(&d, a, Self.fourth(a, b, c), block[7], 0x432A_FF97, 10)
      MD5.step(&c, d, Self.fourth(d, a, b), block[14], 0xAB94_23A7, 15)
      MD5.step(&b, c, Self.fourth(c, d, a), block[5], 0xFC93_A039, 21)
      MD5.step(&a, b, Self.fourth(b, c, d), block[12], 0x655B_59C3, 6)
      MD5.step(&d, a, Self.fourth(a, b, c), block[3], 0x8F0C_CC92, 10)
      MD5.step(&c, d, Self.fourth(d, a, b), block[10], 0xFFEF_F47D, 15)
      MD5.step(&b, c, Self.fourth(c, d, a), block[1], 0x8584_5DD1, 21)
      MD5.step(&a, b, Self.fourth(b, c, d), block[8], 0x6FA8_7E4F, 6)
      MD5.step(&d, a, Self.fourth(a, b, c), block[15], 0xFE2C_E6E0, 10)
      MD5.step(&c, d, Self.fourth(d, a, b), block[6], 0xA301_4314, 15)
      MD5.step(&b, c, Self.fourth(c, d, a), block[13], 0x4E08_11A1, 21)
      MD5.step(&a, b, Self.fourth(b, c, d), block[4], 0xF753_7E82, 6)
      MD5.step(&d, a, Self.fourth(a, b, c), block[11], 0xBD3A_F235, 10)
      MD5.step(&c, d, Self.fourth(d, a, b), block[2], 0x2AD7_D2BB, 15)
      MD5.step(&b, c, Self.fourth(c, d, a), block[9], 0xEB86_D391, 21)
      a &+= a0
      b &+= b0
      c &+= c0
      d &+= d0
    }

    @inline(__always)
    private static func first(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 {
      z ^ (x & (y ^ z))
    }

    @inline(__always)
    private static func second(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 {
      y ^ (z & (x ^ y))
    }

    @inline(__always)
    private static func third(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 { x ^ y ^ z }

    @inline(__always)
    private static func fourth(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 { y ^ (x | ~z) }
  }

  @inline(__always)
  private static func step(
    _ w: inout UInt32, _ x: UInt32, _ mixed: UInt32, _ word: UInt32, _ constant: UInt32,
    _ left: UInt32
  ) {
    let sum = w &+ mixed &+ word &+ constant
    w = x &+ (sum &<< left | sum &>> (32 &- left))
  }
}
