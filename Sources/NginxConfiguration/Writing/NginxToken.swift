/// One word of a configuration, written so that nginx reads exactly its text.
///
/// nginx splits a configuration at spaces, `;`, `{` and `}`, and starts comments at `#`; in double
/// quotes all of these are plain, and `\"` and `\\` mean `"` and `\`
/// (`ngx_conf_read_token` in nginx's `src/core/ngx_conf_file.c`, unchanged from 1.0 to 1.29). So
/// any printable text can be quoted, with one exception: `$` starts a variable wherever a directive
/// takes variables, and nginx has no way to escape it. A literal token never contains one.
public struct NginxToken: Hashable, Sendable {
  /// The text nginx reads.
  public let text: String

  /// How it is written, in quotes where it needs them.
  public let printed: String

  /// Makes a token of a text without variables.
  ///
  /// - Throws: ``NginxUnwritable`` if the text has control characters or `$`, or does not fit
  ///   nginx's buffer. The empty text is written `""`.
  public init(_ text: String) throws(NginxUnwritable) {
    try NginxUnwritable.check(text)
    guard !text.utf8.contains(UInt8(ascii: "$")) else {
      throw NginxUnwritable(
        problem: "the text contains '$', which starts a variable and cannot be escaped in nginx",
        remedy: "use a text without '$'")
    }
    let printed = Self.isPlain(text) ? text : Self.quote(text)
    try NginxUnwritable.checkLength(printed)
    self.text = text
    self.printed = printed
  }

  /// Makes a token that nginx reads as exactly this text, variables included.
  ///
  /// - Throws: ``NginxUnwritable`` if the text has control characters other than tabs and line ends, or
  ///   does not fit nginx's buffer.
  init(verbatim text: String) throws(NginxUnwritable) {
    let visible = text.unicodeScalars.filter { !Self.escapes.keys.contains($0) }
    try NginxUnwritable.check(String(String.UnicodeScalarView(visible)))
    let printed = Self.printed(verbatim: text)
    try NginxUnwritable.checkLength(printed)
    self.text = text
    self.printed = printed
  }

  /// How a text is written that may have variables.
  static func printed(verbatim text: String) -> String {
    // A '$' before a bracket or at the end is quoted.
    let plain = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    let isVariable = plain.dropFirst().allSatisfy { part in
      part.first.map { $0 == UInt8(ascii: "_") || isLetter($0) } ?? false
    }
    let rest = String(decoding: text.utf8.filter { $0 != UInt8(ascii: "$") }, as: UTF8.self)
    return isVariable && isPlain(rest) ? text : quote(text)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// The characters that nginx reads from an escape in quotes.
  private static let escapes: [Unicode.Scalar: String] = ["\t": "\\t", "\r": "\\r", "\n": "\\n"]

  /// Makes a token of a variable.
  public init(_ variable: NginxVariable) {
    text = variable.text
    printed = variable.text
  }

  /// Makes a token of a word of the grammar.
  init(word: StaticString) {
    text = word.description
    printed = text
  }

  /// Makes a token of a text that is known to be plain.
  init(checked text: String) {
    self.text = text
    printed = text
  }

  /// Makes the empty token, which is written `""`.
  init(empty: Void) {
    text = ""
    printed = "\"\""
  }

  /// Makes a token of a number.
  init(number: Int) {
    text = "\(number)"
    printed = text
  }

  /// Makes a token `name=number`.
  init(parameter: StaticString, _ value: Int) {
    text = "\(parameter)=\(value)"
    printed = text
  }

  /// Whether a text needs no quotes.
  ///
  /// Text that is not known to be plain is quoted.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "="),
          UInt8(ascii: ","), UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "+"),
          UInt8(ascii: "["), UInt8(ascii: "]"):
          true
        default: false
        }
      }
  }

  private static func quote(_ text: String) -> String {
    var printed = "\""
    for scalar in text.unicodeScalars {
      if let escape = escapes[scalar] {
        printed += escape
        continue
      }
      if scalar == "\"" || scalar == "\\" { printed.unicodeScalars.append("\\") }
      printed.unicodeScalars.append(scalar)
    }
    printed.unicodeScalars.append("\"")
    return printed
  }
}
