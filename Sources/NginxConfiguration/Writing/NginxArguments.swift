internal import Configurations

/// The arguments of a directive as one text, such as `app 64k`.
///
/// Clusters keep directives that only nginx knows in this form.
enum NginxArguments {
  /// Writes words as nginx would read them again, with quotes where they are needed.
  static func text(_ words: [[UInt8]]) -> String {
    words.map { NginxToken.printed(verbatim: String(decoding: $0, as: UTF8.self)) }
      .joined(separator: " ")
  }

  /// Splits a text into words.
  ///
  /// - Throws: ``NginxUnwritable`` if the text is more or less than the arguments of one directive.
  static func tokens(_ text: String) throws(NginxUnwritable) -> [NginxToken] {
    // The space ends the last word.
    var lexer = NginxLexer(bytes: Array(text.utf8) + Array(" ;".utf8), file: "")
    var tokens: [NginxToken] = []
    while true {
      let next: NginxLexer.Token
      do throws(ConfigurationError) {
        next = try lexer.next(after: tokens.count + 1)
      } catch {
        throw NginxUnwritable(
          problem: "\(text) cannot be split into words: \(error.message)",
          remedy: "write the arguments as in nginx, without the ';'")
      }
      switch next {
      case .word(let word): tokens.append(try NginxToken(verbatim: word.text))
      case .end where lexer.position == lexer.bytes.count && !tokens.isEmpty: return tokens
      default:
        throw NginxUnwritable(
          problem: tokens.isEmpty ? "there are no arguments" : "\(text) is more than one directive",
          remedy: "write the arguments as in nginx, without the ';'")
      }
    }
  }
}
