/// A comment, from `#` to the end of its line.
public struct NginxComment: Hashable, Sendable {
  /// The text after `# `.
  public let text: String

  /// How it is written.
  public var printed: String { "# " + text }

  /// Makes a comment.
  ///
  /// - Throws: ``NginxUnwritable`` if the text has control characters, or is too long: a comment has
  ///   to fit nginx's buffer like everything else.
  public init(_ text: String) throws(NginxUnwritable) {
    try NginxUnwritable.check(text)
    try NginxUnwritable.checkLength(text)
    self.text = text
  }

  /// Makes a comment of a text that is known to be printable and short.
  init(checked text: String) {
    self.text = text
  }
}
