import CMD5
import CXXHash
import ConsistentHashingTesting
import Testing

@testable import ProxyProfiles

/// MD5 of many keys at once gives what RFC 1321 gives for each, in every form that this processor runs.
@Suite struct MD5BatchTests {
  private static func firstWord(_ key: ArraySlice<UInt8>) -> UInt32 {
    TextbookMD5.digest(Array(key)).prefix(4).enumerated()
      .reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
  }

  @Test(arguments: (0...cxxhash_instructions()).map { $0 })
  func sixteenKeys(_ instructions: Int32) {
    var generator = SeededGenerator(seed: 3)
    let bytes = (0..<1000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    var differences: [String] = []
    for first in 0...55 {
      // Each lane has a length of its own, so that every length is in every lane once.
      let lengths = (0..<16).map { (first + 5 * $0) % 56 }
      let starts = (0..<16).map { 3 * first + 50 * $0 }
      var words = [UInt32](repeating: 0, count: 16)
      unsafe cmd5_first_words(bytes, starts, lengths, &words, instructions)
      for lane in 0..<16 {
        let expected = Self.firstWord(bytes[starts[lane]..<(starts[lane] + lengths[lane])])
        if words[lane] != expected { differences.append("lane \(lane), \(lengths[lane]) bytes") }
      }
    }
    #expect(differences == [])
  }

  /// Batches of every size up to three groups, with keys that fit no single block among them.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func batches(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var differences: [String] = []
    for count in 0...50 {
      let longest = [56, 57, 130][generator.below(3)]
      let start = generator.below(5)
      var ends: [Int] = []
      for _ in 0..<count { ends.append((ends.last ?? start) + generator.below(longest)) }
      let bytes = (0..<(ends.last ?? start)).map { _ in UInt8(truncatingIfNeeded: generator.next())
      }
      var words = [UInt64](repeating: 1, count: count)
      var places = words.mutableSpan
      MD5.firstWords(bytes.span, from: start, ends: ends.span, shiftedBy: 32, into: &places)
      for (number, end) in ends.enumerated() {
        let key = bytes[(number == 0 ? start : ends[number - 1])..<end]
        if words[number] != UInt64(Self.firstWord(key)) << 32 {
          differences.append("key \(number) of \(count), \(key.count) bytes")
        }
      }
    }
    #expect(differences == [], "seed \(seed)")
  }
}
