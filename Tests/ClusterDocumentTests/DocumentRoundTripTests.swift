import ClusterDocument
import ConsistentHashing
import ConsistentHashingTesting
import Foundation
import Testing

/// What is written reads as the same value, in both formats.
@Suite struct DocumentRoundTripTests {
  static let properties = ["backup", "guid", "address"]

  @Test func everyPlacedClusterReadsAsItWasWritten() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var wrong: [String] = []
    for _ in 0..<1500 {
      let placed = try Self.placedCluster(using: &random, texts: DocumentWriterTests.texts)
      let names = Bool.random(using: &random) ? Self.properties : []
      let text = ClusterDocument.text(of: placed, properties: names)
      do throws(DocumentError) {
        let again = try ClusterDocument(yaml: text, file: "again", properties: names).placed
        if again != placed { wrong.append(text) }
        if ClusterDocument.text(of: again, properties: names) != text { wrong.append(text) }
      } catch {
        wrong.append("\(error)\n\(text)")
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
  }

  /// JSON allows some characters in texts that YAML allows only by number, or reads as line breaks.
  static let textsOfJSON = DocumentWriterTests.texts.filter { text in
    text.unicodeScalars.allSatisfy { scalar in
      !(0x7F...0x9F).contains(scalar.value)
        && ![0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF].contains(scalar.value)
    }
  }

  @Test func theJSONOfAPlacedClusterIsADocument() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var wrong: [String] = []
    let encoder = JSONEncoder()
    let tidy = JSONEncoder()
    tidy.outputFormatting = [.prettyPrinted, .sortedKeys]
    for _ in 0..<500 {
      let placed = try Self.placedCluster(using: &random, texts: Self.textsOfJSON)
      for encoder in [encoder, tidy] {
        let json = try encoder.encode(placed)
        let text = String(decoding: json, as: UTF8.self)
        do throws(DocumentError) {
          let document = try ClusterDocument(
            yaml: text, file: "json", properties: Self.properties)
          if document.placed != placed { wrong.append(text) }
        } catch {
          wrong.append("\(error)\n\(text)")
        }
        let decoded = try JSONDecoder().decode(PlacedCluster.self, from: json)
        if decoded != placed { wrong.append("decoded: \(text)") }
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
  }

  @Test func bothReadersTakeTheNumberOfSlotsForTheWeight() throws {
    let json =
      #"{"nodes": [{"address": "a:1", "slots": [0, 5]}, {"address": "b:1", "slots": [2]}]}"#
    let decoded = try JSONDecoder().decode(PlacedCluster.self, from: Data(json.utf8))
    #expect(decoded.nodes.map(\.weight) == [2, 1])
    #expect(try ClusterDocument(yaml: json, file: "json").placed == decoded)
  }

  // MARK: Clusters

  /// As many slots for each node as it needs, in any order; some or none for one of weight 0.
  private static func slots(of nodes: [Node], using random: inout SeededGenerator) -> [[Int]] {
    var slots = (0..<10_000).shuffled(using: &random)
    return nodes.map { node in
      let count =
        node.weight == 0
        ? Int.random(in: 0...2, using: &random) : Int(node.weight.rounded(.up))
      defer { slots.removeLast(count) }
      return Array(slots.suffix(count))
    }
  }

  static func placedCluster(using random: inout SeededGenerator, texts: [String]) throws
    -> PlacedCluster
  {
    func text() -> String { texts[Int.random(in: 0..<texts.count, using: &random)] }
    func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
    func someTexts(_ names: [String]) -> [String: String] {
      var some: [String: String] = [:]
      while chance(2) {
        some[chance(2) ? text() : names.randomElement(using: &random) ?? ""] = text()
      }
      return some
    }
    let repeats = chance(3)
    let nodes = (0..<Int.random(in: 1...6, using: &random)).map { position in
      let weights: [Double] = [1, 1, 1, 2, 3, 0, 0.5, 2.25, 1e-6, 1000]
      return Node(
        id: chance(2) ? nil : NodeID("\(position) \(["é", "a,b", "'", "#"][position % 4])"),
        address: ["h\(position):1", "[::\(position + 1)]:80", "unix:/run/\(position).sock"][
          Int.random(in: 0..<3, using: &random)],
        weight: weights[Int.random(in: 0..<weights.count, using: &random)],
        zone: chance(4) ? "zone \(position)" : nil,
        state: Node.State.allCases[Int.random(in: 0..<3, using: &random)],
        properties: someTexts(properties + ["id", "slots", "properties"]))
    }
    let lists = chance(3) ? Self.slots(of: nodes, using: &random) : nil
    var cluster = try Cluster(
      name: chance(2) ? "cluster" : "a: \"name\"", nodes: nodes, slots: lists,
      slotCount: lists?.joined().isEmpty == true || chance(3) ? 20_000 : nil,
      properties: someTexts(["keepalive", "zone"]),
      allowsRepeatedAddresses: repeats)
    // Changes leave slots where they are, so that they no longer follow from the list.
    if chance(3) { cluster = try cluster.adding(Node(address: "new:1", weight: 2)) }
    if chance(3), cluster.nodes.count > 1 { cluster = try cluster.removing(cluster.nodes[0].id) }
    if chance(3) { cluster = try cluster.settingWeight(of: cluster.nodes[0].id, to: 4) }
    if chance(6) { cluster = try cluster.settingWeight(of: cluster.nodes[0].id, to: 0) }
    if repeats {
      cluster = try cluster.adding(Node(id: "repeated", address: cluster.nodes[0].address))
    }
    let affinity = try SessionAffinity(
      cookie: chance(2) ? "route" : "c'1", follow: chance(2) ? .server : .key,
      lifetime: chance(2) ? nil : Int.random(in: SessionAffinity.lifetimes, using: &random),
      sameSite: SessionAffinity.SameSite.allCases.randomElement(using: &random) ?? .lax,
      secure: chance(2) ? .auto : .always, path: chance(2) ? "/" : "/#'{a}",
      domain: chance(2) ? nil : "a.example", header: chance(2) ? "X-Route-Id" : "X!",
      secret: chance(2) ? nil : "sixteen bytes of " + text())
    let keys: [KeySource?] = [
      nil, .cookie("a\"b"), .argument("q"), .header("x"), .uri, .session(.standard),
      .session(affinity), .session(try SessionAffinity(fallback: .header("a\"b"))),
    ]
    return PlacedCluster(
      cluster,
      Placement(
        rule: chance(2) ? "ketama" : text(), options: someTexts(["table-size", "seed"]),
        key: keys[Int.random(in: 0..<keys.count, using: &random)]))
  }
}
