public import Configurations

/// A configuration file: its bytes and its structure.
///
/// The tree keeps all bytes of the file. Every statement, word and comment has its range; the rest is
/// white space and comments inside statements. ``printed`` returns the same bytes.
public struct NginxSyntaxTree: Hashable, Sendable {
  /// The name of the file.
  public let file: String
  /// Its bytes.
  public let bytes: [UInt8]
  /// The items at its top level.
  public let items: [NginxSyntaxItem]

  /// Parses a file.
  ///
  /// Only the structure is checked. ``NginxReader`` checks directives.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of the file, in any encoding.
  ///   - file: Its name, for messages.
  ///   - limits: How much is read at most.
  /// - Throws: `ConfigurationError` in nginx's words.
  public init(bytes: [UInt8], file: String, limits: NginxLimits = .standard)
    throws(ConfigurationError)
  {
    var parser = NginxParser(bytes: bytes, file: file, limits: limits)
    items = try parser.parse()
    self.file = file
    self.bytes = bytes
  }

  /// The file, put together from its words, its comments and the bytes between them.
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

  /// The file with another text in a range.
  ///
  /// All other bytes stay the same.
  ///
  /// - Parameters:
  ///   - range: The range, for example that of a statement.
  ///   - items: The new text. Lines after the first get the indentation of the line in which the
  ///     range begins.
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

/// A directive of a file.
public struct NginxStatement: Hashable, Sendable {
  /// Its words.
  ///
  /// The first is its name, so there is at least one.
  public let words: [NginxWord]
  /// Its block; nil if it ends in `;`.
  public let block: NginxBlock?
  /// Its range, from its name to its `;` or `}`.
  public let range: Range<Int>
  /// The line of its `;` or `{`, which nginx names in messages.
  public let line: Int

  /// Its name.
  public var name: String { words.first?.text ?? "" }
  /// Its arguments.
  public var arguments: ArraySlice<NginxWord> { words.dropFirst() }
}

/// The part of a statement in braces.
public struct NginxBlock: Hashable, Sendable {
  /// Its statements and comments.
  ///
  /// Empty for a block of Lua, whose content is not parsed.
  public let items: [NginxSyntaxItem]
  /// Its range, with its braces.
  public let range: Range<Int>
  /// The line of its `}`.
  public let endLine: Int
}

/// A comment of a file.
public struct NginxSourceComment: Hashable, Sendable {
  /// Its range, from its `#` to the end of its line.
  public let range: Range<Int>
  /// Its line.
  public let line: Int
  /// Its text, without `#` and the white space around it.
  ///
  /// Broken UTF-8 is replaced.
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
