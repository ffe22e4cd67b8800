import ClusterDocument
import ConsistentHashing
import Testing

@Suite struct DocumentWriterTests {
  /// Line breaks of every kind, characters that YAML knows by their numbers only, and what would be
  /// read as something else.
  static let texts = [
    "", " ", " a ", "a\nb", "a\n\n\nb\n", "a\rb", "a\r\nb", "\u{85}", "a\u{2028}b\u{2029}", "\t",
    "\u{0}", "\u{1B}[1m", "\u{7F}", "\u{9F}", "\u{FEFF}a", "\u{FFFE}\u{FFFF}", "null", "~", "-",
    "- a", "a: b", "a:", ":", "#", "a #b", "'", "\"", "\\", "\\n", "{}", "[]", "&a", "*a", "!a",
    "|", ">", "%", "@", "`", "é", "日本", "😀", "010", "yes", "1e3",
  ]

  @Test func everyTextIsReadAsItWasWritten() throws {
    let nodes = Self.texts.enumerated().map { index, text in
      Node(address: "10.0.0.\(index):80", properties: ["note": text])
    }
    let options = Dictionary(
      uniqueKeysWithValues: Self.texts.enumerated().map { ("option-\($0)", $1) })
    let cluster = try Cluster(nodes: nodes, options: options)
    let text = ClusterDocument.text(of: cluster)
    let again = try ClusterDocument(yaml: text, file: "again", properties: ["note"]).cluster
    let different = zip(cluster.nodes, again.nodes).filter { $0 != $1 }
    #expect(different.isEmpty)
    #expect(again == cluster)
    // One line each, whatever stands in them.
    #expect(text.unicodeScalars.count { $0 == "\n" } == 4 + nodes.count)
  }

  /// Found by the fuzzer: empty lines in quotes are line breaks of the text.
  @Test func emptyLinesInQuotesSurvive() throws {
    let document = try ClusterDocument(
      yaml: "nodes:\n- address: a:1\n  backup: \"u\n\n\n `\n\n a \"\n", file: "c",
      properties: ["backup"])
    #expect(document.cluster.nodes[0].properties == ["backup": "u\n\n`\na "])
    let again = try ClusterDocument(
      yaml: ClusterDocument.text(of: document.cluster), file: "again", properties: ["backup"])
    #expect(again.cluster == document.cluster)
  }
}
