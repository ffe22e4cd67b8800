/// SHA-256 (FIPS 180-4), of which Varnish takes a part, and names of servers in cookies another.
///
/// In one call, without allocation, as ``MD5``.
package enum SHA256 {
  /// The digest of some bytes as eight big-endian words.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - endsInZero: Whether one more zero byte is hashed after them.
  package static func digest(_ bytes: Span<UInt8>, endsInZero: Bool = false) -> InlineArray<
    8, UInt32
  > {
    var state = initial
    var start = 0
    while bytes.count &- start >= 64 {
      var block = InlineArray<16, UInt32>(repeating: 0)
      for i in 0..<16 { block[i] = bytes.littleEndian32(at: start &+ 4 &* i).byteSwapped }
      mix(block, into: &state)
      start &+= 64
    }

    // What is left, one bit, zeros, and the length in bits.
    var block = InlineArray<16, UInt32>(repeating: 0)
    let left = bytes.count &- start
    for position in 0..<left {
      block[position &>> 2] |= UInt32(bytes[start &+ position]) &<< shift(position)
    }
    var end = endsInZero ? left &+ 1 : left
    let bits = UInt64(truncatingIfNeeded: start &+ end) &<< 3
    if end == 64 {
      mix(block, into: &state)
      block = InlineArray(repeating: 0)
      end = 0
    }
    block[end &>> 2] |= 0x80 &<< shift(end)
    if end >= 56 {
      mix(block, into: &state)
      block = InlineArray(repeating: 0)
    }
    block[14] = UInt32(truncatingIfNeeded: bits &>> 32)
    block[15] = UInt32(truncatingIfNeeded: bits)
    mix(block, into: &state)
    return state
  }

  /// How far to the left a byte stands in its word.
  @inline(__always) private static func shift(_ position: Int) -> UInt32 {
    24 &- 8 &* UInt32(truncatingIfNeeded: position & 3)
  }

  /// 64 rounds; the sixteen words of the schedule that a round looks back at are kept in a circle.
  private static func mix(
    _ block: InlineArray<16, UInt32>, into state: inout InlineArray<8, UInt32>
  ) {
    var words = block
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for round in 0..<64 {
      let here = round & 15
      if round >= 16 {
        let early = words[(round &+ 1) & 15]
        let late = words[(round &+ 14) & 15]
        words[here] &+=
          (right(early, 7) ^ right(early, 18) ^ early &>> 3) &+ words[(round &+ 9) & 15]
          &+ (right(late, 17) ^ right(late, 19) ^ late &>> 10)
      }
      let first =
        h &+ (right(e, 6) ^ right(e, 11) ^ right(e, 25)) &+ (g ^ (e & (f ^ g)))
        &+ constants[round] &+ words[here]
      let second = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) &+ ((a & b) | (c & (a | b)))
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always) private static func right(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
  }

  /// The fractions of the square roots of the first 8 primes.
  private static let initial: InlineArray<8, UInt32> = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19,
  ]

  /// The fractions of the cube roots of the first 64 primes.
  private static let constants: InlineArray<64, UInt32> = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4,
    0xAB1C_5ED5, 0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE,
    0x9BDC_06A7, 0xC19B_F174, 0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F,
    0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA, 0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7,
    0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967, 0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC,
    0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85, 0xA2BF_E8A1, 0xA81A_664B,
    0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070, 0x19A4_C116,
    0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7,
    0xC671_78F2,
  ]
}
