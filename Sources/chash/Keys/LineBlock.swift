import AccessLogs
import CKeyLoops

/// Some whole lines of a file.
///
/// Lines end with a line feed, which the last line of a file may lack. A carriage return before it is
/// dropped.
struct LineBlock: Sendable {
  /// No proxy takes a longer key, so a longer line means that the file is not a list of keys.
  static let longestLine = 1 << 20

  let bytes: [UInt8]

  /// What was not a line with something in it.
  struct Remainder: Sendable {
    /// How many lines there were, also empty ones.
    var lines = 0
    var emptyLines = 0
    /// The number of a line, from 1, that is too long; nothing behind it was looked at.
    var tooLongLine: Int?
  }

  /// The lines as keys, which is what lists of keys are.
  ///
  /// - Parameter unset: A line that is no key, next to an empty one.
  func keys(unset: UInt8?) -> (keys: KeyBatch.Texts, tally: LineTally, Remainder) {
    let text = bytes.span
    var tally = LineTally()
    var remainder = Remainder()
    var place = ckeyloops_place()
    var ends: [Int] = []
    let keys = unsafe [UInt8](unsafeUninitializedCapacity: text.count) { keys, filled in
      // A line has at least one byte and a line feed, except the last one.
      ends = unsafe [Int](unsafeUninitializedCapacity: text.count / 2 + 1) { ends, count in
        while place.start < text.count, remainder.tooLongLine == nil {
          let before = place.lines
          if let copies = keys.baseAddress, let places = ends.baseAddress {
            unsafe text.withUnsafeBufferPointer {
              unsafe ckeyloops_copy(
                $0.baseAddress, $0.count, unset.map(Int32.init) ?? -1, Self.longestLine, copies,
                places, &place)
            }
          }
          remainder.lines += place.lines - before
          // A line that is something else, or the last one.
          guard let line = nextLine(from: &place.start, &remainder) else { continue }
          if line.count == 1, text[line.lowerBound] == unset {
            tally.note(.unset, line: remainder.lines)
            continue
          }
          for index in line {
            unsafe keys[place.filled] = text[index]
            place.filled += 1
          }
          unsafe ends[place.lines] = place.filled
          place.lines += 1
        }
        count = place.lines
      }
      filled = place.filled
    }
    tally.noteKeys(ends.count)
    return (KeyBatch.Texts(bytes: keys, ends: ends), tally, remainder)
  }

  /// Calls `body` with each line that is not empty and its number in the block, from 1.
  @inline(__always)
  func forEachLine(_ body: (Span<UInt8>, Int) throws -> Void) rethrows -> Remainder {
    var remainder = Remainder()
    var start = 0
    while start < bytes.count, remainder.tooLongLine == nil {
      guard let line = nextLine(from: &start, &remainder) else { continue }
      try body(bytes.span.extracting(line), remainder.lines)
    }
    return remainder
  }

  /// The line that begins at a position, which becomes that of the next; nil if it is empty or too long.
  @inline(__always)
  private func nextLine(from start: inout Int, _ remainder: inout Remainder) -> Range<Int>? {
    guard start < bytes.count else { return nil }
    let first = start
    let newline = bytes.span.firstIndex(of: UInt8(ascii: "\n"), from: first)
    var end = newline ?? bytes.count
    start = end + 1
    remainder.lines += 1
    if end > first, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    if end - first > Self.longestLine {
      remainder.tooLongLine = remainder.lines
      return nil
    }
    if end == first {
      remainder.emptyLines += 1
      return nil
    }
    return first..<end
  }
}
