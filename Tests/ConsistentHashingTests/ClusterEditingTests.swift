import ConsistentHashing
import Testing

@Suite struct ClusterEditingTests {
  private static func slots(_ cluster: Cluster) -> [String: [Int]] {
    Dictionary(uniqueKeysWithValues: cluster.nodes.map { ($0.id.text, $0.slots) })
  }

  private static let jump = Result {
    try Cluster(
      name: "web", nodes: ["a", Node(address: "b", weight: 3), "c"], algorithm: "jump", key: .uri)
  }

  @Test func removingLeavesSlotsVacant() throws {
    let cluster = try Self.jump.get().removing("a")
    #expect(Self.slots(cluster) == ["b": [1, 3, 4], "c": [2]])
    #expect(cluster.options == ["slots": "5"])
    #expect(cluster.name == "web" && cluster.key == .uri && cluster.algorithm == "jump")
    #expect(try JumpSlots(cluster.nodes, count: 5).owners == [-1, 0, 1, 0, 0])
  }

  @Test func removingTheLastSlotKeepsTheNumberOfSlots() throws {
    let cluster = try Self.jump.get().removing("b")
    #expect(Self.slots(cluster) == ["a": [0], "c": [2]])
    #expect(cluster.options == ["slots": "5"])
  }

  @Test func addingTakesVacantSlotsThenNewOnes() throws {
    let cluster = try Self.jump.get().removing("a").adding("d")
    #expect(Self.slots(cluster) == ["b": [1, 3, 4], "c": [2], "d": [0]])
    #expect(cluster.options == ["slots": "5"])
    let larger = try cluster.removing("c").adding(Node(address: "e", weight: 3))
    #expect(Self.slots(larger) == ["b": [1, 3, 4], "d": [0], "e": [2, 5, 6]])
    #expect(larger.options == ["slots": "7"])
  }

  @Test func addingANodeWithSlotsOfItsOwnMakesRoomForThem() throws {
    let cluster = try Self.jump.get().adding(Node(address: "d", slots: [9]))
    #expect(Self.slots(cluster)["d"] == [9])
    #expect(cluster.options == ["slots": "10"])
    #expect(try Algorithm.jump.selector(for: cluster).nodes.count == 4)
  }

  @Test func addingADrainedNodeTakesNoSlots() throws {
    let cluster = try Self.jump.get().adding(Node(address: "d", weight: 0))
    #expect(Self.slots(cluster) == ["a": [0], "b": [1, 3, 4], "c": [2], "d": []])
    #expect(try Self.slots(cluster.settingWeight(of: "d", to: 2))["d"] == [5, 6])
  }

  @Test func weightsTakeAndGiveUpSlots() throws {
    let cluster = try Self.jump.get()
    #expect(try Self.slots(cluster.settingWeight(of: "a", to: 3))["a"] == [0, 5, 6])
    #expect(try Self.slots(cluster.settingWeight(of: "b", to: 2))["b"] == [1, 3])
    #expect(try Self.slots(cluster.settingWeight(of: "b", to: 1))["b"] == [1])
    let drained = try cluster.settingWeight(of: "b", to: 0)
    #expect(Self.slots(drained)["b"] == [1, 3, 4])
    #expect(drained.nodes[1].weight == 0)
    let back = try drained.settingWeight(of: "b", to: 3)
    #expect(Self.slots(back) == ["a": [0], "b": [1, 3, 4], "c": [2]])
    #expect(back.options == ["slots": "5"])
    for weight in [1.5, -1, .nan, 1e10] {
      #expect(throws: ClusterError.self) { try cluster.settingWeight(of: "a", to: weight) }
    }
  }

  @Test func stateAndAddressKeepSlots() throws {
    let cluster = try Self.jump.get()
    let down = try cluster.settingState(of: "a", to: .down)
    #expect(down.nodes[0].state == .down && Self.slots(down)["a"] == [0])
    let moved = try cluster.readdressing("a", to: "z:1")
    #expect(moved.nodes[0].address == "z:1" && moved.nodes[0].id == "a")
    #expect(throws: ClusterError.self) { try cluster.readdressing("a", to: "b") }
  }

  @Test func otherAlgorithmsGetNoSlots() throws {
    let cluster = try Cluster(nodes: ["a", "b"], options: ["virtual-nodes": "10"])
    let edited = try cluster.adding("c").removing("a").settingWeight(of: "b", to: 2.5)
    #expect(edited.nodes.map(\.id) == ["b", "c"])
    #expect(edited.nodes.map(\.weight) == [2.5, 1])
    #expect(edited.nodes.allSatisfy { $0.slots.isEmpty })
    #expect(edited.options == ["virtual-nodes": "10"])
    let changed = try edited.with(algorithm: "maglev", options: ["table-size": "101"])
    #expect(changed.nodes == edited.nodes && changed.algorithm == "maglev")
    #expect(changed.options == ["table-size": "101"])
    #expect(try changed.with(algorithm: "jump").options == [:])
  }
}
