@testable import ProxyProfiles
import Testing

/// The hash functions of profiles, against published numbers.
@Suite struct ProfileHashTests {
  /// SMHasher's verification: the hash of the hashes of 256 keys under 256 seeds.
  private func verification(_ hash: (Span<UInt8>, UInt32) -> [UInt8]) -> UInt32 {
    var hashes: [UInt8] = []
    for length in 0..<256 {
      let key = (0..<length).map { UInt8($0) }
      hashes += hash(key.span, UInt32(256 - length))
    }
    return hash(hashes.span, 0).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private func little(_ word: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
  }

  @Test func murmur64AMatchesSMHasher() {
    #expect(verification { little(Murmur64A.hash($0, seed: UInt64($1))) } == 0x1F0D_3804)
  }

  @Test func murmur64AOfAWordIsThatOfItsBytes() {
    for word in [0, 1, 0x0706_0504_0302_0100, UInt64.max] {
      let bytes = little(word)
      let hash = Murmur64A.hash(bytes.span, seed: 7)
      #expect(Murmur64A.hash(littleEndian: word, seed: 7) == hash)
    }
  }

  @Test func murmur3x128MatchesSMHasher() {
    let found = verification { key, seed in
      let (low, high) = Murmur3x128.hash(key, seed: seed)
      return little(low) + little(high)
    }
    #expect(found == 0x6384_BA69)
  }

  @Test func murmur3x128OfTwoWordsIsThatOfTheirBytes() {
    let words: [UInt64] = [0, 0x0706_0504_0302_0100, .max]
    for word in words {
      let a = Murmur3x128.hash(littleEndian: word, 42, seed: 9)
      let bytes = little(word) + little(42)
      let b = Murmur3x128.hash(bytes.span, seed: 9)
      #expect(a == b)
    }
  }

  /// From the table that comes with SpookyHash V2: byte i is i + 128, the seed 0, the length the first
  /// column.
  @Test(arguments: [
    (0, [0x6BF5_0919, 0x70DE_1D26, 0xA2B3_7298, 0x35BC_5FBF] as [UInt32]),
    (4, [0x8223_B279, 0x5BCB_315E, 0x53FE_88A1, 0xF9F1_A233]),
    (8, [0xEE19_3982, 0x54F8_6F29, 0xC877_2D36, 0x9ED6_0886]),
    (12, [0x5F23_D1DA, 0x1ED9_F474, 0xF2EF_0C89, 0x83EC_01F9]),
    (16, [0xF274_736C, 0x7E9A_C0DF, 0xC7AE_D250, 0xB101_5811]),
    (20, [0xE234_70F5, 0x48AC_20C4, 0xE2AB_3CD5, 0x608F_8363]),
    (24, [0xD063_9E68, 0xC4E8_E7AB, 0x863C_7C5B, 0x4EA6_3579]),
    (28, [0x99AE_8622, 0x170C_658B, 0x149B_A493, 0x027B_CA7C]),
    (60, [0x1CD6_A5A2, 0x197B_402E, 0xC28D_0D2B, 0x09C1_AFB4]),
    (64, [0x069C_8BB7, 0x6F9D_4E1E, 0xD262_1B5C, 0xEA68_108D]),
    (124, [0x7ACB_6D5C, 0x2D66_3F85, 0x41C7_2A91, 0x8235_6BF2]),
    (188, [0xE715_B13A, 0x0394_C3B2, 0x11EF_BBAE, 0xE13D_9E19]),
    (192, [0x77E0_12BD, 0x2D05_114C, 0xAECF_2DDD, 0xB2A2_B4AA]),
    (196, [0xB942_9546, 0x55DC_E815, 0xC891_38F8, 0x46DC_AE20]),
    (256, [0x38CE_BF03, 0x0CBC_2E72, 0xBF03_E704, 0x7B3E_7A9A]),
    (320, [0xF154_5450, 0xD41D_5DF5, 0x25A5_060D, 0x77B3_68DA]),
    (384, [0x44EB_5634, 0xAE70_EDFC, 0x591C_740B, 0x478B_F338]),
    (448, [0xAD7B_AA23, 0xD181_714A, 0x9BBD_AB78, 0x6C7D_1577]),
    (508, [0x918F_A7C9, 0xAF2E_2CD9, 0x8204_6F8E, 0xCC1C_8250]),
  ])
  func spookyMatchesItsAuthor(length: Int, hashes: [UInt32]) {
    let found = (0..<4).map { more in
      let key = (0..<(length + more)).map { UInt8(truncatingIfNeeded: $0 + 128) }
      return SpookyHash.hash32(key.span, seed: 0)
    }
    #expect(found == hashes)
  }

  /// From the kernel's own test of siphash on 64-bit machines: byte i is i, so are the keys.
  @Test func hsiphashMatchesTheKernel() {
    let published: [UInt32] = [
      0x050F_C4DC, 0x7D57_CA93, 0x4DC7_D44D, 0xE7DD_F7FB, 0x88D3_8328, 0x4953_3B67, 0xC59F_22A7,
      0x9BB1_1140, 0x8D29_9A8E, 0x6C06_3DE4, 0x92FF_097F, 0xF94D_C352, 0x57B4_D9A2, 0x1229_FFA7,
      0xC0F9_5D34, 0x2A51_9956, 0x7D90_8B66, 0x63DB_D80C, 0xB473_E63E, 0x8D29_7D1C, 0xA6CC_E040,
      0x2B45_F844, 0xA320_872E, 0xDAE6_C123, 0x6734_9C8C, 0x705B_0979, 0xCA99_13A5, 0x4ADE_3B35,
      0xEF6C_D00D, 0x4AB1_E1F4, 0x43C5_E663, 0x8C21_D1BC, 0x16A7_B60D,
    ]
    let hash = HSipHash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
    let found = published.indices.map { length in
      let key = (0..<length).map { UInt8($0) }
      return hash.hash(key.span)
    }
    #expect(found == published)
    #expect(hash.hash(littleEndian: 0x0302_0100) == published[4])
  }

  /// Published with lookup3, of which jhash is the byte form.
  @Test func jhashMatchesLookup3() {
    let text = Array("Four score and seven years ago".utf8)
    let none: [UInt8] = []
    let hashes = [
      JenkinsHash.hash(text.span, seed: 0), JenkinsHash.hash(text.span, seed: 1),
      JenkinsHash.hash(none.span, seed: 0),
    ]
    #expect(hashes == [0x1777_0551, 0xCD62_8161, 0xDEAD_BEEF])
  }

  @Test func jhashOfWordsIsThatOfTheirBytes() {
    let words: [UInt32] = [0x0302_0100, 0xFFFF_FFFF, 7, 0x8000_0001]
    let bytes = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
    }
    let hashes = [2, 3, 4].map { JenkinsHash.hash(bytes.span.extracting(0..<(4 * $0)), seed: 5) }
    #expect(JenkinsHash.hash(words[0], words[1], seed: 5) == hashes[0])
    #expect(JenkinsHash.hash(words[0], words[1], words[2], seed: 5) == hashes[1])
    #expect(
      JenkinsHash.hash(littleEndian: words[0], words[1], words[2], words[3], seed: 5) == hashes[2])
  }
}
