import ConsistentHashing
import Testing

@Suite struct XXH32Tests {
  @Test func givesItsKnownAnswers() {
    #expect(XXH32.hash("") == 0x02CC_5D05)
    #expect(XXH32.hash("a") == 0x550D_7456)
    #expect(XXH32.hash("abc") == 0x32D1_53FF)
  }

  /// Every length from 0 to 299 bytes, each under the hash of the one before as seed; the last was
  /// worked out by a program in another language.
  @Test func chainsToItsKnownAnswer() {
    var hash: UInt32 = 0
    for length in 0..<300 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: length + 7 * $0) }
      hash = XXH32(seed: hash).hash(bytes.span)
    }
    #expect(hash == 0x7EF8_26D3)
  }
}
