extension KeySource {
  /// Reads a source, or several with `or` and `+` between them.
  ///
  /// Words are separated by spaces. A text is in single quotes, and a quote in it is doubled. A session has
  /// the standard settings.
  ///
  /// - Throws: ``ClusterError`` with the subject `key`, which names the part that is wrong.
  public init(parsing text: String) throws(ClusterError) {
    if let source = KeySource(single: text) {
      self = source
      return
    }
    let alternatives = try KeyParser(text).alternatives()
    try self.init(alternatives: alternatives)
    // Spaces around a single word.
    guard case .combination = self else { throw KeyParser.unknown(text) }
  }

  /// A key of some alternatives, which is the source itself if there is only one.
  ///
  /// - Throws: ``ClusterError`` as ``KeyCombination/init(_:)`` does.
  package init(alternatives: [[KeyCombination.Piece]]) throws(ClusterError) {
    if alternatives.count == 1, alternatives[0].count == 1,
      case .source(let source) = alternatives[0][0]
    {
      switch source {
      case .session, .combination: break
      default:
        self = source
        return
      }
    }
    guard !alternatives.isEmpty else {
      throw KeyCombination.refusal("the list of keys is empty", "write \(KeySource.forms)")
    }
    self = .combination(try KeyCombination(alternatives))
  }
}

extension KeyCombination {
  /// Reads one alternative, as an item of a list has it.
  ///
  /// - Throws: ``ClusterError`` with the subject `key`.
  package static func alternative(parsing text: String) throws(ClusterError) -> [Piece] {
    if let source = KeySource(single: text) { return [.source(source)] }
    let alternatives = try KeyParser(text).alternatives()
    guard alternatives.count == 1, let alternative = alternatives.first else {
      throw refusal(
        "\(quoted(text)) has 'or' in an item of a list", "make an item of each alternative")
    }
    guard alternative.count > 1 else { throw KeyParser.unknown(text) }
    return alternative
  }
}

/// Reads the text of a combined key.
private struct KeyParser {
  private enum Word {
    case or
    case plus
    case piece(KeyCombination.Piece, written: String)
  }

  private let text: String

  init(_ text: String) throws(ClusterError) {
    self.text = text
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw KeyCombination.refusal(
        "the key \(quoted(text)) has characters that are not printable ASCII",
        "write \(KeySource.forms)")
    }
  }

  static func unknown(_ text: String) -> ClusterError {
    let hasSign = text.utf8.contains(UInt8(ascii: "+"))
    return KeyCombination.refusal(
      "\(quoted(text)) is not a key source",
      hasSign ? "put spaces around '+', and write \(KeySource.forms)" : "write \(KeySource.forms)")
  }

  func alternatives() throws(ClusterError) -> [[KeyCombination.Piece]] {
    var alternatives: [[KeyCombination.Piece]] = [[]]
    var last: String?
    // Whether a piece has to follow.
    var isOpen = true
    var rest = text.utf8[...]
    while let word = try next(&rest) {
      switch word {
      case .or, .plus:
        let name = if case .or = word { "or" } else { "+" }
        guard !isOpen else {
          throw KeyCombination.refusal(
            "the key \(quoted(text)) has nothing before \(quoted(name))"
              + (last.map { " that follows \(quoted($0))" } ?? ""),
            "write a source on both sides")
        }
        if case .or = word { alternatives.append([]) }
        isOpen = true
        last = name
      case .piece(let piece, let written):
        guard isOpen else {
          throw KeyCombination.refusal(
            "the key \(quoted(text)) has nothing between \(quoted(last ?? "")) and \(quoted(written))",
            "write 'or' for the first that is not empty, or '+' for one after the other")
        }
        alternatives[alternatives.count - 1].append(piece)
        try KeyCombination.checkCount(alternatives)
        isOpen = false
        last = written
      }
    }
    guard !isOpen else {
      throw last.map {
        KeyCombination.refusal(
          "the key \(quoted(text)) has nothing after \(quoted($0))", "write a source there")
      } ?? Self.unknown(text)
    }
    return alternatives
  }

  private func next(_ rest: inout Substring.UTF8View) throws(ClusterError) -> Word? {
    rest = rest.drop { $0 == UInt8(ascii: " ") }
    guard let first = rest.first else { return nil }
    if first == UInt8(ascii: "'") { return try quotedText(&rest) }
    let word = String(Substring(rest.prefix { $0 != UInt8(ascii: " ") }))
    rest = rest.dropFirst(word.utf8.count)
    switch word {
    case "or": return .or
    case "+": return .plus
    default:
      guard let source = KeySource(single: word) else { throw Self.unknown(word) }
      return .piece(.source(source), written: word)
    }
  }

  private func quotedText(_ rest: inout Substring.UTF8View) throws(ClusterError) -> Word {
    let start = rest
    let quote = UInt8(ascii: "'")
    var bytes: [UInt8] = []
    rest.removeFirst()
    while true {
      guard let byte = rest.popFirst() else {
        throw KeyCombination.refusal(
          "the text \(quoted(String(Substring(start)))) of the key has no end",
          "end it with a single quote; a quote in a text is written twice")
      }
      if byte != quote {
        bytes.append(byte)
      } else if rest.first == quote {
        bytes.append(quote)
        rest.removeFirst()
      } else {
        break
      }
    }
    let written = String(Substring(start[..<rest.startIndex]))
    guard rest.first ?? UInt8(ascii: " ") == UInt8(ascii: " ") else {
      throw KeyCombination.refusal(
        "the key \(quoted(text)) goes on right after the text \(quoted(written))",
        "put a space after the quote; a quote in a text is written twice")
    }
    return .piece(.text(String(decoding: bytes, as: UTF8.self)), written: written)
  }
}
