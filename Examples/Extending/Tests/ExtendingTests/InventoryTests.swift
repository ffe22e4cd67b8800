import Configurations
import ConsistentHashing
import Extending
import Testing

@Suite struct InventoryTests {
  static let text = """
    pool sessions
    server web-1 10.0.0.1:8080 weight=2.0
    server web-2 10.0.0.2:8080 rack=b7

    """

  private static func read(_ text: String) throws -> ConfigurationReading {
    try InventoryReader().reading(
      of: Array(text.utf8), file: "house.inventory", files: ConfigurationFiles([:]))
  }

  @Test func whatIsReadIsWrittenAgain() throws {
    let readers: [any ConfigurationReader] = [InventoryReader()]
    #expect(readers.reader(for: Array(Self.text.utf8), file: "x")?.system == "inventory")
    let reading = try Self.read(Self.text)
    #expect(reading.verdict == .accepted)
    let placed = try #require(reading.clusters.first).cluster()
    #expect(placed.nodes.map(\.weight) == [2, 1])
    let emission = try InventoryEmitter().emit(placed)
    #expect(emission == Emission(text: Self.text))
    #expect(try houseCatalogue().selector(for: placed).nodes.count == 2)
  }

  @Test func whatIsLeftOutIsNamed() throws {
    let cluster = try Cluster(
      nodes: [Node(id: "a", address: "a:1", zone: "z", state: .down), "b:1"],
      properties: ["keepalive": "16"])
    let placed = PlacedCluster(cluster, Placement(.modulo, ModuloHash.Options()))
    let notes = try InventoryEmitter().emit(placed).notes.map { "\($0)" }
    #expect(
      notes == [
        "keepalive: an inventory has no parameters of pools",
        "zone of 'a': an inventory has no zones", "state of 'a': an inventory has no states",
      ])
    #expect(throws: EmissionError.self) {
      try InventoryEmitter().emit(PlacedCluster(cluster, Placement(rule: "ketama")))
    }
  }

  @Test func mistakesHaveALine() throws {
    let reading = try Self.read("pool a\nserver x y z\nhost\n")
    #expect(reading.problems.map(\.location.line) == [2, 3])
    #expect(!reading.verdict.isAccepted)
    let twice = try Self.read("pool a\nserver x y:1\nserver x z:1\n")
    #expect {
      try twice.clusters[0].cluster()
    } throws: {
      ($0 as? NoCluster)?.location.line == 3
    }
    #expect(
      try Self.read("pool a\n").clusters.first?.result
        == .failure(
          NoCluster(
            .empty, "the cluster has no nodes", remedy: "add a node",
            location: ConfigurationLocation(file: "house.inventory", line: 1))))
  }
}
