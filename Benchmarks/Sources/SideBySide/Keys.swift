import TextbookC

/// Keys laid end to end in one buffer, as a router finds them in its own, and their XXH3 hashes.
///
/// Every contender reads this one layout. The keys are lower-case letters and digits, which every peer
/// takes, and the same in every run.
final class KeySet {
  let bytes: [UInt8]
  /// Where each key ends.
  let ends: [Int]
  let hashes: [UInt64]

  var count: Int { ends.count }

  /// Makes `count` keys of `length` bytes each.
  init(count: Int, length: Int) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 &* UInt64(length)
    let letters = Array("0123456789abcdefghijklmnopqrstuv".utf8)
    bytes = (0..<(count * length)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return letters[Int(state >> 59)]
    }
    ends = (1...count).map { $0 * length }
    var hashes = [UInt64](repeating: 0, count: count)
    Self.withTexts(bytes, ends, count) { textbook_hash($0, &hashes) }
    self.hashes = hashes
  }

  /// The first keys of another set.
  init(first count: Int, of other: KeySet) {
    ends = Array(other.ends.prefix(count))
    bytes = Array(other.bytes.prefix(ends.last ?? 0))
    hashes = Array(other.hashes.prefix(count))
  }

  /// The key at a position, as its bytes.
  subscript(position: Int) -> ArraySlice<UInt8> {
    bytes[(position == 0 ? 0 : ends[position - 1])..<ends[position]]
  }

  /// The key at a position, as a text.
  func text(_ position: Int) -> String { String(decoding: self[position], as: UTF8.self) }

  /// Lends the first keys to C; all unless a number is given.
  func withTexts<Result>(first: Int? = nil, _ body: (textbook_texts) -> Result) -> Result {
    Self.withTexts(bytes, ends, first ?? count, body)
  }

  /// Lends texts to C.
  static func withTexts<Result>(
    _ bytes: [UInt8], _ ends: [Int], _ count: Int, _ body: (textbook_texts) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      ends.withUnsafeBufferPointer { ends in
        // An Int is an int64_t wherever this builds, but Swift holds the two types apart.
        UnsafeRawBufferPointer(ends).withMemoryRebound(to: Int64.self) {
          body(textbook_texts(bytes: bytes.baseAddress, ends: $0.baseAddress, count: count))
        }
      }
    }
  }
}
