import ClusterDocument
import ConsistentHashing
import Testing

@Suite struct ClusterDocumentTests {
  static func read(_ text: String) throws(DocumentError) -> ClusterDocument {
    try ClusterDocument(yaml: text, file: "c.yaml")
  }

  @Test func everyFieldIsRead() throws {
    let document = try Self.read(
      """
      # A comment.
      name: sessions
      algorithm: jump
      key: cookie:sid
      options: { slots: 9, seed: "7" }
      nodes:
        - 10.0.0.1:8080
        - { id: web-2, address: 10.0.0.2:8080, weight: 2, zone: eu-1a }
        - id: "web-3"
          address: '[::1]:8080'
          state: down
        - { address: unix:/run/app.sock, weight: 0, state: drain }
      """)
    #expect(
      try document.placed
        == PlacedCluster(
          Cluster(
            name: "sessions",
            nodes: [
              Node(address: "10.0.0.1:8080"),
              Node(id: "web-2", address: "10.0.0.2:8080", weight: 2, zone: "eu-1a"),
              Node(id: "web-3", address: "[::1]:8080", state: .down),
              Node(address: "unix:/run/app.sock", weight: 0, state: .drain),
            ], slotCount: 9),
          Placement(rule: "jump", options: ["seed": "7"], key: .cookie("sid"))))
    #expect(document.cluster == document.placed.cluster)
    #expect(document.placement == document.placed.placement)
    #expect(document.file == "c.yaml")
  }

  @Test func fieldsThatAreLeftOutHaveTheirDefaults() throws {
    let placed = try Self.read("nodes: [a:1]").placed
    #expect(try placed == PlacedCluster(Cluster(nodes: ["a:1"])))
    #expect(placed.name == "cluster" && placed.placement == Placement())
    #expect(placed.placement.rule == "ketama" && placed.placement.key == nil)
  }

  @Test func slotsAreReadAndAreTheWeight() throws {
    let cluster = try Self.read(
      "algorithm: jump\nnodes: [{address: a:1, slots: [0, 5]}, {address: b:1, slots: [2]}]"
    ).cluster
    #expect(try cluster == Cluster(nodes: cluster.nodes, slots: [[0, 5], [2]]))
    #expect(cluster.slots.count == 6)
    #expect(cluster.nodes.map(\.weight) == [2, 1])
  }

  @Test func theNumberOfSlotsIncludesVacantOnes() throws {
    let byDefault = try Self.read("slots: 9\nnodes: [a:1, {address: b:1, weight: 2}]").cluster
    #expect(try byDefault == Cluster(nodes: byDefault.nodes, slotCount: 9))
    #expect(byDefault.slots.count == 9)
    #expect(byDefault.slots.slots(ofNode: 1) == [1..<3])
    let given = try Self.read(
      "nodes: [{address: a:1, slots: [4]}, {address: b:1, slots: [], weight: 0}]\nslots: 7"
    ).cluster
    #expect(try given == Cluster(nodes: given.nodes, slots: [[4], []], slotCount: 7))
  }

  /// Either place of the number of slots means the slots of the cluster.
  @Test func theOptionOfJumpGivesTheNumberOfSlots() throws {
    let old = try Self.read("algorithm: jump\noptions: {slots: 9}\nnodes: [a:1, b:1]").placed
    let new = try Self.read("algorithm: jump\nslots: 9\nnodes: [a:1, b:1]").placed
    #expect(old == new && new.cluster.slots.count == 9)
  }

  @Test func propertiesAreReadAsFieldsAndUnderTheirName() throws {
    let document = try ClusterDocument(
      yaml: """
        properties: { keepalive: 16, "zone size": 64k }
        nodes:
          - { address: a:1, backup: true, properties: { guid: x, note: "" } }
          - { address: b:1, properties: { backup: false } }
          - { address: c:1, properties: {} }
        """, file: "c.yaml", properties: ["backup", "guid"])
    #expect(document.cluster.properties == ["keepalive": "16", "zone size": "64k"])
    #expect(
      document.cluster.nodes.map(\.properties) == [
        ["backup": "true", "guid": "x", "note": ""], ["backup": "false"], [:],
      ])
  }

  @Test func addressesMayRepeatWhereTheDocumentSaysSo() throws {
    let nodes = "nodes: [{id: a, address: h:1}, {id: b, address: h:1}]"
    let cluster = try Self.read("repeatedAddresses: true\n" + nodes).cluster
    #expect(cluster.allowsRepeatedAddresses && cluster.nodes.count == 2)
    #expect(throws: DocumentError.self) { try Self.read(nodes) }
    #expect(throws: DocumentError.self) { try Self.read("repeatedAddresses: false\n" + nodes) }
  }

  @Test func theCurrentVersionIsRead() throws {
    #expect(
      try Self.read("version: 1\nnodes: [a:1]").placed == Self.read("nodes: [a:1]").placed)
  }

  @Test func fieldsMayStandInAnyOrder() throws {
    let one = try Self.read("nodes: [{weight: 2, address: a:1}]\nkey: uri\nname: x")
    let other = try Self.read("name: x\nkey: uri\nnodes: [{address: a:1, weight: 2}]")
    #expect(one.placed == other.placed)
  }

  /// Values are texts, byte by byte, though YAML 1.1 would read some as numbers or Booleans.
  @Test func valuesAreReadAsTheyAreWritten() throws {
    let ids = [
      "010", "yes", "1e3", "0x1F", "1_000", "2024-01-01", "e\u{301}", "\u{E9}", "a b", "#",
    ]
    let items = ids.enumerated().map { "  - { id: '\($0.element)', address: h\($0.offset):1 }\n" }
    let cluster = try Self.read("nodes:\n" + items.joined()).cluster
    #expect(cluster.nodes.map(\.id) == ids.map { NodeID($0) })
    let plain = try Self.read("nodes: [{id: 010, address: a:1}, {id: yes, address: b:1}]").cluster
    #expect(plain.nodes.map(\.id) == ["010", "yes"])
  }

  @Test func theFormOfTheFileDoesNotMatter() throws {
    let text = "name: x\nnodes:\n  - a:1\n"
    let cluster = try Self.read(text).cluster
    let forms: [String: String] = [
      "byte-order mark": "\u{FEFF}" + text, "CRLF": text.replacing("\n", with: "\r\n"),
      "CR": text.replacing("\n", with: "\r"), "no final newline": String(text.dropLast()),
      "document marks": "%YAML 1.2\n---\n" + text + "...\n",
      "JSON": #"{"name":"x","nodes":["a:1"]}"#,
      "tags": "!!map\nname: !!str x\nnodes: !!seq [a:1]", "anchor": "name: &n x\nnodes: [a:1]",
    ]
    for (form, text) in forms {
      #expect(throws: Never.self, "\(form)") {
        let read = try Self.read(text).cluster
        #expect(read == cluster, "\(form)")
      }
    }
    let bytes = Array("nodes: [a:1]".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    let wide = try ClusterDocument(yaml: ([0xFF, 0xFE] + bytes).span, file: "c.yaml")
    #expect(try wide.cluster == Cluster(nodes: ["a:1"]))
  }

  // MARK: Places

  @Test func everyPartIsLocated() throws {
    let document = try Self.read(
      """
      name: n
      algorithm: maglev
      key: uri
      options:
        table-size: 7
        seed:   9
      nodes:
        - a:1
        - id: b
          address: b:1
        - { address: c:1 }
      """)
    let places: [(ClusterError.Subject, Int, Int)] = [
      (.name, 1, 7), (.algorithm, 2, 12), (.key, 3, 6), (.option("table-size"), 5, 15),
      (.option("seed"), 6, 11), (.cluster, 7, 1), (.node(0), 8, 5), (.node(1), 9, 5),
      (.node(2), 11, 5),
    ]
    for (subject, line, column) in places {
      #expect(
        document.location(of: subject) == DocumentError.Location(line: line, column: column),
        "\(subject)")
    }
    #expect(document.location(of: .node(3)) == nil)
    #expect(document.location(of: .node(-1)) == nil)
    #expect(document.location(of: .option("other")) == nil)
  }

  @Test func theNumberOfSlotsIsLocated() throws {
    let top = try Self.read("slots: 3\nnodes: [a:1]")
    #expect(top.location(of: .option("slots")) == DocumentError.Location(line: 1, column: 8))
    let option = try Self.read("options: { slots: 3 }\nnodes: [a:1]")
    #expect(option.location(of: .option("slots")) == DocumentError.Location(line: 1, column: 19))
    #expect(option.placed == top.placed)
  }

  @Test func columnsCountScalars() throws {
    let document = try Self.read("{ name: \"é漢🙂\", algorithm: x, nodes: [a:1] }")
    #expect(
      document.location(of: .algorithm) == DocumentError.Location(line: 1, column: 27))
  }

  @Test func laterErrorsAreLocated() throws {
    let document = try Self.read("nodes:\n  - a:1\n  - b:1\n")
    let error = ClusterError(.invalidWeight, .node(1), "it is heavy", remedy: "lift")
    #expect(document.locate(error).description == "c.yaml:3:5: it is heavy; lift")
    let unplaced = ClusterError(.invalidName, .name, "the name is bad", remedy: "rename")
    #expect(document.locate(unplaced).description == "c.yaml: the name is bad; rename")
  }

  // MARK: Size

  @Test func aBombOfAliasesIsRefusedAtTheFirst() throws {
    var text = "nodes:\n  - &a0 { address: a:1 }\n"
    for level in 1..<60 { text += "  - &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(throws: DocumentError.self) { try Self.read(text) }
    var keys = "x0: &a0 [x, x]\n"
    for level in 1..<60 { keys += "x\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(throws: DocumentError.self) { try Self.read("? \n" + keys + "? *a59\n: x\n") }
  }

  @Test func nestingIsRefusedWhereADocumentHasNone() throws {
    for opening in ["[", "{a: ", "? ", "- "] {
      let text =
        "nodes: " + (opening == "- " ? "\n" : "") + String(repeating: opening, count: 200_000)
      #expect(throws: DocumentError.self, "\(opening)") { try Self.read(text) }
      #expect(throws: DocumentError.self, "\(opening)") {
        try Self.read(String(repeating: opening, count: 200_000))
      }
    }
  }

  @Test func twentyThousandNodesAreRead() throws {
    let lines = (0..<20_000).map { "  - { id: n\($0), address: 10.0.\($0 >> 8).\($0 & 255):80 }\n" }
    let document = try Self.read("nodes:\n" + lines.joined())
    #expect(document.cluster.nodes.count == 20_000)
    #expect(document.location(of: .node(19_999)) == DocumentError.Location(line: 20_001, column: 5))
  }
}
