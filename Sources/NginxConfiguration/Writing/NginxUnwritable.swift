/// Why a text cannot be written into a configuration.
public struct NginxUnwritable: Error, Hashable, Sendable {
  /// What is wrong.
  public let problem: String
  /// What to do about it.
  public let remedy: String

  /// The longest token or comment that is written, in bytes.
  ///
  /// nginx reads a configuration through a buffer of 4096 bytes and rejects any token, and any
  /// comment as well, that does not fit ("too long parameter").
  public static let longestText = 4000

  /// Throws unless a text stays on its line and shows what it is.
  ///
  /// Control characters and line separators would end a comment or hide text; characters that turn
  /// the direction of writing would show a reader another text than nginx reads.
  static func check(_ text: String) throws(NginxUnwritable) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029:
        throw NginxUnwritable(
          problem: "the text contains the control character U+\(hexadecimal(scalar))",
          remedy: "use printable characters")
      case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
        throw NginxUnwritable(
          problem: "the text contains U+\(hexadecimal(scalar)), which turns the writing direction",
          remedy: "remove it")
      default: break
      }
    }
  }

  /// Throws if a printed form does not fit nginx's buffer.
  static func checkLength(_ printed: String) throws(NginxUnwritable) {
    guard printed.utf8.count <= longestText else {
      throw NginxUnwritable(
        problem: "the text takes \(printed.utf8.count) bytes",
        remedy: "nginx's buffer is 4096 bytes long; stay below \(longestText)")
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}

extension NginxUnwritable: CustomStringConvertible {
  /// Problem and remedy on one line.
  public var description: String { "\(problem); \(remedy)" }
}
