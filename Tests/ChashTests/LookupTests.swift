import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct LookupTests {
  @Test func theThreeFormatsAgree() async throws {
    try await Folder.with(["keys": "alice\ncarol\n"]) { (folder: Folder) async throws in
      func lookup(_ more: String...) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(["lookup", "sessions.yaml"] + more, in: folder)
      }
      let table = ChashProgram.Outcome(
        output: """
          KEY    NODE           ADDRESS
          alice  10.0.0.1:8080  10.0.0.1:8080
          carol  web-2          10.0.0.2:8080

          """)
      #expect(try await lookup("alice", "carol") == table)
      #expect(try await lookup("--keys", "keys") == table)
      #expect(
        try await lookup("alice", "carol", "--format", "tsv")
          == .init(
            output: "alice\t10.0.0.1:8080\t10.0.0.1:8080\ncarol\tweb-2\t10.0.0.2:8080\n"))
      #expect(
        try await lookup("alice", "carol", "--format", "json")
          == .init(
            output: """
              [
                {"key": "alice", "node": "10.0.0.1:8080", "address": "10.0.0.1:8080"},
                {"key": "carol", "node": "web-2", "address": "10.0.0.2:8080"}
              ]

              """))
    }
  }

  @Test func preferenceListsNodesInTheOrderOfFallback() async throws {
    try await Folder.with { (folder: Folder) async throws in
      func lookup(_ more: String...) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(["lookup", "sessions.yaml"] + more, in: folder)
      }
      #expect(
        try await lookup("carol", "--preference", "1")
          == .init(output: "KEY    NODES\ncarol  web-2\n"))
      let all = ChashProgram.Outcome(output: "KEY    NODES\ncarol  web-2 > 10.0.0.1:8080\n")
      #expect(try await lookup("carol", "--preference", "2") == all)
      #expect(try await lookup("carol", "--preference", "9223372036854775807") == all)
      #expect(
        try await lookup("carol", "--preference", "9", "--format", "tsv")
          == .init(output: "carol\tweb-2\t10.0.0.1:8080\n"))
      #expect(
        try await lookup("carol", "--preference", "9", "--format", "json")
          == .init(
            output: """
              [
                {"key": "carol", "preference": [{"node": "web-2", "address": "10.0.0.2:8080"}, \
              {"node": "10.0.0.1:8080", "address": "10.0.0.1:8080"}]}
              ]

              """))
    }
  }

  /// nginx leaves an empty key to round robin.
  @Test func keysThatArePlacedByStateSaySo() async throws {
    try await Folder.with { (folder: Folder) async throws in
      func lookup(_ more: String...) async throws -> String {
        try await ChashProgram.run(["lookup", "sessions.yaml", ""] + more, in: folder).output
      }
      #expect(try await lookup() == "KEY  NODE           ADDRESS\n     (round robin)\n")
      #expect(try await lookup("--preference", "2") == "KEY  NODES\n     (round robin)\n")
      #expect(try await lookup("--format", "tsv") == "\t(round robin)\t\n")
      #expect(
        try await lookup("--format", "json")
          == "[\n  {\"key\": \"\", \"node\": null, \"address\": null, \"then\": \"round robin\"}\n]\n"
      )
    }
  }

  /// Whatever the order of the nodes, unless the rule depends on it.
  @Test(arguments: RuleCatalogue.all.map(\.name))
  func everyAlgorithmAnswersAlike(_ name: String) async throws {
    let promises = try RuleCatalogue.all.rule(named: name).promises
    let keys = (0..<300).map {
      promises.keys == .addresses ? "10.1.\($0 % 7).\($0 % 251)\n" : "key \($0)\n"
    }
    .joined()
    let nodes = (0..<7).map {
      "  - { id: n\($0), address: 10.0.0.\($0):80, \(Self.share($0, promises)) }\n"
    }
    let one = "nodes:\n" + nodes.joined()
    let other = "nodes:\n" + nodes.reversed().joined()
    try await Folder.with(["keys": keys, "one.yaml": one, "other.yaml": other]) {
      (folder: Folder) async throws in
      func lookup(_ document: String) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(
          [
            "lookup", document, "--keys", "keys", "--algorithm", name, "--preference", "3",
            "--format", "tsv",
          ], in: folder)
      }
      let first = try await lookup("one.yaml")
      #expect(first.status == 0 && first.errors.isEmpty, "\(first)")
      #expect(first.output.split(separator: "\n").count == 300)
      #expect(try await lookup("one.yaml") == first)
      if promises.isOrderIndependent { #expect(try await lookup("other.yaml") == first) }
    }
  }

  /// Weights from 1 to 3, and as many slots, as far as an algorithm takes them.
  private static func share(_ node: Int, _ promises: RulePromises) -> String {
    let weight = 1 + node % 3
    if !promises.takesWeights { return "weight: 1" }
    if let largest = promises.largestWeight { return "weight: \(Double(weight) / 3 * largest)" }
    let slots = (0..<weight).map { String(node * 3 + $0) }.joined(separator: ", ")
    return "weight: \(weight), slots: [\(slots)]"
  }

  @Test func documentAndKeysComeFromStandardInput() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let document = try await ChashProgram.run(
        ["lookup", "-", "carol", "--format", "tsv"], in: folder,
        input: Array(Folder.sessions.utf8))
      #expect(document == .init(output: "carol\tweb-2\t10.0.0.2:8080\n"))
      let keys = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "-", "--format", "tsv"], in: folder,
        input: Array("carol\n".utf8))
      #expect(keys == document)
    }
  }

  /// JSON takes only UTF-8, a terminal should not receive control characters, and tab-separated values
  /// are the bytes themselves.
  @Test func keysMayBeAnyBytes() async throws {
    try await Folder.with { (folder: Folder) async throws in
      try folder.write("keys", [0xFF, 0xFE, 0x0A, 0x61, 0x09, 0x1B, 0x22, 0x5C, 0x0A, 0xC3, 0xA9])
      let json = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "keys", "--format", "json"], in: folder)
      let rows = try #require(
        JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: String]])
      #expect(rows.map { $0["key"] } == [nil, "a\t\u{1B}\"\\", "é"])
      #expect(rows[0]["keyBase64"].flatMap { Data(base64Encoded: $0) } == Data([0xFF, 0xFE]))
      #expect(rows.allSatisfy { $0["node"] != nil && $0["address"] != nil })
      let table = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "keys"], in: folder)
      #expect(table.output.contains("a\\u{9}\\u{1b}\"\\"))
      #expect(!table.output.unicodeScalars.contains("\u{1B}"))
      let raw = try await ChashProgram.shell(
        "\"$CHASH\" lookup sessions.yaml --keys keys --format tsv | od -An -tx1 | head -n 1",
        in: folder)
      #expect(raw.output.hasPrefix(" ff fe 09"))
    }
  }

  /// The width of the first column comes from the first thousand keys and no key longer than a line.
  @Test func oneLongKeyDoesNotPushTheOthersAside() async throws {
    let long = String(repeating: "x", count: 3000)
    try await Folder.with(["keys": "a\n\(long)\nbb\n"]) { (folder: Folder) async throws in
      let lines = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "keys"], in: folder
      ).output.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(lines[1].hasPrefix("a    "))
      #expect(lines[2].hasPrefix(long + "  "))
    }
  }
}
