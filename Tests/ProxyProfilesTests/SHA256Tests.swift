import ConsistentHashing
import Testing

@testable import ProxyProfiles

@Suite struct SHA256Tests {
  /// Inputs of every length up to 299 bytes, from Python's hashlib.
  @Test func agreesWithAnotherProgram() throws {
    let rows = try MemcacheTable.lines("digests", "tsv").map {
      $0.split(separator: "\t").map { String($0) }
    }
    #expect(rows.count > 300)
    var different: [String] = []
    for row in rows {
      let digits = Array(row[0] == "-" ? "" : row[0])
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
      if Self.hex(SHA256.digest(bytes.span)) != row[3] { different.append(row[0]) }
    }
    #expect(different.isEmpty)
  }

  /// The examples of FIPS 180-4 and NIST's list: none, one and two blocks, and a million times `a`.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        + "lmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func agreesWithPublishedVectors(message: String, digest: String) {
    let bytes = Array(message.utf8)
    #expect(Self.hex(SHA256.digest(bytes.span)) == digest)
  }

  /// The zero byte behind the bytes, at every place in a block.
  @Test func hashesAZeroMore() {
    let different = (0..<200).filter { length in
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
      let digest = TextbookSHA256.digest(bytes + [0])
      let hex = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      return Self.hex(SHA256.digest(bytes.span, endsInZero: true)) != hex
    }
    #expect(different.isEmpty)
  }

  private static func hex(_ digest: InlineArray<8, UInt32>) -> String {
    digest.indices.map { index in
      let digits = String(digest[index], radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
