/// One line, or block, of a configuration that is to be written.
///
/// A list of items is the syntax tree that ``print(_:)`` writes. Its texts are tokens and comments,
/// which were checked when they were made. Printing cannot fail, and every text stays one token.
public enum NginxItem: Hashable, Sendable {
  /// An empty line.
  case blank
  /// A comment on a line of its own.
  case comment(NginxComment)
  /// A directive.
  case directive(NginxDirective)

  /// Writes items, one a line, blocks indented by four spaces.
  ///
  /// The same items give the same text.
  public static func print(_ items: [NginxItem]) -> String {
    var text = ""
    write(items, indent: "", to: &text)
    return text
  }

  private static func write(_ items: [NginxItem], indent: String, to text: inout String) {
    for item in items {
      switch item {
      case .blank: break
      case .comment(let comment): text += indent + comment.printed
      case .directive(let directive):
        text += indent + directive.name.printed
        for argument in directive.arguments { text += " " + argument.printed }
        text += directive.block == nil ? ";" : " {"
        if let comment = directive.comment { text += "  " + comment.printed }
        if let block = directive.block {
          text += "\n"
          write(block, indent: indent + "    ", to: &text)
          text += indent + "}"
        }
      }
      text += "\n"
    }
  }
}

/// A directive: its name, its arguments, and a block if it has one.
public struct NginxDirective: Hashable, Sendable {
  /// The name.
  public var name: NginxToken
  /// The arguments.
  public var arguments: [NginxToken]
  /// The items in its braces.
  ///
  /// Nil for a directive that ends in `;`.
  public var block: [NginxItem]?
  /// A comment at the end of its first line.
  public var comment: NginxComment?

  /// Creates a directive.
  public init(
    _ name: NginxToken, _ arguments: [NginxToken] = [], comment: NginxComment? = nil,
    block: [NginxItem]? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.block = block
    self.comment = comment
  }
}
