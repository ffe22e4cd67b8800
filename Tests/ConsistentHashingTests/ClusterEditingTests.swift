import ConsistentHashingTesting
import Testing

@testable import ConsistentHashing

@Suite struct ClusterEditingTests {
  private static func slots(_ cluster: Cluster) -> [String: [Int]] {
    Dictionary(
      uniqueKeysWithValues: cluster.nodes.enumerated().map {
        ($1.id.text, cluster.slots.slots(ofNode: $0).flatMap { Array($0) })
      })
  }

  private static let web = Result {
    try Cluster(name: "web", nodes: ["a", Node(address: "b", weight: 3), "c"])
  }

  @Test func removingLeavesSlotsVacant() throws {
    let cluster = try Self.web.get().removing("a")
    #expect(Self.slots(cluster) == ["b": [1, 3, 4], "c": [2]])
    #expect(cluster.slots.count == 5)
    #expect(cluster.name == "web")
    #expect(cluster.slots.owners() == [-1, 0, 1, 0, 0])
  }

  @Test func removingTheLastSlotKeepsTheNumberOfSlots() throws {
    let cluster = try Self.web.get().removing("b")
    #expect(Self.slots(cluster) == ["a": [0], "c": [2]])
    #expect(cluster.slots.count == 5)
  }

  @Test func addingTakesVacantSlotsThenNewOnes() throws {
    let cluster = try Self.web.get().removing("a").adding("d")
    #expect(Self.slots(cluster) == ["b": [1, 3, 4], "c": [2], "d": [0]])
    #expect(cluster.slots.count == 5)
    let larger = try cluster.removing("c").adding(Node(address: "e", weight: 3))
    #expect(Self.slots(larger) == ["b": [1, 3, 4], "d": [0], "e": [2, 5, 6]])
    #expect(larger.slots.count == 7)
  }

  @Test func addingANodeWithSlotsOfItsOwnMakesRoomForThem() throws {
    let cluster = try Self.web.get().adding("d", slots: [9])
    #expect(Self.slots(cluster)["d"] == [9])
    #expect(cluster.slots.count == 10)
    #expect(try JumpHash(cluster).nodes.count == 4)
    #expect(throws: ClusterError.self) { try Self.web.get().adding("d", slots: [4]) }
    #expect(throws: ClusterError.self) { try Self.web.get().adding("d", slots: [5, 6]) }
    #expect(throws: ClusterError.self) { try Self.web.get().adding("d", slots: [-1]) }
    #expect(throws: ClusterError.self) { try Self.web.get().adding("d", slots: [1 << 24]) }
  }

  @Test func addingADrainedNodeTakesNoSlots() throws {
    let cluster = try Self.web.get().adding(Node(address: "d", weight: 0))
    #expect(Self.slots(cluster) == ["a": [0], "b": [1, 3, 4], "c": [2], "d": []])
    #expect(try Self.slots(cluster.settingWeight(of: "d", to: 2))["d"] == [5, 6])
  }

  @Test func weightsTakeAndGiveUpSlots() throws {
    let cluster = try Self.web.get()
    #expect(try Self.slots(cluster.settingWeight(of: "a", to: 3))["a"] == [0, 5, 6])
    #expect(try Self.slots(cluster.settingWeight(of: "b", to: 2))["b"] == [1, 3])
    #expect(try Self.slots(cluster.settingWeight(of: "b", to: 1))["b"] == [1])
    let drained = try cluster.settingWeight(of: "b", to: 0)
    #expect(Self.slots(drained)["b"] == [1, 3, 4])
    #expect(drained.nodes[1].weight == 0)
    let back = try drained.settingWeight(of: "b", to: 3)
    #expect(Self.slots(back) == ["a": [0], "b": [1, 3, 4], "c": [2]])
    #expect(back.slots.count == 5)
    #expect(back == cluster)
    for weight in [-1, .nan, 1e10, 1e-7] {
      #expect(throws: ClusterError.self) { try cluster.settingWeight(of: "a", to: weight) }
    }
  }

  /// Weights that are no numbers of slots are rounded up, and come back to where they were.
  @Test func fractionsTakeWholeSlots() throws {
    let cluster = try Self.web.get()
    let half = try cluster.settingWeight(of: "a", to: 1.5)
    #expect(Self.slots(half)["a"] == [0, 5])
    #expect(throws: ClusterError.self) { try JumpHash(half) }
    #expect(try Self.slots(half.settingWeight(of: "a", to: 1))["a"] == [0])
    #expect(try Self.slots(cluster.settingWeight(of: "a", to: 0.2))["a"] == [0])
    #expect(
      try Cluster(nodes: [Node(address: "a", weight: 1e9), "b"]).slots.count == 1_000_000_001)
  }

  /// Slots are the same whatever rule is asked, and survive every edit: nobody else's keys move.
  @Test func slotsDoNotDependOnARule() throws {
    let before = try Cluster(nodes: (0..<10).map { Node(address: "node-\($0)") })
    var generator = SeededGenerator(seed: 3)
    let hashes = (0..<5000).map { _ in generator.next() }
    func moved(_ after: Cluster) throws -> (all: Int, needless: Int) {
      let (old, new) = (try JumpHash(before), try JumpHash(after))
      let left = Set(after.nodes.map(\.id))
      let joined = left.subtracting(before.nodes.map(\.id))
      var all = 0
      var needless = 0
      for hash in hashes {
        let from = before.nodes[old.index(forHash: hash)].id
        let to = after.nodes[new.index(forHash: hash)].id
        if from != to { all += 1 }
        if from != to, left.contains(from), !joined.contains(to) { needless += 1 }
      }
      return (all, needless)
    }
    let removed = try moved(before.removing("node-4"))
    #expect(removed.needless == 0 && (400...600).contains(removed.all))
    let replaced = try moved(before.replacing("node-4", with: "other"))
    #expect(replaced.needless == 0 && replaced.all == removed.all)
    let grown = try moved(before.removing("node-4").adding("other").adding("more"))
    #expect(grown.needless == 0)
  }

  @Test func givenSlotsSurviveEdits() throws {
    let cluster = try Cluster(
      nodes: [Node(address: "a", weight: 2), "b"], slots: [[5, 2], [0]]
    ).adding("c")
    #expect(Self.slots(cluster) == ["a": [2, 5], "b": [0], "c": [1]])
    #expect(cluster.slots.count == 6)
  }

  @Test func stateAndAddressKeepSlots() throws {
    let cluster = try Self.web.get()
    let down = try cluster.settingState(of: "a", to: .down)
    #expect(down.nodes[0].state == .down && Self.slots(down)["a"] == [0])
    let moved = try cluster.readdressing("a", to: "z:1")
    #expect(moved.nodes[0].address == "z:1" && moved.nodes[0].id == "a")
    #expect(throws: ClusterError.self) { try cluster.readdressing("a", to: "b") }
  }
}
