/// Bytes of cookies.
enum CookieCharacters {
  /// Whether a byte is a hexadecimal digit in lower case.
  static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  /// Whether a byte is a decimal digit.
  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// Where a value differs from a number of hexadecimal digits in lower case.
///
/// - Parameter what: What the digits are, for the sentence.
/// - Returns: The position, counted from 1, and the sentence. Nil if it does not differ.
package func differenceFromHex(
  _ value: [UInt8], digits: Int, what: String
) -> (position: Int, problem: String)? {
  if let bad = value.prefix(digits).firstIndex(where: { !CookieCharacters.isHex($0) }) {
    return (
      bad + 1,
      "character \(bad + 1) is \(characterText(value[bad])), and \(what) has digits 0 to 9 and a to f"
    )
  }
  if value.count < digits {
    return (
      value.count + 1,
      value.isEmpty
        ? "it is empty" : "it ends after character \(value.count), and \(what) has \(digits)"
    )
  }
  if value.count > digits {
    return (digits + 1, "it goes on at character \(digits + 1), and \(what) has \(digits)")
  }
  return nil
}

/// A byte for messages: the character in quotes, or its number.
package func characterText(_ byte: UInt8) -> String {
  guard (0x21...0x7E).contains(byte) else {
    return byte == 0x20 ? "a space" : "the byte 0x\(hexText([byte]).uppercased())"
  }
  return "'\(String(decoding: [byte], as: UTF8.self))'"
}

/// Bytes as hexadecimal digits in lower case.
package func hexText(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
