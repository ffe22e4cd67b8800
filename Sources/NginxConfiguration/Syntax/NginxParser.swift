internal import Configurations

/// Makes a tree of the words of a file.
///
/// Works with a stack of its own, so that the depth of blocks cannot exhaust the program's.
struct NginxParser {
  /// A block that is still open.
  private struct Open {
    let words: [NginxWord]
    let brace: Int
    let line: Int
    var items: [NginxSyntaxItem]
  }

  private let limits: NginxLimits
  private var lexer: NginxLexer
  private var open: [Open] = []
  private var items: [NginxSyntaxItem] = []

  init(bytes: [UInt8], file: String, limits: NginxLimits) {
    self.limits = limits
    lexer = NginxLexer(bytes: bytes, file: file)
  }

  /// Where the first directive ends that is meant as a comment, such as `// of the site`.
  private var falseComment: (name: String, line: Int)?

  /// Parses the file.
  ///
  /// nginx runs directives as it reads them. So it stops at a comment in another language, which is a
  /// directive to it, before it sees that the comment has swallowed a brace.
  mutating func parse() throws(ConfigurationError) -> [NginxSyntaxItem] {
    do {
      return try parseAll()
    } catch {
      guard error.code == .malformed, let (name, line) = falseComment else { throw error }
      throw ConfigurationError(
        .malformed,
        "unknown directive \"\(name)\"; comments of nginx begin with #; this is a directive to the next ; "
          + "or {", ConfigurationLocation(file: lexer.file, line: line))
    }
  }

  private mutating func noteComment(_ words: [NginxWord]) {
    guard falseComment == nil, let word = words.first,
      ["//", "/*"].contains(where: { word.source.starts(with: $0.utf8) })
    else { return }
    falseComment = (word.text, lexer.line)
  }

  private mutating func parseAll() throws(ConfigurationError) -> [NginxSyntaxItem] {
    guard lexer.bytes.count <= limits.fileSize else {
      throw ConfigurationError(
        .tooLarge, "the file has more than \(limits.fileSize) bytes",
        ConfigurationLocation(file: lexer.file, line: 1))
    }
    var words: [NginxWord] = []
    while true {
      let token = try lexer.next(after: words.count)
      takeComments(insideStatement: !words.isEmpty)
      switch token {
      case .word(let word): words.append(word)
      case .end:
        noteComment(words)
        append(words, block: nil)
        words = []
      case .open:
        noteComment(words)
        try openBlock(words)
        words = []
      case .close: try closeBlock()
      case .endOfFile:
        guard open.isEmpty else { throw error("unexpected end of file, expecting \"}\"") }
        return items
      }
    }
  }

  private mutating func takeComments(insideStatement: Bool) {
    guard !lexer.comments.isEmpty else { return }
    if !insideStatement { items += lexer.comments.map { .comment($0) } }
    lexer.comments.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ words: [NginxWord], block: NginxBlock?, line: Int? = nil) {
    guard let first = words.first else { return }
    items.append(
      .statement(
        NginxStatement(
          words: words, block: block, range: first.range.lowerBound..<lexer.position,
          line: line ?? lexer.line)))
  }

  private mutating func openBlock(_ words: [NginxWord]) throws(ConfigurationError) {
    let brace = lexer.position - 1
    let line = lexer.line
    if let name = words.first, NginxLuaBlock.isName(name.bytes) {
      guard let end = NginxLuaBlock.end(of: lexer.bytes, from: lexer.position) else {
        throw error("unexpected end of file, expecting \"}\"")
      }
      lexer.skip(to: end)
      let block = NginxBlock(items: [], range: brace..<end, endLine: lexer.line)
      append(words, block: block, line: line)
      return
    }
    guard open.count < limits.blockDepth else {
      throw ConfigurationError(
        .tooLarge, "blocks are nested deeper than \(limits.blockDepth)",
        ConfigurationLocation(file: lexer.file, line: line))
    }
    open.append(Open(words: words, brace: brace, line: line, items: items))
    items = []
  }

  private mutating func closeBlock() throws(ConfigurationError) {
    guard var outer = open.popLast() else { throw error("unexpected \"}\"") }
    let block = NginxBlock(
      items: items, range: outer.brace..<lexer.position, endLine: lexer.line)
    // Exchanged, since a second owner would make the next append copy all items.
    items = []
    swap(&items, &outer.items)
    append(outer.words, block: block, line: outer.line)
  }

  private func error(_ message: String) -> ConfigurationError {
    ConfigurationError(
      .malformed, message, ConfigurationLocation(file: lexer.file, line: lexer.line))
  }
}
