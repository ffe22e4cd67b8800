import HAProxyConfiguration
import Testing

@Suite struct HAProxySyntaxTests {
  static func line(_ text: String) throws -> HAProxyLine {
    try #require(HAProxySyntaxTree(bytes: Array(text.utf8), file: "a.cfg").lines.first)
  }

  static func words(_ text: String) throws -> [String] { try line(text).words.map(\.text) }

  @Test func splitsLinesIntoWords() throws {
    #expect(try Self.words("  server a\t1.2.3.4:80 # not this\n") == ["server", "a", "1.2.3.4:80"])
    #expect(try Self.words("a\u{0B}b\u{0C}c\r d\n") == ["a", "b", "c"])
    #expect(try Self.words("\n") == [])
    #expect(try Self.words("a#b\n") == ["a"])
  }

  @Test func quotesMayBeginAndEndInsideOfWords() throws {
    #expect(try Self.words(#"s"erv"er 'a b' "c d"e"#) == ["server", "a b", "c de"])
    #expect(try Self.words(#"a '' b "" c"#) == ["a", "", "b", "", "c"])
    #expect(try Self.words(#"a ''"#) == ["a"])
    #expect(try Self.words(#""it's" '"' "#) == ["it's", "\""])
  }

  @Test func escapesAreHAProxys() throws {
    #expect(try Self.words(##"a\ b \# \\ \' \" \x41\x42"##) == ["a b", "#", "\\", "'", "\"", "AB"])
    #expect(try Self.words(#"\t\n\r|"#) == ["\t\n\r|"])
    #expect(try Self.words(#"\$ "\$" '\$' \1 \"#) == ["\\$", "$", "\\$", "\\1", "\\"])
    #expect(try Self.words(##"'\#' "\#""##) == ["\\#", "#"])
  }

  @Test func variablesAreKeptAsWritten() throws {
    let words = try Self.line(#"a "$HOST:80" "${A-b c}" "${L[*]}" $NOT '${NOT}'"#).words
    #expect(words.map(\.text) == ["a", "$HOST:80", "${A-b c}", "${L[*]}", "$NOT", "${NOT}"])
    #expect(words.map(\.hasVariable) == [false, true, true, true, false, false])
  }

  @Test func saysWhyALineCannotBeSplit() throws {
    let mistakes = [
      "server a \"b": "unmatched quote at position 10",
      " '": "unmatched quote at position 2",
      "a \\x4": "truncated or invalid hexadecimal sequence at position 3",
      "\"${A\"": "unmatched brace in environment variable name at position 3",
      "\"$\"": "forbidden first char in environment variable name at position 3",
      "\"${A[x]}\"": "truncated or invalid word expansion sequence at position 5",
      "a\u{0}": "Stray NUL character at position 2",
      String(repeating: "a ", count: 65): "too many words, truncating after word 64",
    ]
    for (text, mistake) in mistakes {
      let line = try Self.line(text)
      #expect(line.mistake == mistake)
      #expect(line.words.isEmpty)
    }
    #expect(try Self.words(String(repeating: "a ", count: 63) + "a").count == 64)
  }

  @Test func everyByteIsKept() throws {
    let text = "global\n\n  # a\nbackend b\r\n server 'a' \"b\n\u{0}\\"
    let tree = HAProxySyntaxTree(bytes: Array(text.utf8), file: "a.cfg")
    #expect(tree.printed == Array(text.utf8))
    #expect(tree.lines.map(\.number) == [1, 2, 3, 4, 5, 6])
    #expect(tree.replacing(tree.lines[0].range, with: []) == Array(text.utf8.dropFirst(7)))
    #expect(HAProxySyntaxTree(bytes: [], file: "a.cfg").lines.isEmpty)
  }

  @Test func wordsKnowTheirPlaces() throws {
    let line = try Self.line(#" "a b"c  d\ e"#)
    #expect(line.words.map(\.range) == [1..<7, 9..<13])
  }
}
