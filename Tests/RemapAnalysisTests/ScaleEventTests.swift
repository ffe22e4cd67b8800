import ConsistentHashing
import ProxyProfiles
import RemapAnalysis
import Testing

@Suite struct ScaleEventTests {
  static func jump(_ weights: [Double]) throws -> PlacedCluster {
    try RemapCounterTests.cluster(weights, .jump)
  }

  static func report(_ placed: PlacedCluster, _ events: ScaleEvent...) throws -> RemapReport {
    try RemapCounterTests.report(placed, events)
  }

  /// The slots of each node.
  static func slots(_ placed: PlacedCluster) -> [[Int]] {
    placed.nodes.indices.map { placed.cluster.slots.slots(ofNode: $0).flatMap { Array($0) } }
  }

  @Test func aNodeThatLeavesJumpLeavesItsSlotsVacant() throws {
    let cluster = try Self.jump([1, 2, 1, 1])
    let after = try cluster.applying([.remove("n1")])
    #expect(Self.slots(after) == [[0], [2], [3]])
    #expect(after.cluster.slots.count == 5)
    let report = try Self.report(cluster, .remove("n1"))
    #expect(report.moved > 0 && report.needless == 0)
    #expect(report.flows.allSatisfy { $0.from == "n1" })
  }

  @Test func aNodeThatJoinsJumpTakesTheVacantSlot() throws {
    let cluster = try Self.jump([1, 1, 1, 1])
    let report = try Self.report(
      cluster, .remove("n1"), .add(Node(id: "new", address: "new:80")))
    #expect(report.flows.count == 1)
    #expect(report.flows.first?.from == "n1" && report.flows.first?.to == "new")
    #expect(report.moved == report.nodes.first { $0.id == "n1" }?.before)
  }

  @Test func aNodeThatJoinsAFullJumpMovesKeysOnlyToItself() throws {
    let cluster = try Self.jump([1, 1, 1])
    let report = try Self.report(cluster, .add(Node(id: "new", address: "new:80", weight: 2)))
    #expect(
      try Self.slots(cluster.applying([.add(Node(address: "new:80", weight: 2))]))[3] == [3, 4])
    #expect(report.moved > 0)
    #expect(report.flows.allSatisfy { $0.to == "new" && !$0.isNeedless })
  }

  @Test func weightsOfJumpAreNumbersOfSlots() throws {
    let cluster = try Self.jump([1, 2, 1])
    let more = try cluster.applying([.weight("n0", 3)])
    #expect(Self.slots(more) == [[0, 4, 5], [1, 3], [2]])
    let fewer = try cluster.applying([.weight("n1", 1)])
    #expect(Self.slots(fewer) == [[0], [1], [2]])
    #expect(fewer.cluster.slots.count == 4)
    let drained = try cluster.applying([.weight("n1", 0)])
    #expect(Self.slots(drained) == [[0], [1, 3], [2]])
    let half = try cluster.applying([.weight("n1", 0.5)])
    #expect(throws: ClusterError.self) { try RuleCatalogue.native.selector(for: half) }
  }

  /// Nodes that join take the vacant slots of the cluster first.
  @Test func vacantSlotsAreTakenFirst() throws {
    let nodes = try Self.jump([1, 1, 1]).cluster.nodes
    let placed = PlacedCluster(
      try Cluster(nodes: nodes, slotCount: 5), Placement(rule: "jump"))
    let two = Node(id: "new", address: "new:80", weight: 2)
    let full = try placed.applying([.add(two)])
    #expect(Self.slots(full)[3] == [3, 4] && full.cluster.slots.count == 5)
    let more = try full.applying([.weight("n0", 2)])
    #expect(Self.slots(more)[0] == [0, 5] && more.cluster.slots.count == 6)
    let report = try Self.report(placed, .add(two))
    #expect(report.moved > 0 && report.flows.allSatisfy { $0.to == "new" && !$0.isNeedless })
    #expect(try Self.report(placed, .up("n0")).moved == 0)
  }

  /// A document that gives slots can be compared under other rules, where they mean nothing.
  @Test func slotsDoNotMatterToOtherRules() throws {
    let placed = try PlacedCluster(
      Cluster(
        nodes: [Node(address: "a:1"), Node(address: "b:1", weight: 2)], slots: [[0], [1, 2]]))
    let events: [ScaleEvent] = [
      .weight("b:1", 1.5), .add(Node(address: "c:1")), .remove("a:1"),
    ]
    let after = try placed.applying(events)
    #expect(after.nodes == [Node(address: "b:1", weight: 1.5), Node(address: "c:1")])
    let report = try RemapCounterTests.report(placed, events)
    let anew = try RemapCounterTests.counter(placed, PlacedCluster(Cluster(nodes: after.nodes)))
    var counter = anew
    for key in RemapCounterTests.keys { counter.count(key.utf8.span) }
    #expect(counter.report(of: .given) == report)
  }

  @Test func statesAreSet() throws {
    let placed = try PlacedCluster(Cluster(nodes: ["a:1", "b:1", "c:1"]))
    func states(_ events: ScaleEvent...) throws -> [Node.State] {
      try placed.applying(events).nodes.map(\.state)
    }
    #expect(try states(.down("a:1"), .drain("b:1")) == [.down, .drain, .up])
    #expect(try states(.down("a:1"), .drain("b:1"), .up("a:1"), .up("b:1")) == [.up, .up, .up])
  }

  /// A change of rule keeps the membership, and may move every key.
  @Test func anotherRuleIsAnEvent() throws {
    let placed = try Self.jump([1, 2, 1])
    let placement = Placement(rule: "maglev", options: ["table-size": "101"], key: .uri)
    let after = try placed.applying([.rule(placement), .remove("n0")])
    #expect(after.placement == placement)
    #expect(after.nodes.map(\.id) == ["n1", "n2"])
    let report = try Self.report(placed, .rule(placement))
    #expect(report.moved > 0 && report.floor.any == 0)
    #expect(report.needless == report.moved)
    #expect(throws: ClusterError.self) {
      try Self.report(placed, .rule(Placement(rule: "unknown")))
    }
  }

  @Test func eventsApplyOneAfterAnother() throws {
    let placed = try PlacedCluster(Cluster(nodes: ["a:1", "b:1"]))
    let after = try placed.applying([
      .remove("a:1"), .replace("b:1", address: "a:1"), .weight("b:1", 2), .down("b:1"),
      .add(Node(id: "c", address: "b:1", weight: 0.5)),
    ])
    #expect(
      after.nodes == [
        Node(id: "b:1", address: "a:1", weight: 2, state: .down),
        Node(id: "c", address: "b:1", weight: 0.5),
      ])
    #expect(try placed.applying([]) == placed)
  }

  @Test func eventsThatCannotBeAppliedSayWhy() throws {
    let placed = try PlacedCluster(Cluster(nodes: ["a:1", "b:1"]))
    let cases: [(ScaleEvent, ClusterError.Code)] = [
      (.add("a:1"), .duplicateID), (.add(Node(id: "c", address: "a:1")), .duplicateAddress),
      (.add(Node(id: "c", address: "")), .invalidAddress), (.remove("c"), .unknownNode),
      (.down("c"), .unknownNode), (.up("c"), .unknownNode), (.drain("c"), .unknownNode),
      (.weight("c", 1), .unknownNode),
      (.weight("a:1", .nan), .invalidWeight), (.weight("a:1", .infinity), .invalidWeight),
      (.weight("a:1", -1), .invalidWeight), (.replace("c", address: "d:1"), .unknownNode),
      (.replace("a:1", address: "b:1"), .duplicateAddress),
    ]
    var wrong: [String] = []
    for (event, code) in cases {
      do throws(ClusterError) {
        _ = try event.applied(to: placed)
        wrong.append("\(event) was applied")
      } catch {
        if error.code != code { wrong.append("\(event): \(error)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(throws: ClusterError.self) { try placed.applying([.remove("a:1"), .remove("b:1")]) }
  }
}
