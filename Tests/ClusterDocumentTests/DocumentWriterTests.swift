import ClusterDocument
import ConsistentHashing
import Testing

@Suite struct DocumentWriterTests {
  /// Line breaks of every kind, characters that YAML allows only by number, and texts that YAML would
  /// read as something else.
  static let texts = [
    "", " ", " a ", "a\nb", "a\n\n\nb\n", "a\rb", "a\r\nb", "\u{85}", "a\u{2028}b\u{2029}", "\t",
    "\u{0}", "\u{1B}[1m", "\u{7F}", "\u{9F}", "\u{FEFF}a", "\u{FFFE}\u{FFFF}", "null", "~", "-",
    "- a", "a: b", "a:", ":", "#", "a #b", "'", "\"", "\\", "\\n", "{}", "[]", "&a", "*a", "!a",
    "|", ">", "%", "@", "`", "é", "日本", "😀", "010", "yes", "1e3",
  ]

  @Test func everyTextIsReadAsItWasWritten() throws {
    let nodes = Self.texts.enumerated().map { index, text in
      Node(address: "10.0.0.\(index):80", properties: ["note": text, "other \(text)": text])
    }
    let options = Dictionary(
      uniqueKeysWithValues: Self.texts.enumerated().map { ("option-\($0)", $1) })
    let placed = try PlacedCluster(
      Cluster(nodes: nodes, properties: options), Placement(options: options))
    let text = ClusterDocument.text(of: placed, properties: ["note"])
    let again = try ClusterDocument(yaml: text, file: "again", properties: ["note"]).placed
    let different = zip(placed.nodes, again.nodes).filter { $0 != $1 }
    #expect(different.isEmpty)
    #expect(again == placed)
    // One line each, whatever the texts are.
    #expect(text.unicodeScalars.count { $0 == "\n" } == 5 + nodes.count)
  }

  /// YAML has a limit for the names of fields unless they are marked as names.
  @Test func longNamesAreReadAsTheyWereWritten() throws {
    for length in [990, 1010, 1024, 1100, 5000] {
      let name = String(repeating: "n", count: length)
      let placed = try PlacedCluster(
        Cluster(nodes: ["a:1"], properties: [name: "1"]), Placement(options: [name + "é": "2"]))
      let text = ClusterDocument.text(of: placed)
      #expect(try ClusterDocument(yaml: text, file: "again").placed == placed, "\(length)")
    }
  }

  @Test func fieldsComeInTheOrderOfTheGuide() throws {
    let nodes = [
      Node(
        id: "a", address: "h:1", weight: 2, zone: "z", state: .down,
        properties: ["note": "n", "backup": "true", "guid": "g"]),
      Node(id: "b", address: "h:1", weight: 0.5),
      Node(address: "c:1", weight: 0),
    ]
    let placed = try PlacedCluster(
      Cluster(
        name: "n", nodes: nodes, slots: [[1, 7], [2], []], slotCount: 9,
        properties: ["keepalive": "16"], allowsRepeatedAddresses: true),
      Placement(rule: "jump", options: ["seed": "7"], key: .uri))
    #expect(
      ClusterDocument.text(of: placed, properties: ["backup", "guid"]) == """
        name: n
        algorithm: jump
        key: uri
        options: { seed: 7 }
        slots: 9
        properties: { keepalive: 16 }
        repeatedAddresses: true
        nodes:
          - { id: a, address: h:1, zone: z, state: down, slots: [1, 7], backup: true, guid: g, \
        properties: { note: n } }
          - { id: b, address: h:1, weight: 0.5, slots: [2] }
          - { address: c:1, weight: 0, slots: [] }

        """)
  }

  @Test func slotsAreWrittenOnlyWhereTheyDoNotFollowFromTheList() throws {
    let nodes = [Node(address: "a:1"), Node(address: "b:1", weight: 2)]
    func text(_ cluster: Cluster) -> String { ClusterDocument.text(of: PlacedCluster(cluster)) }
    #expect(try !text(Cluster(nodes: nodes)).contains("slots"))
    #expect(try !text(Cluster(nodes: nodes, slots: [[0], [1, 2]])).contains("slots"))
    let more = try text(Cluster(nodes: nodes, slotCount: 9))
    #expect(more.contains("\nslots: 9\n") && !more.contains("["))
    #expect(try text(Cluster(nodes: nodes, slots: [[2], [0, 1]])).contains("slots: [0, 1] }"))
    // A document may not list so many, and no rule takes them.
    let huge = try Cluster(nodes: [
      Node(address: "a:1", weight: 1e9), Node(address: "b:1", weight: 1e9),
    ]).removing("a:1")
    #expect(!text(huge).contains("slots"))
  }

  /// Found by the fuzzer: empty lines in quotes are line breaks of the text.
  @Test func emptyLinesInQuotesSurvive() throws {
    let document = try ClusterDocument(
      yaml: "nodes:\n- address: a:1\n  backup: \"u\n\n\n `\n\n a \"\n", file: "c",
      properties: ["backup"])
    #expect(document.cluster.nodes[0].properties == ["backup": "u\n\n`\na "])
    let again = try ClusterDocument(
      yaml: ClusterDocument.text(of: document.placed), file: "again", properties: ["backup"])
    #expect(again.placed == document.placed)
  }
}
