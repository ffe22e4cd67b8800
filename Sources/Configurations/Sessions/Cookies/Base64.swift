/// Base64 (RFC 4648, section 4).
package enum Base64 {
  /// The value of a digit; nil for anything else.
  package static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  /// The bytes of a text with padding, or the position, counted from 1, where it is none.
  package static func bytes(of text: [UInt8]) -> Result<[UInt8], Malformed> {
    var end = text.count
    while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(end / 4 * 3 + 2)
    var bits = 0
    for position in 0..<end {
      guard let digit = digit(text[position]) else {
        return .failure(Malformed(position: position + 1, byte: text[position]))
      }
      bits = (bits << 6 | digit) & 0xFF_FFFF
      switch position % 4 {
      case 1: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
      case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
      case 3: bytes.append(UInt8(truncatingIfNeeded: bits))
      default: break
      }
    }
    // What is left over of the last digit has to be zero, as encoders write it.
    let left = end % 4 == 2 ? bits & 15 : end % 4 == 3 ? bits & 3 : 0
    guard text.count % 4 == 0, left == 0 else {
      return .failure(Malformed(position: text.count + 1, byte: nil))
    }
    return .success(bytes)
  }

  /// Where a text is no base64.
  package struct Malformed: Error, Hashable, Sendable {
    /// The position, counted from 1.
    package let position: Int
    /// The byte that is no digit; nil if the text ends too early.
    package let byte: UInt8?
  }
}
