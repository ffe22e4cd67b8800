/// A configuration file: its bytes, and what they are.
///
/// Nothing is lost: every statement, word and comment says where it stands, the rest is white space
/// (and comments inside statements), and all bytes are kept. ``printed`` gives them back.
public struct NginxSyntaxTree: Hashable, Sendable {
  /// The name of the file.
  public let file: String
  /// Its bytes.
  public let bytes: [UInt8]
  /// What stands at its top level.
  public let items: [NginxSyntaxItem]

  /// Parses a file.
  ///
  /// Only structure is checked: whether directives exist is for ``NginxReader``.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of the file, in any encoding.
  ///   - file: Its name, for messages.
  ///   - limits: How much is read at most.
  /// - Throws: ``NginxSyntaxError`` in nginx's words.
  public init(bytes: [UInt8], file: String, limits: NginxLimits = .standard)
    throws(NginxSyntaxError)
  {
    var parser = NginxParser(bytes: bytes, file: file, limits: limits)
    items = try parser.parse()
    self.file = file
    self.bytes = bytes
  }

  /// The file put together again from its words, comments, and what stands between them.
  public var printed: [UInt8] {
    var printed: [UInt8] = []
    printed.reserveCapacity(bytes.count)
    var position = 0
    func write(_ range: Range<Int>) {
      printed += bytes[position..<range.lowerBound]
      printed += bytes[range]
      position = range.upperBound
    }
    func write(_ items: [NginxSyntaxItem]) {
      for item in items {
        switch item {
        case .comment(let comment): write(comment.range)
        case .statement(let statement):
          for word in statement.words { write(word.range) }
          if let block = statement.block {
            write(block.range.lowerBound..<block.range.lowerBound + 1)
            write(block.items)
          }
          write(statement.range.upperBound - 1..<statement.range.upperBound)
        }
      }
    }
    write(items)
    return printed + bytes[position...]
  }

  /// The file with another text in a place, everything else to the byte as it is.
  ///
  /// - Parameters:
  ///   - range: The place, for example that of a statement.
  ///   - items: What is to stand there. Lines after the first get the indentation of the line that
  ///     the place is in.
  public func replacing(_ range: Range<Int>, with items: [NginxItem]) -> [UInt8] {
    let place = range.clamped(to: 0..<bytes.count)
    let lineStart =
      bytes[..<place.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let indent = bytes[lineStart..<place.lowerBound].prefix {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
    }
    var text = Array(bytes[..<place.lowerBound])
    let lines = NginxItem.print(items).utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).dropLast()
    for (number, line) in lines.enumerated() {
      if number > 0 {
        text.append(UInt8(ascii: "\n"))
        if !line.isEmpty { text += indent }
      }
      text += line
    }
    return text + bytes[place.upperBound...]
  }
}

/// A statement or a comment.
public enum NginxSyntaxItem: Hashable, Sendable {
  /// A directive with its arguments and its block.
  case statement(NginxStatement)
  /// A comment between statements.
  case comment(NginxSourceComment)
}

/// A directive as it stands in a file.
public struct NginxStatement: Hashable, Sendable {
  /// Its words, the first of which is its name; never empty.
  public let words: [NginxWord]
  /// Its block; nil if it ends in `;`.
  public let block: NginxBlock?
  /// Where it stands, from its name to its `;` or `}`.
  public let range: Range<Int>
  /// The line of its `;` or `{`, which is the one nginx names in messages.
  public let line: Int

  /// Its name.
  public var name: String { words.first?.text ?? "" }
  /// Its arguments.
  public var arguments: ArraySlice<NginxWord> { words.dropFirst() }
}

/// What stands in braces.
public struct NginxBlock: Hashable, Sendable {
  /// Its statements and comments.
  ///
  /// Empty for a block of Lua, which is kept but not looked into.
  public let items: [NginxSyntaxItem]
  /// Where it stands, with its braces.
  public let range: Range<Int>
  /// The line of its `}`.
  public let endLine: Int
}

/// A comment as it stands in a file.
public struct NginxSourceComment: Hashable, Sendable {
  /// Where it stands, from its `#` to the end of its line.
  public let range: Range<Int>
  /// Its line.
  public let line: Int
  /// What it says, without `#` and the white space around it; broken UTF-8 replaced.
  public let text: String

  init(file: [UInt8], range: Range<Int>, line: Int) {
    func isSpace(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    var content = file[range].dropFirst()
    content = content.drop(while: isSpace)
    while let last = content.last, isSpace(last) { content.removeLast() }
    self.range = range
    self.line = line
    text = String(decoding: content, as: UTF8.self)
  }
}
