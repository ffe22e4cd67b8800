/// A file as it was read: its lines, which keep every byte.
///
/// HAProxy's grammar has no nesting: a line is a statement, and some words begin a section.
///
/// ```swift
/// let tree = HAProxySyntaxTree(bytes: bytes, file: "haproxy.cfg")
/// for line in tree.lines where line.words.first?.text == "server" { print(line.number) }
/// ```
public struct HAProxySyntaxTree: Hashable, Sendable {
  /// The name of the file.
  public let file: String
  /// Its bytes.
  public let bytes: [UInt8]
  /// Its lines, which follow each other without a gap.
  public let lines: [HAProxyLine]

  /// Splits a file into lines and words.
  ///
  /// - Complexity: O(length of the file).
  public init(bytes: [UInt8], file: String) {
    self.file = file
    self.bytes = bytes
    var lines: [HAProxyLine] = []
    var start = 0
    while start < bytes.count {
      let feed = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let end = feed ?? bytes.count
      var lexer = HAProxyLexer(file: bytes, range: start..<end)
      let (words, mistake) = lexer.split()
      let next = feed.map { $0 + 1 } ?? end
      lines.append(
        HAProxyLine(
          number: lines.count + 1, range: start..<next, words: words, mistake: mistake))
      start = next
    }
    self.lines = lines
  }

  /// The bytes of the file, line by line.
  public var printed: [UInt8] { lines.flatMap { bytes[$0.range] } }

  /// The file with other bytes in a range.
  ///
  /// - Parameters:
  ///   - range: The range, for example that of a line or of a backend.
  ///   - replacement: The new bytes.
  public func replacing(_ range: Range<Int>, with replacement: [UInt8]) -> [UInt8] {
    let range = range.clamped(to: 0..<bytes.count)
    return bytes[..<range.lowerBound] + replacement + bytes[range.upperBound...]
  }
}
