/// One word of a configuration, written so that nginx reads exactly the text it stands for.
///
/// nginx splits a configuration at spaces, `;`, `{` and `}`, and starts comments at `#`; in double
/// quotes all of these are plain, and `\"` and `\\` stand for `"` and `\`
/// (`ngx_conf_read_token` in nginx's `src/core/ngx_conf_file.c`, unchanged from 1.0 to 1.29). So
/// any printable text can be quoted, with one exception: `$` starts a variable wherever a directive
/// takes variables, and nginx has no way to escape it. A literal token never contains one.
public struct NginxToken: Hashable, Sendable {
  /// The text nginx reads.
  public let text: String

  /// How it is written, in quotes where it needs them.
  public let printed: String

  /// Makes a token of a text that is to mean itself.
  ///
  /// - Throws: ``NginxUnwritable`` if the text has control characters or `$`, or does not fit
  ///   nginx's buffer. The empty text is no error, it is written `""`.
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
  /// Sparing on purpose: what is not known to be plain is quoted.
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
      if scalar == "\"" || scalar == "\\" { printed.unicodeScalars.append("\\") }
      printed.unicodeScalars.append(scalar)
    }
    printed.unicodeScalars.append("\"")
    return printed
  }
}
