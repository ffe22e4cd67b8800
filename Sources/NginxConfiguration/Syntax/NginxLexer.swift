internal import Configurations

/// Splits the bytes of a file into words as nginx does.
///
/// Follows `ngx_conf_read_token` of nginx's `src/core/ngx_conf_file.c` state by state (1.22 to
/// 1.29): what ends a word, where a comment begins, that `}` and `#` inside a word are part of it,
/// that after a closing quote only white space, `;`, `{` and `)` may come, and that nothing longer
/// than the buffer of 4096 bytes is read.
struct NginxLexer {
  /// What the lexer finds.
  enum Token {
    case word(NginxWord)
    /// `;`
    case end
    /// `{`
    case open
    /// `}`
    case close
    /// The end of the file.
    case endOfFile
  }

  /// The size of nginx's buffer.
  static let buffer = 4096

  let bytes: [UInt8]
  let file: String

  /// The next byte.
  private(set) var position = 0
  /// The line of the last byte that was read, from 1.
  private(set) var line = 1
  /// Comments since they were last taken.
  var comments: [NginxSourceComment] = []

  /// Where what is held in nginx's buffer begins, and its line.
  private var start = 0
  private var startLine = 1
  private var isAfterQuote = false

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The next token.
  ///
  /// - Parameter words: The words of the directive so far.
  mutating func next(after words: Int) throws(ConfigurationError) -> Token {
    while true {
      guard let byte = try read(quote: nil) else {
        guard words == 0 else { throw endOfFile() }
        return .endOfFile
      }
      if isAfterQuote {
        switch byte {
        case let byte where Self.isSpace(byte):
          isAfterQuote = false
          continue
        case UInt8(ascii: ";"): return finish(.end)
        case UInt8(ascii: "{"): return finish(.open)
        case UInt8(ascii: ")"): isAfterQuote = false
        default: throw unexpected(byte)
        }
      }
      start = position - 1
      startLine = line
      switch byte {
      case let byte where Self.isSpace(byte): continue
      case UInt8(ascii: ";"), UInt8(ascii: "{"):
        guard words > 0 else { throw unexpected(byte) }
        return finish(byte == UInt8(ascii: ";") ? .end : .open)
      case UInt8(ascii: "}"):
        guard words == 0 else { throw unexpected(byte) }
        return finish(.close)
      case UInt8(ascii: "#"): try skipComment()
      default: return .word(try word(from: byte))
      }
    }
  }

  /// Moves on, over bytes that are not nginx's grammar (a block of Lua).
  mutating func skip(to end: Int) {
    for byte in bytes[position..<end] where byte == UInt8(ascii: "\n") { line += 1 }
    position = end
    _ = finish(.end)
  }

  private mutating func finish(_ token: Token) -> Token {
    isAfterQuote = false
    start = position
    startLine = line
    return token
  }

  private mutating func skipComment() throws(ConfigurationError) {
    let hash = position - 1
    let line = line
    var end = position
    while let byte = try read(quote: nil) {
      if byte == UInt8(ascii: "\n") {
        start = position - 1
        startLine = self.line
        break
      }
      end = position
    }
    comments.append(NginxSourceComment(file: bytes, range: hash..<end, line: line))
  }

  private mutating func word(from first: UInt8) throws(ConfigurationError) -> NginxWord {
    let begin = position - 1
    let line = line
    var quote: UInt8?
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      quote = first
      start = position
    }
    var isEscaped = first == UInt8(ascii: "\\")
    var isVariable = first == UInt8(ascii: "$")
    while let byte = try read(quote: quote) {
      if isEscaped {
        isEscaped = false
        continue
      }
      if byte == UInt8(ascii: "{"), isVariable { continue }
      isVariable = byte == UInt8(ascii: "$")
      if isVariable { continue }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        continue
      }
      if let quote {
        guard byte == quote else { continue }
        isAfterQuote = true
        return NginxWord(file: bytes, range: begin..<position, line: line, isQuoted: true)
      }
      if Self.isSpace(byte) {
        return NginxWord(file: bytes, range: begin..<position - 1, line: line, isQuoted: false)
      }
      if byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") {
        // The next token.
        position -= 1
        return NginxWord(file: bytes, range: begin..<position, line: line, isQuoted: false)
      }
    }
    throw endOfFile()
  }

  /// The next byte; nil at the end of the file.
  private mutating func read(quote: UInt8?) throws(ConfigurationError) -> UInt8? {
    guard position < bytes.count else { return nil }
    if position - start >= Self.buffer { throw tooLong(quote: quote) }
    let byte = bytes[position]
    position += 1
    if byte == UInt8(ascii: "\n") { line += 1 }
    return byte
  }

  private func tooLong(quote: UInt8?) -> ConfigurationError {
    let location = ConfigurationLocation(file: file, line: startLine)
    if let quote {
      let character = Character(Unicode.Scalar(quote))
      return ConfigurationError(
        .malformed, "too long parameter, probably missing terminating \"\(character)\" character",
        location)
    }
    let shown = String(decoding: bytes[start..<min(start + 10, bytes.count)], as: UTF8.self)
    return ConfigurationError(.malformed, "too long parameter \"\(shown)...\" started", location)
  }

  private func unexpected(_ byte: UInt8) -> ConfigurationError {
    let shown = String(decoding: [byte], as: UTF8.self)
    return ConfigurationError(
      .malformed, "unexpected \"\(shown)\"", ConfigurationLocation(file: file, line: line))
  }

  private func endOfFile() -> ConfigurationError {
    ConfigurationError(
      .malformed, "unexpected end of file, expecting \";\" or \"}\"",
      ConfigurationLocation(file: file, line: line))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\n")
  }
}
