import AccessLogs

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
  /// This is the loop that decides how fast lists are counted: a key takes about as long to copy as to
  /// hash.
  ///
  /// - Parameter unset: A line that is no key, next to an empty one.
  func keys(unset: UInt8?) -> (keys: KeyBatch.Texts, tally: LineTally, Remainder) {
    let input = bytes.span
    var tally = LineTally()
    var remainder = Remainder()
    var ends: [Int] = []
    let keys = unsafe [UInt8](unsafeUninitializedCapacity: input.count) { keys, filled in
      // A line has at least one byte and a line feed, except the last one.
      ends = unsafe [Int](unsafeUninitializedCapacity: input.count / 2 + 1) { ends, count in
        remainder = forEachLine { line, number in
          if line.count == 1, line[0] == unset { return tally.note(.unset, line: number) }
          unsafe line.withUnsafeBytes { line in
            let free = unsafe UnsafeMutableRawBufferPointer(
              UnsafeMutableBufferPointer(rebasing: keys[filled...]))
            unsafe free.copyMemory(from: line)
          }
          filled += line.count
          unsafe ends[count] = filled
          count += 1
        }
      }
    }
    tally.noteKeys(ends.count)
    return (KeyBatch.Texts(bytes: keys, ends: ends), tally, remainder)
  }

  /// Calls `body` with each line that is not empty and its number in the block, from 1.
  @inline(__always)
  func forEachLine(_ body: (Span<UInt8>, Int) throws -> Void) rethrows -> Remainder {
    let bytes = bytes.span
    var remainder = Remainder()
    var start = 0
    while start < bytes.count {
      let newline = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)
      var end = newline ?? bytes.count
      remainder.lines += 1
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if end - start > Self.longestLine {
        remainder.tooLongLine = remainder.lines
        return remainder
      }
      if end == start {
        remainder.emptyLines += 1
      } else {
        try body(bytes.extracting(start..<end), remainder.lines)
      }
      start = (newline ?? bytes.count) + 1
    }
    return remainder
  }
}
