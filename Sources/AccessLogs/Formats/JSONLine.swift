/// Finds values in an object of JSON, as they are written.
///
/// Values stay bytes: a number keeps its digits and a text its escapes. What follows the value that is
/// looked for is not checked.
enum JSONLine {
  /// A value as it is written.
  struct Value {
    /// Where the value is, without the quotes of a text.
    let range: Range<Int>
    let isText: Bool
  }

  /// The value at a path of names, or of positions in arrays; nil if there is none, or null.
  static func value(at path: [[UInt8]], in line: Span<UInt8>) -> Value? {
    var position = skipBlanks(line, 0)
    for name in path {
      guard let next = member(name, in: line, at: position) else { return nil }
      position = next
    }
    guard position < line.count else { return nil }
    switch line[position] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
    case UInt8(ascii: "\""):
      guard let end = endOfText(line, position) else { return nil }
      return Value(range: (position + 1)..<(end - 1), isText: true)
    default:
      var end = position
      while end < line.count, !",}] \t\r".utf8.contains(line[end]) { end += 1 }
      let isNull = line.hasBytes(Array("null".utf8), at: position)
      return isNull || end == position ? nil : Value(range: position..<end, isText: false)
    }
  }

  /// The paths of all values, with points between the names; arrays count from 0.
  ///
  /// Nil if the line is no object.
  static func paths(in line: Span<UInt8>) -> [String]? {
    var paths: [String] = []
    let start = skipBlanks(line, 0)
    guard start < line.count, line[start] == UInt8(ascii: "{"),
      let end = collect(line, start, prefix: "", depth: 0, into: &paths),
      skipBlanks(line, end) == line.count
    else { return nil }
    return paths
  }

  private static func collect(
    _ line: Span<UInt8>, _ start: Int, prefix: String, depth: Int, into paths: inout [String]
  ) -> Int? {
    guard depth < 16, start < line.count else { return nil }
    let isObject = line[start] == UInt8(ascii: "{")
    guard isObject || line[start] == UInt8(ascii: "[") else {
      paths.append(prefix)
      return skipValue(line, start)
    }
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    var position = skipBlanks(line, start + 1)
    if position < line.count, line[position] == close { return position + 1 }
    var number = 0
    while true {
      var name = String(number)
      number += 1
      if isObject {
        guard let (range, value) = nameAndValue(line, position) else { return nil }
        name = String(decoding: line.extracting(range).array, as: UTF8.self)
        position = value
      }
      let path = prefix.isEmpty ? name : "\(prefix).\(name)"
      guard let end = collect(line, position, prefix: path, depth: depth + 1, into: &paths) else {
        return nil
      }
      position = skipBlanks(line, end)
      guard position < line.count else { return nil }
      if line[position] == close { return position + 1 }
      guard line[position] == UInt8(ascii: ",") else { return nil }
      position = skipBlanks(line, position + 1)
    }
  }

  /// Where the value of a member begins.
  private static func member(_ name: [UInt8], in line: Span<UInt8>, at start: Int) -> Int? {
    guard start < line.count else { return nil }
    let isObject = line[start] == UInt8(ascii: "{")
    guard isObject || line[start] == UInt8(ascii: "[") else { return nil }
    var position = skipBlanks(line, start + 1)
    var number = 0
    while position < line.count {
      var isIt = false
      if isObject {
        guard let (range, value) = nameAndValue(line, position) else { return nil }
        isIt = range.count == name.count && line.hasBytes(name, at: range.lowerBound)
        position = value
      } else {
        isIt = Array(String(number).utf8) == name
        number += 1
      }
      if isIt { return position }
      guard let end = skipValue(line, position) else { return nil }
      position = skipBlanks(line, end)
      guard position < line.count, line[position] == UInt8(ascii: ",") else { return nil }
      position = skipBlanks(line, position + 1)
    }
    return nil
  }

  /// The name at a position and the start of its value.
  private static func nameAndValue(_ line: Span<UInt8>, _ start: Int) -> (Range<Int>, Int)? {
    guard start < line.count, line[start] == UInt8(ascii: "\""), let end = endOfText(line, start)
    else { return nil }
    let colon = skipBlanks(line, end)
    guard colon < line.count, line[colon] == UInt8(ascii: ":") else { return nil }
    return ((start + 1)..<(end - 1), skipBlanks(line, colon + 1))
  }

  /// The position after a value.
  private static func skipValue(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var depth = 0
    var position = start
    while position < line.count {
      switch line[position] {
      case UInt8(ascii: "\""):
        guard let end = endOfText(line, position) else { return nil }
        position = end - 1
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // The end of what holds the value.
        if depth == 0 { return position > start ? position : nil }
        depth -= 1
      case UInt8(ascii: ",") where depth == 0: return position > start ? position : nil
      default: break
      }
      position += 1
      if depth == 0, "}]\"".utf8.contains(line[position - 1]) { return position }
    }
    return depth == 0 && position > start ? position : nil
  }

  /// The position after the quote that ends a text.
  private static func endOfText(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var position = start + 1
    while let quote = line.firstIndex(of: UInt8(ascii: "\""), from: position) {
      var first = quote
      while first > start + 1, line[first - 1] == UInt8(ascii: "\\") { first -= 1 }
      if (quote - first).isMultiple(of: 2) { return quote + 1 }
      position = quote + 1
    }
    return nil
  }

  private static func skipBlanks(_ line: Span<UInt8>, _ start: Int) -> Int {
    var position = start
    while position < line.count, line[position] == 0x20 || line[position] == 0x09 { position += 1 }
    return position
  }
}
