/// Cuts one field out of a line of a log.
///
/// Fields are separated by spaces or tabs; text in double quotes or square brackets is one field, as in
/// the common and combined log formats.
enum LogField {
  /// The range of field `number` (from 1) without its quotes or brackets; nil if the line has fewer.
  static func range(of number: Int, in line: Span<UInt8>) -> Range<Int>? {
    var position = 0
    var field = 0
    while true {
      while position < line.count, isBlank(line[position]) { position += 1 }
      guard position < line.count else { return nil }
      field += 1
      let range: Range<Int>
      switch line[position] {
      case UInt8(ascii: "\""): range = enclosed(line, position + 1, by: UInt8(ascii: "\""))
      case UInt8(ascii: "["): range = enclosed(line, position + 1, by: UInt8(ascii: "]"))
      default:
        var end = position
        while end < line.count, !isBlank(line[end]) { end += 1 }
        range = position..<end
      }
      if field == number { return range }
      position = range.upperBound + 1
    }
  }

  private static func enclosed(_ line: Span<UInt8>, _ start: Int, by close: UInt8) -> Range<Int> {
    var end = start
    while end < line.count, line[end] != close {
      // A backslash escapes the next character.
      end += line[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    return start..<min(max(end, start), line.count)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
