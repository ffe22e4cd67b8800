import ClusterDocument
import ConsistentHashing
import ConsistentHashingTesting
import Foundation
import Testing

/// Keys of one source and of several, in every form that documents have.
@Suite struct KeyTests {
  typealias Pieces = [KeyCombination.Piece]

  static func combined(_ alternatives: Pieces...) throws -> KeySource {
    .combination(try KeyCombination(alternatives))
  }

  static func read(_ key: String) throws -> KeySource? {
    try ClusterDocument(yaml: "key: \(key)\nnodes: [a:1]\n", file: "c.yaml").placed.placement.key
  }

  @Test func everyFormIsRead() throws {
    let first = try Self.combined(
      [.source(.cookie("user"))], [.source(.header("X-User"))], [.source(.remoteAddress)])
    let cases: [(String, KeySource)] = [
      ("proxy-protocol-addr", .proxyProtocolAddress), ("sni", .serverName), ("host", .host),
      ("path", .path), ("cookie:a+b", .cookie("a+b")), ("cookie:it's", .cookie("it's")),
      ("arg:or", .argument("or")),
      ("cookie:user or header:X-User or remote-addr", first),
      ("[cookie:user, header:X-User, remote-addr]", first),
      ("\n  - cookie:user\n  - header:X-User\n  - remote-addr", first),
      (
        "arg:tenant + arg:doc",
        try Self.combined([.source(.argument("tenant")), .source(.argument("doc"))])
      ),
      (
        "arg:tenant + '/' + arg:doc or host + uri",
        try Self.combined(
          [.source(.argument("tenant")), .text("/"), .source(.argument("doc"))],
          [.source(.host), .source(.uri)])
      ),
      (
        "[arg:tenant + ' or ' + arg:doc, host]",
        try Self.combined(
          [.source(.argument("tenant")), .text(" or "), .source(.argument("doc"))],
          [.source(.host)])
      ),
      ("\"'it''s ' + host\"", try Self.combined([.text("it's "), .source(.host)])),
      ("[host]", .host),
    ]
    for (text, key) in cases { #expect(try Self.read(text) == key, "\(text)") }
  }

  @Test func theListOfJSONIsTheText() throws {
    let decoder = JSONDecoder()
    let list = try decoder.decode(
      [KeySource].self, from: Data(#"[["arg:a + 'x' + host", "uri"], "sni or uri"]"#.utf8))
    #expect(list.map(\.description) == ["arg:a + 'x' + host or uri", "sni or uri"])
    let json = try JSONEncoder().encode(list)
    #expect(
      String(decoding: json, as: UTF8.self) == #"["arg:a + 'x' + host or uri","sni or uri"]"#)
    for wrong in [#"[["session", "uri"]]"#, #"["a b"]"#, "[[]]", #"[["uri", ["host"]]]"#] {
      #expect(throws: DecodingError.self) {
        try decoder.decode([KeySource].self, from: Data(wrong.utf8))
      }
    }
  }

  static let forms = "write \(KeySource.forms)"
  static let session =
    "a session cannot be one of several sources; write key: session alone, and 'fallback' below 'session:' "
    + "for clients without its cookie"

  static let mistakes: [(key: String, message: String)] = [
    ("[]", "6: the list of keys is empty; \(forms)"),
    ("''", "6: '' is not a key source; \(forms)"),
    ("' uri'", "6: ' uri' is not a key source; \(forms)"),
    ("or", "6: the key 'or' has nothing before 'or'; write a source on both sides"),
    (
      "host or or uri",
      "6: the key 'host or or uri' has nothing before 'or' that follows 'or'; write a source on both sides"
    ),
    ("host +", "6: the key 'host +' has nothing after '+'; write a source there"),
    (
      "host uri",
      "6: the key 'host uri' has nothing between 'host' and 'uri'; write 'or' for the first that is not "
        + "empty, or '+' for one after the other"
    ),
    ("host or ur", "6: 'ur' is not a key source; \(forms)"),
    ("host+uri", "6: 'host+uri' is not a key source; put spaces around '+', and \(forms)"),
    ("'host or cookie:'", "6: 'cookie:' is not a key source; \(forms)"),
    ("session or uri", "6: \(session)"), ("[host, session]", "13: \(session)"),
    ("[session]", "7: \(session)"), ("session + host", "6: \(session)"),
    ("[host, uri + uri]", "13: 'uri + uri' has uri twice; keep one"),
    ("[host, arg:a, host]", "20: the key has 'host' twice; keep one"),
    (
      "[uri, host]",
      "12: 'host' is never looked at, because 'uri' before it is never empty; put uri last, or leave host "
        + "out"
    ),
    (
      "[host or uri]",
      "7: 'host or uri' has 'or' in an item of a list; make an item of each alternative"
    ),
    ("[host, [uri]]", "13: item 2 of the key is not a single value; write one text or number"),
    (
      "[host, ~]",
      "13: item 2 of the key has no value; put it in quotes if it is a text, or leave it out"
    ),
    ("{ a: b }", "6: the key is not a single value; write one text or number"),
    (
      "\"'a' or host\"",
      "6: ''a'' has no source, so all requests would have the same key; put a source beside the text"
    ),
    ("host + '' + uri", "6: a text of the key is empty; leave it out"),
    (
      "host + 'a' + 'b'",
      "6: 'host + 'a' + 'b'' has two texts next to each other; write them as one text"
    ),
    (
      "host + 'a",
      "6: the text ''a' of the key has no end; end it with a single quote; a quote in a text is written twice"
    ),
    (
      "host + 'a'b",
      "6: the key 'host + 'a'b' goes on right after the text ''a''; put a space after the quote; a quote in a "
        + "text is written twice"
    ),
    (
      "\"host + '\\n'\"",
      "6: the key 'host + '\\n'' has characters that are not printable ASCII; \(forms)"
    ),
    ("host + 'é'", "6: the key 'host + 'é'' has characters that are not printable ASCII; \(forms)"),
    (
      "host + '\(String(repeating: "x", count: 101))'",
      "6: a text of the key has 101 bytes; use at most 100"
    ),
    (
      (0...16).map { "arg:a\($0)" }.joined(separator: " + "),
      "6: the key has more than 16 parts; use at most 16, texts included"
    ),
  ]

  @Test func everyMistakeHasItsPlace() {
    for mistake in Self.mistakes {
      var message = "none"
      do throws(DocumentError) {
        _ = try ClusterDocument(
          yaml: "nodes: [a:1]\nkey: \(mistake.key)\n", file: "c.yaml")
      } catch {
        message = error.description
      }
      #expect(message == "c.yaml:2:\(mistake.message)")
    }
  }

  @Test func readersOfConfigurationsTakeNoCombinationForAName() {
    #expect(KeySource("cookie:a or uri") != nil)
    #expect(KeySource(single: "cookie:a or uri") == nil)
  }

  /// Whatever is written reads as the same value: by the text, the list, the document and JSON.
  @Test func everyKeyReadsAsItWasWritten() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var wrong: [String] = []
    var combinations = 0
    for _ in 0..<3000 {
      guard let key = Self.randomKey(&random) else { continue }
      if case .combination = key { combinations += 1 }
      let text = key.description
      if KeySource(text) != key { wrong.append(text) }
      let cluster = try Cluster(nodes: ["a:1"])
      let placed = PlacedCluster(cluster, Placement(key: key))
      let document = ClusterDocument.text(of: placed)
      if try ClusterDocument(yaml: document, file: "c").placed != placed { wrong.append(document) }
      let json = try JSONEncoder().encode(placed)
      if try JSONDecoder().decode(PlacedCluster.self, from: json) != placed { wrong.append(text) }
      let again = try ClusterDocument(yaml: String(decoding: json, as: UTF8.self), file: "c")
      if again.placed != placed { wrong.append("JSON: \(text)") }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
    #expect(combinations > 500, "seed \(seed)")
  }

  /// No text makes the parser trap, and what it takes it writes in one form.
  @Test func everyTextHasAnAnswer() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let words = [
      "or", "+", "'", "''", " ", "  ", "host", "uri", "cookie:a", "arg:'", "session", "'x'", "\t",
      "é",
      "$", "sni", "'a b'", "\"",
    ]
    var taken = 0
    for _ in 0..<20_000 {
      let text = (0..<random.below(8)).map { _ in words[random.below(words.count)] }
        .joined(separator: random.below(2) == 0 ? " " : "")
      guard let key = KeySource(text) else { continue }
      taken += 1
      #expect(KeySource(key.description) == key, "seed \(seed): \(text)")
    }
    #expect(taken > 100, "seed \(seed)")
  }

  /// A key of one to five alternatives; nil if the parts do not go together.
  static func randomKey(_ random: inout SeededGenerator) -> KeySource? {
    let names = ["a", "or", "+", "it's", "'", "$b", "X-User", "a:b", "\"", "#", "\\"]
    let texts = ["/", " ", "'", "''", " or ", " + ", "$", "\"", "\\", "{}", "#", "; }", "~", "a'b"]
    func pick(_ list: [String]) -> String { list[random.below(list.count)] }
    func source() -> KeySource {
      switch random.below(9) {
      case 0, 1: .cookie(pick(names))
      case 2, 3: .argument(pick(names))
      case 4: .header(pick(names))
      case 5: .serverName
      case 6: .host
      case 7: .proxyProtocolAddress
      default: [.path, .uri, .remoteAddress][random.below(3)]
      }
    }
    let alternatives = (0..<(1 + random.below(5))).map { _ in
      (0..<(1 + random.below(4))).map { _ -> KeyCombination.Piece in
        random.below(4) == 0 ? .text(pick(texts)) : .source(source())
      }
    }
    if alternatives.count == 1, alternatives[0].count == 1 { return source() }
    return (try? KeyCombination(alternatives)).map(KeySource.combination)
  }
}
