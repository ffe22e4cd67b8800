/// How a log writes bytes that would break its lines.
package enum LogEscape: Hashable, Sendable {
  /// As they are.
  case none
  /// nginx's default and Apache's way: `\xHH`, `\"`, `\\` and the letters of C.
  case backslash
  /// nginx's `escape=json`, and JSON itself.
  case json
  /// HAProxy's way: `#HH`.
  case numberSign

  /// The byte that begins an escape.
  var mark: UInt8? {
    switch self {
    case .none: nil
    case .backslash, .json: UInt8(ascii: "\\")
    case .numberSign: UInt8(ascii: "#")
    }
  }

  /// Appends the bytes that a text stands for.
  ///
  /// What is no escape stays as it is.
  func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) {
    guard let mark else { return bytes.append(contentsOf: text.array) }
    var position = 0
    while position < text.count {
      let byte = text[position]
      guard byte == mark else {
        bytes.append(byte)
        position += 1
        continue
      }
      let used: Int
      switch self {
      case .numberSign:
        used = Self.hexadecimal(text, position + 1, 2, into: &bytes).map { $0 + 1 } ?? 0
      case .json where text.count > position + 1 && text[position + 1] == UInt8(ascii: "u"):
        used = Self.codePoint(text, position, into: &bytes)
      default: used = Self.backslash(text, position, into: &bytes)
      }
      if used == 0 { bytes.append(byte) }
      position += max(used, 1)
    }
  }

  /// Decodes `\xHH`, `\"` and the like; returns how many bytes they take, 0 if they are no escape.
  private static func backslash(_ text: Span<UInt8>, _ start: Int, into bytes: inout [UInt8]) -> Int
  {
    guard start + 1 < text.count else { return 0 }
    switch text[start + 1] {
    case UInt8(ascii: "x"): return hexadecimal(text, start + 2, 2, into: &bytes).map { $0 + 2 } ?? 0
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(text[start + 1])
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "v"): bytes.append(0x0B)
    default: return 0
    }
    return 2
  }

  /// Appends the byte of two hexadecimal digits; returns how many digits there are, nil if too few.
  private static func hexadecimal(
    _ text: Span<UInt8>, _ start: Int, _ count: Int, into bytes: inout [UInt8]
  ) -> Int? {
    guard let value = number(text, start, count) else { return nil }
    bytes.append(UInt8(truncatingIfNeeded: value))
    return count
  }

  private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> UInt32? {
    guard start + count <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<(start + count) {
      guard let digit = Character(Unicode.Scalar(text[index])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Decodes `\uHHHH`, with a second one for the scalars above U+FFFF.
  private static func codePoint(_ text: Span<UInt8>, _ start: Int, into bytes: inout [UInt8]) -> Int
  {
    guard let first = number(text, start + 2, 4) else { return 0 }
    var used = 6
    var value = first
    if 0xD800...0xDBFF ~= first, text.hasBytes(Array("\\u".utf8), at: start + 6),
      let second = number(text, start + 8, 4), 0xDC00...0xDFFF ~= second
    {
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      used = 12
    }
    guard let scalar = Unicode.Scalar(value) else { return 0 }
    bytes.append(contentsOf: String(scalar).utf8)
    return used
  }
}
