import ConsistentHashing
import Testing

@Suite struct ClusterTests {
  /// What throws, and the error's code and subject.
  typealias Mistake = (
    code: ClusterError.Code, subject: ClusterError.Subject, make: @Sendable () throws -> Void
  )

  private static func nodes(_ nodes: Node..., make: (Cluster) throws -> Void = { _ in }) throws {
    try make(Cluster(nodes: nodes))
  }

  private static func select(
    _ rule: PlacementRule, _ options: [String: String], _ nodes: [Node] = ["a", "b"]
  ) throws {
    _ = try rule.selector(for: Cluster(nodes: nodes), options: options)
  }

  private static func slots(_ slots: [Int]..., count: Int? = nil, weight: Double = 1) throws {
    _ = try Cluster(
      nodes: [Node(address: "a", weight: weight), "b"], slots: slots, slotCount: count)
  }

  static let mistakes: [Mistake] = [
    (.emptyCluster, .cluster, { _ = try Cluster(nodes: []) }),
    (.emptyCluster, .cluster, { _ = try Cluster(nodes: ["a"]).removing("a") }),
    (.invalidName, .name, { _ = try Cluster(name: "", nodes: ["a"]) }),
    (.invalidName, .name, { _ = try Cluster(name: "a\nb", nodes: ["a"]) }),
    (.invalidName, .name, { _ = try Cluster(name: "a\u{2028}b", nodes: ["a"]) }),
    (.invalidID, .node(1), { try nodes("a", Node(id: "", address: "b")) }),
    (.invalidID, .node(0), { try nodes(Node(id: "a\0", address: "b")) }),
    (.invalidID, .node(0), { try nodes(Node(id: "a\u{85}", address: "b")) }),
    (.duplicateID, .node(1), { try nodes("a", Node(id: "a", address: "b")) }),
    (.invalidAddress, .node(1), { try nodes("a", Node(id: "b", address: "b:0")) }),
    (.invalidAddress, .node(0), { try nodes(Node(id: "b", address: "")) }),
    (.duplicateAddress, .node(2), { try nodes("a", "b", Node(id: "c", address: "a")) }),
    (.invalidWeight, .node(0), { try nodes(Node(address: "a", weight: -1)) }),
    (.invalidWeight, .node(0), { try nodes(Node(address: "a", weight: .nan)) }),
    (.invalidWeight, .node(0), { try nodes(Node(address: "a", weight: .infinity)) }),
    (.invalidWeight, .node(0), { try nodes(Node(address: "a", weight: 9e-7)) }),
    (.invalidWeight, .node(0), { try nodes(Node(address: "a", weight: 1_000_000_001)) }),
    (.invalidWeight, .node(1), { try select(.jump, [:], ["a", Node(address: "b", weight: 1.5)]) }),
    (.invalidZone, .node(0), { try nodes(Node(address: "a", zone: "")) }),
    (.invalidZone, .node(0), { try nodes(Node(address: "a", zone: "z\t")) }),
    (.invalidSlots, .node(1), { try slots([0], []) }),
    (.invalidSlots, .cluster, { try slots([0]) }),
    (.invalidSlots, .node(0), { try slots([0], [1], weight: 2) }),
    (.invalidSlots, .node(0), { try slots([-1], [1]) }),
    (.invalidSlots, .node(0), { try slots([1 << 24], [1]) }),
    (.invalidSlots, .node(0), { try slots([3, 3], [1], weight: 2) }),
    (.invalidSlots, .node(1), { try slots([3], [3]) }),
    (.invalidSlots, .option("slots"), { try slots([3], [4], count: 4) }),
    (.invalidSlots, .option("slots"), { _ = try Cluster(nodes: ["a", "b"], slotCount: 1) }),
    (
      .invalidSlots, .option("slots"),
      { _ = try JumpHash(nodes: ["a"], slotCount: SlotAssignment.maximumCount + 1) }
    ),
    (.noAvailableNode, .cluster, { try select(.ketama, [:], [Node(address: "a", weight: 0)]) }),
    (.noAvailableNode, .cluster, { try select(.jump, [:], [Node(address: "a", state: .down)]) }),
    (
      .noAvailableNode, .cluster,
      { try select(.rendezvous, [:], [Node(address: "a", state: .drain)]) }
    ),
    (.noAvailableNode, .cluster, { try select(.maglev, [:], [Node(address: "a", state: .down)]) }),
    (.unknownOption, .option("table-size"), { try select(.ketama, ["table-size": "7"]) }),
    (.unknownOption, .option("a"), { try select(.ketama, ["b": "", "a": ""]) }),
    (.invalidOption, .option("virtual-nodes"), { try select(.ketama, ["virtual-nodes": "0"]) }),
    (
      .invalidOption, .option("virtual-nodes"),
      { _ = try KetamaRing(nodes: ["a"], virtualNodes: 1_000_001) }
    ),
    (.invalidOption, .option("seed"), { try select(.jump, ["seed": "-1"]) }),
    (.invalidOption, .option("seed"), { try select(.jump, ["seed": "one"]) }),
    (.invalidOption, .option("table-size"), { try select(.maglev, ["table-size": "65536"]) }),
    (.invalidOption, .option("table-size"), { try select(.maglev, ["table-size": "2"], abc) }),
    (
      .invalidOption, .option("table-size"),
      { _ = try MaglevTable(nodes: ["a"], tableSize: 5_000_081) }
    ),
    (.tooLarge, .cluster, { try select(.ketama, [:], [Node(address: "a", weight: 1e9)]) }),
    (.tooLarge, .node(1), { try select(.jump, [:], ["a", Node(address: "b", weight: 1e9)]) }),
    (.invalidSlots, .option("slots"), { _ = try JumpHash(nodes: ["a", "b"], slotCount: 1) }),
    (
      .unknownAlgorithm, .algorithm, { _ = try RuleCatalogue.native.rule(named: "maglef") }
    ),
    (.unknownNode, .cluster, { _ = try Cluster(nodes: ["a"]).removing("b") }),
    (.unknownNode, .cluster, { _ = try Cluster(nodes: ["a"]).settingWeight(of: "b", to: 1) }),
    (.unknownNode, .cluster, { _ = try Cluster(nodes: ["a"]).settingState(of: "b", to: .down) }),
    (.unknownNode, .cluster, { _ = try Cluster(nodes: ["a"]).readdressing("b", to: "c") }),
  ]
  private static let abc: [Node] = ["a", "b", "c"]

  @Test(arguments: mistakes.indices)
  func saysWhatIsWrongAndWhere(_ index: Int) {
    let mistake = Self.mistakes[index]
    #expect {
      try mistake.make()
    } throws: { error in
      guard let error = error as? ClusterError else { return false }
      return error.code == mistake.code && error.subject == mistake.subject
        && !error.problem.isEmpty && !error.remedy.isEmpty
        && error.description == "\(error.problem); \(error.remedy)"
        && !error.description.contains("\n")
    }
  }

  @Test func everyCodeOfTheLibraryIsReached() {
    let codes: Set<ClusterError.Code> = [
      .emptyCluster, .noAvailableNode, .invalidName, .invalidID, .duplicateID, .invalidAddress,
      .duplicateAddress, .invalidWeight, .invalidZone, .invalidSlots, .invalidOption,
      .unknownOption, .unknownAlgorithm, .unknownNode, .tooLarge,
    ]
    #expect(Set(Self.mistakes.map(\.code)) == codes)
  }

  @Test func remediesCanBeTaken() throws {
    #expect {
      try Self.select(.maglev, ["table-size": "65536"])
    } throws: {
      ($0 as? ClusterError)?.remedy == "use 65537"
    }
    #expect {
      try Self.select(.ketama, ["virtual": "1"])
    } throws: {
      ($0 as? ClusterError)?.remedy == "it takes virtual-nodes, seed"
    }
    #expect {
      try Self.select(.ketama, ["virtual-nodes": "many"])
    } throws: {
      ($0 as? ClusterError)?.remedy == "use 1 to 1000000"
    }
  }

  @Test func takesTheLimits() throws {
    let cluster = try Cluster(nodes: [
      Node(address: "a", weight: 1e-6), Node(address: "b", weight: 1e9),
      Node(address: "c", weight: 0), Node(address: "d", weight: -0.0),
    ])
    let ring = try KetamaRing(cluster.settingWeight(of: "b", to: 1e5), virtualNodes: 1)
    #expect(ring.pointCount == 100_001)
    #expect(cluster.nodes.map(\.isMember) == [true, true, false, false])
  }

  @Test func statesTellWhoTakesPart() {
    let states = Node.State.allCases.map { Node(address: "a", state: $0) }
    #expect(states.map(\.isMember) == [true, true, false])
    #expect(states.map(\.isAvailable) == [true, false, false])
  }

  @Test func readsKeySources() {
    let texts: [(String, KeySource)] = [
      ("cookie:sid", .cookie("sid")), ("arg:user", .argument("user")),
      ("header:X-User", .header("X-User")), ("remote-addr", .remoteAddress), ("uri", .uri),
      ("cookie:a:b", .cookie("a:b")),
    ]
    for (text, source) in texts {
      #expect(KeySource(text) == source)
      #expect(source.description == text)
    }
    for text in ["", "cookie:", "cookie", "arg:a b", "header:é", "URI", "uri ", "cookie:\u{301}a"] {
      #expect(KeySource(text) == nil, "\(text)")
    }
  }
}
