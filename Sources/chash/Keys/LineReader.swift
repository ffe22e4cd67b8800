#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads a file of keys line by line, any bytes, in constant memory.
///
/// Lines end with a line feed, which the last line may lack. A carriage return before it is dropped.
/// Empty lines are skipped and counted.
struct LineReader {
  /// No proxy takes a longer key, so a longer line means that the file is not a list of keys.
  static let longestLine = 1 << 20

  private let file: KeyFile

  /// The file, as the caller named it.
  var name: String { file.name }

  /// Lines that were empty.
  private(set) var emptyLines = 0

  /// The number of the current line, from 1.
  private var lineNumber = 0

  init(_ path: String) throws {
    file = try KeyFile(path)
  }

  /// The first lines, which are not taken by this.
  mutating func peekLines(_ count: Int) throws -> [[UInt8]] {
    let bytes = try file.peek(1 << 16)
    var lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: count, omittingEmptySubsequences: false
    ).map { line in Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) }
    // The last one may go on.
    if lines.count > count || (lines.count > 1 && bytes.count == 1 << 16) { lines.removeLast() }
    return lines.filter { !$0.isEmpty }
  }

  /// Calls `body` with each line and its number, from 1.
  mutating func forEachLine(_ body: (Span<UInt8>, Int) throws -> Void) throws {
    defer { file.close() }
    var buffer = [UInt8](repeating: 0, count: 2 * Self.longestLine)
    var filled = 0
    while true {
      let count = try unsafe buffer.withUnsafeMutableBytes {
        try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      filled += count
      let isEnd = count == 0
      let used = try lines(in: buffer.span.extracting(first: filled), isEnd: isEnd, body)
      if isEnd { return }
      // Keep the line that has no end yet.
      let rest = filled - used
      guard rest <= Self.longestLine + 1 else {
        throw CommandError(
          "\(file.name):\(lineNumber + 1): the line is longer than 1 MiB; "
            + "give one key a line, at most 1 MiB each")
      }
      if used > 0 {
        unsafe buffer.withUnsafeMutableBytes {
          guard let base = $0.baseAddress else { return }
          unsafe memmove(base, base + used, rest)
        }
      }
      filled = rest
    }
  }

  /// Calls `body` with the lines of a piece of the file; returns how many bytes they took.
  private mutating func lines(
    in bytes: Span<UInt8>, isEnd: Bool, _ body: (Span<UInt8>, Int) throws -> Void
  ) throws -> Int {
    var start = 0
    while start < bytes.count {
      let newline = Self.newline(in: bytes, from: start)
      if newline == nil, !isEnd { break }
      var end = newline ?? bytes.count
      let next = newline.map { $0 + 1 } ?? bytes.count
      lineNumber += 1
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      if end - start > Self.longestLine {
        throw CommandError(
          "\(file.name):\(lineNumber): the line is longer than 1 MiB; "
            + "give one key a line, at most 1 MiB each")
      }
      if end == start {
        emptyLines += 1
      } else {
        try body(bytes.extracting(start..<end), lineNumber)
      }
      start = next
    }
    return start
  }

  private static func newline(in bytes: Span<UInt8>, from start: Int) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      guard let found = unsafe memchr(base + start, 0x0A, buffer.count - start) else { return nil }
      return unsafe base.distance(to: UnsafeRawPointer(found))
    }
  }
}
