import Foundation
import ProxyProfiles
import Testing

@Suite struct MemcacheHashTests {
  /// 26 words under each hash function, published with libmemcached's own tests.
  @Test func agreesWithPublishedWords() throws {
    let rows = try MemcacheTable.lines("memcached-hashes", "tsv").map {
      $0.split(separator: "\t").map { String($0) }
    }
    #expect(rows.count == 27)
    var checked = 0
    var different: [String] = []
    for (column, name) in rows[0].enumerated().dropFirst() {
      let libmemcached = LibmemcachedHash(rawValue: name == "one_at_a_time" ? "default" : name)
      let twemproxy = TwemproxyHash(rawValue: name == "crc" ? "crc32" : name)
      for row in rows.dropFirst() {
        let word = row[0].utf8.span
        for hash in [libmemcached?.hash(word), twemproxy?.hash(word)] {
          guard let hash else { continue }
          checked += 1
          if String(hash) != row[column] { different.append("\(name) \(row[0]): \(hash)") }
        }
      }
    }
    #expect(checked == 26 * (10 + 10))
    #expect(different.isEmpty)
  }

  /// Published with twemproxy's own tests.
  @Test func agreesWithTwemproxysApple() {
    let apple = "apple".utf8.span
    let hashes = [
      TwemproxyHash.crc16.hash(apple), TwemproxyHash.crc32a.hash(apple),
      TwemproxyHash.md5.hash("server1-8".utf8.span),
    ]
    #expect(hashes == [3_662_830_516, 2_838_417_488, 3_853_726_576])
  }

  @Test func offersWhatTheProgramsOffer() {
    #expect(LibmemcachedHash.allCases.count == 10)
    #expect(TwemproxyHash.allCases.count == 12)
  }
}

@Suite struct DigestTests {
  /// CRC-32 and MD5 of inputs of every length up to 300 bytes, from zlib and Python.
  @Test func agreesWithOtherPrograms() throws {
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
      let crc = TwemproxyHash.crc32a.hash(bytes.span)
      let md5 = TwemproxyHash.md5.hash(bytes.span)
      let textbook = TextbookMD5.digest(bytes)
      let hex = textbook.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      let word = textbook[..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if crc != UInt32(row[1], radix: 16) || hex != row[2] || md5 != word {
        different.append(row[0])
      }
    }
    #expect(different.isEmpty)
  }
}
