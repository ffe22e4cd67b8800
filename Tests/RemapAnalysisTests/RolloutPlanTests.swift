import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import RemapAnalysis
import Testing

/// The steps of a change, walked by simulated sessions that follow their server.
@Suite struct RolloutPlanTests {
  static func placed(_ nodes: [Node], _ key: KeySource = .session(.standard)) throws
    -> PlacedCluster
  {
    PlacedCluster(
      try Cluster(name: "shop", nodes: nodes), Placement(rule: "nginx", key: key))
  }

  static let three = [
    Node(id: "a", address: "10.0.0.1:80"), Node(id: "b", address: "10.0.0.2:80"),
    Node(id: "c", address: "10.0.0.3:80"),
  ]

  @Test func whatLeavesDrainsFirst() throws {
    let before = try Self.placed(Self.three)
    let after = try before.applying([
      .remove("b"), .add(Node(id: "d", address: "10.0.0.4:80")), .weight("c", 2),
    ])
    let plan = try RolloutPlan(from: before, to: after, in: .all)
    #expect(plan.keepsSessions && plan.steps.count == 2)
    let first = plan.steps[0]
    #expect(first.joining == ["d"] && first.draining == ["b"])
    #expect(first.leaving.isEmpty && first.moving.isEmpty)
    #expect(first.placed.nodes.map(\.id) == ["a", "b", "c", "d"])
    #expect(first.placed.nodes.map(\.state) == [.up, .drain, .up, .up])
    #expect(first.placed.nodes.map(\.weight) == [1, 1, 2, 1])
    let second = plan.steps[1]
    #expect(second.placed.nodes == after.nodes && second.leaving == ["b"])
    #expect(second.joining.isEmpty && second.draining.isEmpty)

    // Between the steps the same change has one step left, and after it none.
    let rest = try RolloutPlan(
      from: first.placed, to: try first.placed.applying([.remove("b")]), in: .all)
    #expect(rest.steps.map(\.leaving) == [["b"]])
    #expect(try RolloutPlan(from: after, to: after, in: .all).steps.isEmpty)
  }

  @Test func whatLosesNothingIsOneStep() throws {
    let before = try Self.placed(Self.three)
    for event: ScaleEvent in [
      .add(Node(id: "d", address: "d:1")), .weight("a", 3), .weight("a", 0), .drain("b"),
      .rule(Placement(rule: "nginx-hash", key: .session(.standard))),
    ] {
      let plan = try RolloutPlan(from: before, to: try before.applying([event]), in: .all)
      #expect(plan.steps.count == 1 && plan.steps[0].leaving.isEmpty, "\(event)")
    }
    // To be down is to lose the sessions, so it comes after draining.
    let down = try RolloutPlan(from: before, to: try before.applying([.down("b")]), in: .all)
    #expect(down.steps.map { $0.placed.nodes[1].state } == [.drain, .down])
    #expect(down.steps.map(\.leaving) == [[], ["b"]])
    // An identity at another address is another machine.
    let moved = try RolloutPlan(
      from: before, to: try before.applying([.replace("b", address: "10.0.0.9:80")]), in: .all)
    #expect(moved.steps.map(\.moving) == [["b"]])
  }

  @Test func keysThatAreHashedHaveOneStep() throws {
    for key: KeySource? in [nil, .cookie("user"), .session(try SessionAffinity(follow: .key))] {
      let before = PlacedCluster(
        try Cluster(nodes: Self.three), Placement(rule: "nginx", key: key))
      let plan = try RolloutPlan(from: before, to: try before.applying([.remove("a")]), in: .all)
      #expect(!plan.keepsSessions && plan.steps.map(\.leaving) == [["a"]])
    }
  }

  /// Random changes of random clusters.
  ///
  /// A session moves only with a step in which its server leaves.
  @Test func noOtherSessionMoves() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    for round in 0..<200 {
      let count = Int.random(in: 1...12, using: &random)
      let nodes = (0..<count).map { index in
        Node(
          id: NodeID("n\(index)"), address: "10.0.\(round).\(index):80",
          weight: Double(Int.random(in: 1...3, using: &random)),
          state: index == 0 ? .up : Node.State.allCases[Int.random(in: 0..<3, using: &random)])
      }
      let before = try Self.placed(nodes)
      var events: [ScaleEvent] = []
      for node in nodes.dropFirst() where Int.random(in: 0..<3, using: &random) == 0 {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: events.append(.remove(node.id))
        case 1: events.append(.down(node.id))
        case 2: events.append(.drain(node.id))
        default: events.append(.weight(node.id, 5))
        }
      }
      if Bool.random(using: &random) {
        events.append(.add(Node(id: "new", address: "10.1.0.1:80")))
      }
      let after = try before.applying(events)
      let plan = try RolloutPlan(from: before, to: after, in: .all)
      #expect(plan.steps.last?.placed.nodes ?? before.nodes == after.nodes, "seed \(seed)")

      var servers: [NodeID] = before.nodes.filter { $0.state != .down }.map(\.id)
      var now = before
      for step in plan.steps {
        let reachable = Set(step.placed.nodes.filter { $0.state != .down }.map(\.id))
        let lost = Set(servers).subtracting(reachable)
        #expect(lost == Set(step.leaving), "seed \(seed), round \(round)")
        // Whoever leaves had been told to drain, so that its sessions could end.
        for id in step.leaving {
          #expect(
            now.nodes.contains { $0.id == id && ($0.state == .drain) },
            "seed \(seed), round \(round)")
        }
        servers =
          servers.filter { reachable.contains($0) } + step.joining.filter { reachable.contains($0) }
        now = step.placed
      }
    }
  }
}
