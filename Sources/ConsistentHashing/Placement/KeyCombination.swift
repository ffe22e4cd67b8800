/// A key made of several sources: the first of its alternatives that is not empty.
///
/// An alternative is one source, or several whose values are put together one after the other, with texts
/// between them where it says so. It is empty if all of its sources are.
///
/// ```swift
/// KeySource("cookie:user or header:X-User or remote-addr")
/// KeySource("arg:tenant + '/' + arg:document")
/// ```
///
/// `or` binds weaker than `+`. Without a text between them `ab` and `c` give the same key as `a` and `bc`.
public struct KeyCombination: Hashable, Sendable {
  /// A piece of an alternative.
  public enum Piece: Hashable, Sendable {
    /// The value of a source, which is neither a session nor a combination.
    case source(KeySource)
    /// A text that is the same for all requests.
    case text(String)

    /// The source, if the piece is one.
    package var source: KeySource? {
      if case .source(let source) = self { source } else { nil }
    }
  }

  /// The alternatives, in the order in which they are looked at; each a list of pieces.
  public let alternatives: [[Piece]]

  /// The most pieces that all alternatives have together.
  public static let maximumPieces = 16

  /// The most bytes of a text.
  public static let longestText = 100

  /// Checks a combination.
  ///
  /// - Parameter alternatives: Lists of pieces, each with a source. A single source is no combination.
  /// - Throws: ``ClusterError`` with the subject `key` if a piece cannot be part of a combination, or has
  ///   no effect because it is there twice or an alternative before it is never empty.
  public init(_ alternatives: [[Piece]]) throws(ClusterError) {
    self.alternatives = alternatives
    try check()
    guard alternatives.count > 1 || alternatives.contains(where: { $0.count > 1 }) else {
      throw Self.refusal("a key of one source is no combination", "use the source itself")
    }
  }

  /// Throws if there are too many pieces, before more are read.
  package static func checkCount(_ alternatives: [[Piece]]) throws(ClusterError) {
    guard alternatives.reduce(0, { $0 + $1.count }) <= maximumPieces else {
      throw refusal(
        "the key has more than \(maximumPieces) parts",
        "use at most \(maximumPieces), texts included")
    }
  }

  private func check() throws(ClusterError) {
    try Self.checkCount(alternatives)
    var unfailing: String?
    for (position, alternative) in alternatives.enumerated() {
      try Self.check(alternative)
      let text = Self.written(alternative)
      if let unfailing {
        throw Self.refusal(
          "\(quoted(text)) is never looked at, because \(quoted(unfailing)) before it is never empty",
          "put \(unfailing) last, or leave \(text) out")
      }
      if alternatives[..<position].contains(alternative) {
        throw Self.refusal("the key has \(quoted(text)) twice", "keep one")
      }
      if alternative.contains(where: { $0.source?.isNeverEmpty ?? false }) { unfailing = text }
    }
  }

  private static func check(_ alternative: [Piece]) throws(ClusterError) {
    for (position, piece) in alternative.enumerated() {
      switch piece {
      case .source(let source):
        try check(source)
        if alternative[..<position].contains(piece) {
          throw refusal("\(quoted(written(alternative))) has \(source) twice", "keep one")
        }
      case .text(let text):
        try check(text)
        if position > 0, case .text = alternative[position - 1] {
          throw refusal(
            "\(quoted(written(alternative))) has two texts next to each other",
            "write them as one text")
        }
      }
    }
    guard alternative.contains(where: { $0.source != nil }) else {
      throw refusal(
        "\(quoted(written(alternative))) has no source, so all requests would have the same key",
        "put a source beside the text")
    }
  }

  private static func check(_ source: KeySource) throws(ClusterError) {
    switch source {
    case .session:
      throw refusal(
        "a session cannot be one of several sources",
        "write key: session alone, and 'fallback' below 'session:' for clients without its cookie")
    case .combination:
      throw refusal("a combination cannot be part of another one", "write its parts themselves")
    case .cookie(let name), .argument(let name), .header(let name):
      guard KeySource.isName(name.utf8) else {
        throw refusal(
          "the name \(quoted(name)) cannot be part of a key", "use printable ASCII without spaces")
      }
    case .remoteAddress, .proxyProtocolAddress, .serverName, .host, .path, .uri: break
    }
  }

  private static func check(_ text: String) throws(ClusterError) {
    guard !text.isEmpty else {
      throw refusal("a text of the key is empty", "leave it out")
    }
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw refusal(
        "the text \(quoted(text)) of the key is not printable ASCII", "use another text")
    }
    guard text.utf8.count <= longestText else {
      throw refusal(
        "a text of the key has \(text.utf8.count) bytes", "use at most \(longestText)")
    }
  }

  static func refusal(_ problem: String, _ remedy: String) -> ClusterError {
    ClusterError(.invalidKey, .key, problem, remedy: remedy)
  }
}

extension KeyCombination: CustomStringConvertible {
  /// The form that documents use.
  public var description: String {
    alternatives.map(Self.written).joined(separator: " or ")
  }

  /// An alternative as documents have it.
  static func written(_ alternative: [Piece]) -> String {
    alternative.map { piece in
      switch piece {
      case .source(let source): source.description
      case .text(let text):
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
      }
    }.joined(separator: " + ")
  }
}
