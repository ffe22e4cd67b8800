import AccessLogs
import CKeyLoops
import ConsistentHashing
import ConsistentHashingTesting
import Testing

@testable import chash

/// The loop that copies the lines of lists of keys, beside splitting in the plainest way.
@Suite struct LineBlockTests {
  /// Lines of a text that are not empty, without the carriage return before a line feed.
  private static func lines(of text: [UInt8]) -> [[UInt8]] {
    text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { Array($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }
      .filter { !$0.isEmpty }
  }

  /// A text of lines of all lengths around the 32 and 64 bytes that are looked at together.
  private static func text(_ random: inout SeededGenerator, isList: Bool) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<random.below(40) {
      let length = isList ? 24 : random.below(random.below(4) == 0 ? 200 : 40)
      for _ in 0..<length {
        text.append(isList ? UInt8(ascii: "k") : UInt8(random.below(256)))
      }
      if random.below(9) == 0 { text.append(UInt8(ascii: "-")) }
      if random.below(9) == 0 { text.append(UInt8(ascii: "\r")) }
      if random.below(30) > 0 { text.append(UInt8(ascii: "\n")) }
      if random.below(9) == 0 { text += Array("-\n".utf8) }
    }
    return text
  }

  @Test func listsAreSplitAsWrittenOut() {
    var random = SeededGenerator(seed: .random(in: .min ... .max))
    for _ in 0..<3000 {
      let text = Self.text(&random, isList: random.below(2) == 0)
      let lines = Self.lines(of: text)
      for unset in [nil, UInt8(ascii: "-")] {
        let found = LineBlock(bytes: text).keys(unset: unset)
        let keys = (0..<found.keys.count).map { Array(found.keys.bytes[found.keys[$0]]) }
        let expected = lines.filter { unset == nil || $0 != [UInt8(ascii: "-")] }
        #expect(keys == expected, "seed \(random.seed): \(text)")
        #expect(found.tally.unset.count == lines.count - expected.count, "seed \(random.seed)")
        #expect(found.tally.lines == lines.count, "seed \(random.seed)")
        var numbers: [Int] = []
        let remainder = LineBlock(bytes: text).forEachLine { numbers.append($1) }
        #expect(found.2.lines == remainder.lines, "seed \(random.seed)")
        #expect(found.2.emptyLines == remainder.emptyLines, "seed \(random.seed)")
        #expect(numbers.count == lines.count, "seed \(random.seed)")
      }
    }
  }

  @Test func otherProcessorsCopyTheSameLines() {
    var random = SeededGenerator(seed: .random(in: .min ... .max))
    var copied = 0
    for _ in 0..<3000 {
      let text = Self.text(&random, isList: random.below(2) == 0)
      let fast = Self.copied(text, isPortable: false)
      let portable = Self.copied(text, isPortable: true)
      #expect(fast.bytes == portable.bytes, "seed \(random.seed): \(text)")
      #expect(fast.ends == portable.ends, "seed \(random.seed): \(text)")
      #expect(fast.start == portable.start, "seed \(random.seed): \(text)")
      copied += fast.ends.count
    }
    #expect(copied > 3000)
  }

  private static func copied(_ text: [UInt8], isPortable: Bool)
    -> (bytes: ArraySlice<UInt8>, ends: ArraySlice<Int>, start: Int)
  {
    var copies = [UInt8](repeating: 0, count: text.count)
    var ends = [Int](repeating: 0, count: text.count / 2 + 1)
    var place = ckeyloops_place()
    if isPortable {
      unsafe ckeyloops_copy_portable(text, text.count, -1, 1 << 20, &copies, &ends, &place)
    } else {
      unsafe ckeyloops_copy(text, text.count, -1, 1 << 20, &copies, &ends, &place)
    }
    return (copies[..<place.filled], ends[..<place.lines], place.start)
  }

  @Test func aLineThatIsTooLongEndsTheBlock() {
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: LineBlock.longestLine)
    let allowed = LineBlock(bytes: Array("k\n".utf8) + long + Array("\r\nl\n".utf8)).keys(
      unset: nil)
    #expect(allowed.keys.count == 3)
    #expect(allowed.2.tooLongLine == nil)
    let refused = LineBlock(bytes: Array("k\n".utf8) + long + Array("a\nl\n".utf8)).keys(unset: nil)
    #expect(refused.keys.count == 1)
    #expect(refused.2.tooLongLine == 2)
    #expect(refused.2.lines == 2)
  }
}
