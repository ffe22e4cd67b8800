internal import Configurations
internal import ConsistentHashing

/// Texts and numbers as Lua has them.
enum NginxLuaText {
  /// A text in quotes.
  ///
  /// Everything but plain characters is written as the number of its byte, three digits long, so that no text
  /// ends the quotes and none is more than one line.
  static func quoted(_ text: some Sequence<UInt8>) -> String {
    var written = "\""
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): written += escaped(byte)
      case 0x20..<0x7F: written.unicodeScalars.append(Unicode.Scalar(byte))
      default: written += escaped(byte)
      }
    }
    return written + "\""
  }

  private static func escaped(_ byte: UInt8) -> String {
    let digits = String(byte)
    return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }

  /// A number of 64 bits, which a double does not hold.
  static func unsigned(_ number: UInt64) -> String {
    "0x" + String(number, radix: 16) + "ULL"
  }
}
