/// A cookie as a user gives it: its value, `NAME=VALUE`, or a whole line `Cookie: a=1; b=2`.
package struct GivenCookie: Hashable, Sendable {
  /// A cookie of a line.
  package struct Pair: Hashable, Sendable {
    /// The name.
    package let name: [UInt8]
    /// The value.
    package let value: [UInt8]
  }

  /// The text without white space around it.
  private let text: [UInt8]
  /// The cookies with names, if the text has any.
  package let pairs: [Pair]
  /// Whether the text can only be a line of cookies, and is no value.
  package let isLine: Bool

  /// Takes a text apart.
  package init(_ given: [UInt8]) {
    var text = Self.trimmed(given[...])
    let mark = Array("cookie:".utf8)
    let hasMark = text.prefix(mark.count).map { $0 | 0x20 }.elementsEqual(mark.map { $0 | 0x20 })
    if hasMark { text = Self.trimmed(text.dropFirst(mark.count)) }
    self.text = Array(text)
    isLine = hasMark || text.contains(UInt8(ascii: ";"))
    let isLine = isLine
    pairs = text.split(separator: UInt8(ascii: ";")).compactMap { Self.pair($0, isLine: isLine) }
  }

  /// The values that may be meant: those with the name, or the text if it is no line.
  package func values(named name: String?) -> [[UInt8]] {
    if let name {
      let named = pairs.filter { $0.name.elementsEqual(name.utf8) }.map(\.value)
      return named.isEmpty && !isLine ? [text] : named
    }
    return pairs.isEmpty && !isLine ? [text] : pairs.map(\.value)
  }

  /// A cookie with its name.
  ///
  /// A value by itself may end in `=`, as base64 does.
  private static func pair(_ text: ArraySlice<UInt8>, isLine: Bool) -> Pair? {
    guard let sign = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let name = trimmed(text[..<sign])
    let value = trimmed(text[(sign + 1)...])
    guard !name.isEmpty, name.allSatisfy(isNameCharacter) else { return nil }
    if !isLine, value.allSatisfy({ $0 == UInt8(ascii: "=") }), text.count % 4 == 0 { return nil }
    return Pair(name: Array(name), value: Array(value))
  }

  /// The characters of a name (RFC 6265).
  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && !"()<>@,;:\\\"/[]?={}".utf8.contains(byte)
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let blanks: [UInt8] = [0x20, 0x09, 0x0D, 0x0A]
    var text = text.drop { blanks.contains($0) }
    while let last = text.last, blanks.contains(last) { text.removeLast() }
    return text
  }
}
