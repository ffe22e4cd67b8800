/// Values between commas, as RFC 4180 has them.
enum SeparatedLine {
  /// Where the values are, without the quotes around them.
  static func ranges(in line: Span<UInt8>, by separator: UInt8) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    while true {
      if position < line.count, line[position] == UInt8(ascii: "\"") {
        var end = position + 1
        while let quote = line.firstIndex(of: UInt8(ascii: "\""), from: end) {
          end = quote
          // Two quotes are one within the value.
          guard quote + 1 < line.count, line[quote + 1] == UInt8(ascii: "\"") else { break }
          end = quote + 2
        }
        end = min(end, line.count)
        ranges.append((position + 1)..<max(end, position + 1))
        position = line.firstIndex(of: separator, from: end) ?? line.count
      } else {
        let end = line.firstIndex(of: separator, from: position) ?? line.count
        ranges.append(position..<end)
        position = end
      }
      guard position < line.count else { return ranges }
      position += 1
    }
  }

  /// Whether a value was written with doubled quotes.
  static func undoubled(_ value: Span<UInt8>, into bytes: inout [UInt8]) {
    var position = 0
    while position < value.count {
      bytes.append(value[position])
      let isDouble =
        value[position] == UInt8(ascii: "\"") && position + 1 < value.count
        && value[position + 1] == UInt8(ascii: "\"")
      position += isDouble ? 2 : 1
    }
  }
}
