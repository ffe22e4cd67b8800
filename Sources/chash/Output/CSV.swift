/// Comma-separated values as in RFC 4180.
enum CSV {
  /// A cell, in quotes if it needs them.
  static func cell(_ text: String) -> String {
    // Bytes, because a comma with a mark on it is another character.
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
    let doubled = text.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
  }
}
