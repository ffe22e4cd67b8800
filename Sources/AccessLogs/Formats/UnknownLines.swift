/// What lines are like that have no known format.
package enum UnknownLines: Sendable {
  /// Nothing in particular: keys.
  case keys
  /// Many words, which may be keys or not.
  case words
  /// A log of requests.
  case requests
  /// JSON, but not an object in each line.
  case json
  /// Names and values, `ip=192.0.2.1 sid=abc`.
  case pairs
  /// Text between quotation marks.
  case quoted
  /// A number before a text, as `uniq -c` prints it.
  case counted
  /// Fields with tabs between them.
  case tabbed

  /// Looks at the first lines of a file.
  package init(_ lines: [[UInt8]]) {
    let lines = lines.filter { !$0.isEmpty }
    func isMost(_ fits: ([UInt8]) -> Bool) -> Bool { lines.count(where: fits) * 2 > lines.count }
    self =
      if Self.isJSON(lines) {
        .json
      } else if isMost({ Self.words($0) > 4 && Self.has(" HTTP/", $0) }) {
        .requests
      } else if isMost(Self.isPairs) {
        .pairs
      } else if isMost(Self.isCounted) {
        .counted
      } else if isMost({ $0.contains(UInt8(ascii: "\t")) }) {
        .tabbed
      } else if isMost({ Self.words($0) > 4 }) {
        .words
      } else if isMost({ $0.count > 2 && $0.first == quote && $0.last == quote }) {
        .quoted
      } else {
        .keys
      }
  }

  private static func has(_ text: String, _ line: [UInt8]) -> Bool {
    line.span.firstIndex(of: Array(text.utf8), from: 0) != nil
  }

  private static func isCounted(_ line: [UInt8]) -> Bool {
    let number = line.drop { $0 == UInt8(ascii: " ") }
    let text = number.drop { $0 &- UInt8(ascii: "0") <= 9 }
    return number.count < line.count && text.count < number.count && text.first == UInt8(ascii: " ")
  }

  private static func words(_ line: [UInt8]) -> Int {
    line.split(separator: UInt8(ascii: " ")).count
  }

  /// Whether the file begins as JSON does, and has members of objects.
  private static func isJSON(_ lines: [[UInt8]]) -> Bool {
    guard let first = lines.first?.first(where: { $0 > 0x20 }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    else { return false }
    return lines.contains { has("\":", $0) || has("\" :", $0) }
  }

  /// Whether a line has three names with values or more, and is no header of cookies.
  private static func isPairs(_ line: [UInt8]) -> Bool {
    guard !line.contains(UInt8(ascii: ";")) else { return false }
    let pairs = line.split(separator: UInt8(ascii: " ")).count { word in
      guard let sign = word.firstIndex(of: UInt8(ascii: "=")), sign > word.startIndex else {
        return false
      }
      return word[..<sign].allSatisfy { byte in
        switch byte | 0x20 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: byte &- UInt8(ascii: "0") <= 9 || "_-.".utf8.contains(byte)
        }
      }
    }
    return pairs > 2
  }
}

private let quote = UInt8(ascii: "\"")
