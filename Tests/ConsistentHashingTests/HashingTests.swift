import ConsistentHashing
import ConsistentHashingTesting
import Testing

@Suite struct HashingTests {
  /// Every length from 0 to 299 bytes and some beyond, so that all of xxHash's paths are walked.
  @Test func xxHashGivesItsKnownAnswers() throws {
    let rows = try Fixture.rows("xxhash.tsv")
    var failures: [String] = []
    for row in rows {
      let length = try #require(Int(row[0]))
      let first = UInt8(truncatingIfNeeded: try hexadecimal(row[1]))
      let bytes = (0..<length).map { first &+ 7 &* UInt8(truncatingIfNeeded: $0) }
      let answers = [
        XXH64().hash(bytes.span), XXH3().hash(bytes.span),
        XXH3(seed: 0x9E37_79B1_85EB_CA87).hash(bytes.span),
      ]
      if answers != (try row[2...].map(hexadecimal)) { failures.append("\(length) bytes") }
    }
    #expect(failures == [])
    #expect(rows.count == 308)
  }

  @Test func textsHashAsTheirBytes() {
    for text in ["", "a", "köln", "a text of more than fifteen bytes", "e\u{301}"] {
      let bytes = Array(text.utf8)
      #expect(XXH3.hash(text) == XXH3().hash(bytes.span))
      #expect(XXH3.hash(text, seed: 7) == XXH3(seed: 7).hash(bytes.span))
      #expect(XXH64.hash(text, seed: 7) == XXH64(seed: 7).hash(bytes.span))
    }
    #expect(XXH64.hash("") == 0xEF46_DB37_51D8_E999)
    #expect(XXH3.hash("\u{E9}") != XXH3.hash("e\u{301}"))
  }

  @Test func eightBytesHashAsTheLibraryHashesThem() {
    var generator = SeededGenerator(seed: 3)
    var failures: [String] = []
    let ends: [UInt64] = [0, 1, .max, 1 << 31, 1 << 32, 1 << 63, 0xFFFF_FFFF]
    var pairs = ends.flatMap { value in ends.map { (value, $0) } }
    for _ in 0..<20_000 { pairs.append((generator.next(), generator.next())) }
    for (value, seed) in pairs {
      let bytes = FixedHash.key(value)
      let expected = XXH3(seed: seed).hash(bytes.span)
      if EightByteXXH3(seed: seed).hash(value) != expected
        || XXH3.hash(littleEndian: value, seed: seed) != expected
      {
        failures.append("\(value) under \(seed)")
      }
    }
    #expect(failures == [])
  }

  @Test func rehashesAreTheHashItselfAndThenItsBytesUnderEachSeed() {
    for hash in [0, 1, 0x0123_4567_89AB_CDEF, .max] as [UInt64] {
      let sequence = RehashSequence(hash)
      let bytes = FixedHash.key(hash)
      #expect(sequence[0] == hash)
      for t in 1...200 {
        #expect(sequence[t] == XXH3(seed: UInt64(t)).hash(bytes.span), "t = \(t)")
      }
    }
  }

  @Test func functionsAreNamedWithTheirSeeds() {
    #expect(XXH3(seed: 5).identity == KeyHashIdentity(function: "xxh3-64", seed: 5))
    #expect(XXH64(seed: 5).identity == KeyHashIdentity(function: "xxh64", seed: 5))
    #expect(FixedHash().identity == KeyHashIdentity(function: "fixed"))
  }

  @Test func fixedHashReadsEightLittleEndianBytes() {
    let long: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let short: [UInt8] = [1, 2]
    let none: [UInt8] = []
    #expect(FixedHash().hash(long.span) == 0x0807_0605_0403_0201)
    #expect(FixedHash().hash(short.span) == 0x0201)
    #expect(FixedHash().hash(none.span) == 0)
    #expect(FixedHash.key(0x0807_0605_0403_0201) == Array(long.prefix(8)))
  }

  /// The first outputs for the seed 1234567 as published with the algorithm's other ports.
  @Test func generatorIsSplitMix64() {
    var generator = SeededGenerator(seed: 1_234_567)
    let outputs = (0..<5).map { _ in generator.next() }
    #expect(
      outputs == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
    #expect(generator.seed == 1_234_567)
    #expect((0..<1000).allSatisfy { _ in (0..<3).contains(generator.below(3)) })
    #expect(generator.below(0) == 0)
    #expect(generator.shuffled(Array(0..<100)).sorted() == Array(0..<100))
  }
}
