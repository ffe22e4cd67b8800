/// A word of a line.
public struct HAProxyWord: Hashable, Sendable {
  /// What HAProxy makes of it: without quotes, escapes resolved, and with variables as written.
  public let bytes: [UInt8]
  /// Its range in the file, with quotes and escapes.
  public let range: Range<Int>
  /// Whether it has an environment variable, so that only a running HAProxy knows its text.
  ///
  /// The text may then even be several words (`"${SERVERS[*]}"`).
  public let hasVariable: Bool

  /// The bytes as text.
  ///
  /// Broken UTF-8 is replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The names of the variables in it, where they are kept as written.
  var variables: [String] {
    guard hasVariable else { return [] }
    var names: [String] = []
    var rest = bytes[...]
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
      rest = rest[(dollar + 1)...]
      if rest.first == UInt8(ascii: "{") { rest = rest.dropFirst() }
      let name = rest.prefix { HAProxyLexer.isLetter($0) || HAProxyLexer.isDigit($0) }
      if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
    }
    return names
  }

  /// Whether it is a word to C, which ends words at a zero byte.
  func isWord(_ other: String) -> Bool {
    characters.elementsEqual(other.utf8)
  }

  /// The part that C sees.
  var characters: ArraySlice<UInt8> { bytes.prefix { $0 != 0 } }
}

/// A line of a file: the unit of HAProxy's grammar.
public struct HAProxyLine: Hashable, Sendable {
  /// The number of the line, from 1.
  public let number: Int
  /// Its range in the file, with the line feed.
  public let range: Range<Int>
  /// Its words.
  ///
  /// Empty lines, comments and lines that HAProxy cannot split have none.
  public let words: [HAProxyWord]
  /// Why HAProxy cannot split it, in its words.
  public let mistake: String?
}
