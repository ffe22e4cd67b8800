import ConsistentHashing
import RemapAnalysis
import Testing

@Suite struct ScaleEventTests {
  static func jump(_ weights: [Double]) throws -> Cluster {
    try RemapCounterTests.cluster(weights, algorithm: .jump)
  }

  static func report(_ cluster: Cluster, _ events: ScaleEvent...) throws -> RemapReport {
    try RemapCounterTests.report(cluster, events, .jump)
  }

  @Test func aNodeThatLeavesJumpLeavesItsSlotsVacant() throws {
    let cluster = try Self.jump([1, 2, 1, 1])
    let after = try cluster.applying([.remove("n1")])
    #expect(after.nodes.map(\.slots) == [[0], [2], [3]])
    #expect(after.options["slots"] == "5")
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
      try cluster.applying([.add(Node(address: "new:80", weight: 2))]).nodes[3].slots == [3, 4])
    #expect(report.moved > 0)
    #expect(report.flows.allSatisfy { $0.to == "new" && !$0.isNeedless })
  }

  @Test func weightsOfJumpAreNumbersOfSlots() throws {
    let cluster = try Self.jump([1, 2, 1])
    let more = try cluster.applying([.weight("n0", 3)])
    #expect(more.nodes.map(\.slots) == [[0, 4, 5], [1, 3], [2]])
    let fewer = try cluster.applying([.weight("n1", 1)])
    #expect(fewer.nodes.map(\.slots) == [[0], [1], [2]])
    #expect(fewer.options["slots"] == "4")
    let drained = try cluster.applying([.weight("n1", 0)])
    #expect(drained.nodes.map(\.slots) == [[0], [1, 3], [2]])
    #expect(throws: ClusterError.self) { try cluster.applying([.weight("n1", 0.5)]) }
  }

  /// A document that gives slots can be compared under other algorithms, where they mean nothing.
  @Test func slotsAreNoObstacleUnderOtherAlgorithms() throws {
    let cluster = try Cluster(
      nodes: [
        Node(address: "a:1", slots: [0]), Node(address: "b:1", slots: [1, 2]),
      ], algorithm: "ketama")
    let events: [ScaleEvent] = [
      .weight("b:1", 1.5), .add(Node(address: "c:1")), .remove("a:1"),
    ]
    let after = try cluster.applying(events)
    #expect(after.nodes == [Node(address: "b:1", weight: 1.5), Node(address: "c:1")])
  }

  @Test func eventsApplyOneAfterAnother() throws {
    let cluster = try Cluster(nodes: ["a:1", "b:1"])
    let after = try cluster.applying([
      .remove("a:1"), .replace("b:1", address: "a:1"), .weight("b:1", 2), .down("b:1"),
      .add(Node(id: "c", address: "b:1", weight: 0.5)),
    ])
    #expect(
      after.nodes == [
        Node(id: "b:1", address: "a:1", weight: 2, state: .down),
        Node(id: "c", address: "b:1", weight: 0.5),
      ])
    #expect(try cluster.applying([]) == cluster)
  }

  @Test func eventsThatCannotBeAppliedSayWhy() throws {
    let cluster = try Cluster(nodes: ["a:1", "b:1"])
    let cases: [(ScaleEvent, ClusterError.Code)] = [
      (.add("a:1"), .duplicateID), (.add(Node(id: "c", address: "a:1")), .duplicateAddress),
      (.add(Node(id: "c", address: "")), .invalidAddress), (.remove("c"), .unknownNode),
      (.down("c"), .unknownNode), (.weight("c", 1), .unknownNode),
      (.weight("a:1", .nan), .invalidWeight), (.weight("a:1", .infinity), .invalidWeight),
      (.weight("a:1", -1), .invalidWeight), (.replace("c", address: "d:1"), .unknownNode),
      (.replace("a:1", address: "b:1"), .duplicateAddress),
    ]
    var wrong: [String] = []
    for (event, code) in cases {
      do throws(ClusterError) {
        _ = try event.applied(to: cluster)
        wrong.append("\(event) was applied")
      } catch {
        if error.code != code { wrong.append("\(event): \(error)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(throws: ClusterError.self) { try cluster.applying([.remove("a:1"), .remove("b:1")]) }
  }

  @Test func balanceCountsEveryKeyOnce() throws {
    let cluster = try Cluster(nodes: [
      Node(address: "a:1"), Node(address: "b:1", weight: 3), Node(address: "c:1", state: .drain),
    ])
    var counter = try BalanceCounter(cluster, .rendezvous)
    for number in 0..<8000 { counter.count("b\(number)".utf8.span) }
    let report = counter.report(of: .given)
    #expect(report.total == 8000 && report.stateful == 0)
    #expect(report.nodes.map(\.target) == [0.25, 0.75, 0])
    #expect(report.nodes[2].count == 0)
    #expect(report.nodes.reduce(0) { $0 + $1.count } == 8000)
    // Five standard deviations of a count.
    #expect(abs(Double(report.nodes[0].count) - 2000) < 5 * (8000 * 0.25 * 0.75).squareRoot())
    #expect(report.expectedPeak.map { $0 > 1 && $0 < 1.05 } == true)
  }
}
