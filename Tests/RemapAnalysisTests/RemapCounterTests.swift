import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import RemapAnalysis
import Testing

@Suite struct RemapCounterTests {
  static func cluster(
    _ weights: [Double], _ rule: PlacementRule = .ketama, from first: Int = 0
  ) throws -> PlacedCluster {
    let nodes = weights.enumerated().map { place, weight in
      Node(
        id: NodeID("n\(first + place)"), address: address(first + place),
        weight: Self.weight(weight, under: rule))
    }
    return try PlacedCluster(Cluster(nodes: nodes), Placement(rule: rule.name))
  }

  /// Some systems hash IP addresses only.
  private static func address(_ node: Int) -> String { "10.0.\(node / 250).\(node % 250):80" }

  /// A weight up to 4 as far as the rule takes it.
  private static func weight(_ weight: Double, under rule: PlacementRule) -> Double {
    guard rule.promises.takesWeights else { return min(weight, 1) }
    return rule.promises.largestWeight.map { weight / 4 * $0 } ?? weight
  }

  static let keys = (0..<2000).map { "k\($0)" }

  static func counter(_ before: PlacedCluster, _ after: PlacedCluster) throws -> RemapCounter {
    try RemapCounter(before: before, after: after, in: .all)
  }

  /// The report of some keys through an event.
  static func report(
    _ placed: PlacedCluster, _ events: [ScaleEvent], keys: [String] = keys
  ) throws -> RemapReport {
    var counter = try counter(placed, placed.applying(events))
    for key in keys { counter.count(key.utf8.span) }
    return counter.report(of: .given)
  }

  @Test func everyNumberEqualsACountByHand() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var wrong: [String] = []
    for rule in RuleCatalogue.all {
      for round in 0..<6 {
        func weights(_ count: Int) -> [Double] {
          (0..<count).map { _ in Double(Int.random(in: 1...4, using: &random)) }
        }
        let before = try Self.cluster(weights(6), rule)
        let after = try Self.cluster(weights(5), rule, from: round % 3)
        var counter = try Self.counter(before, after)
        let from = try rule.selector(for: before.cluster)
        let to = try rule.selector(for: after.cluster)
        var flows: [String: Int] = [:]
        var counts: [String: (before: Int, after: Int)] = [:]
        var moved = 0
        for key in Self.keys {
          counter.count(key.utf8.span)
          let a = from.index(for: key).map { before.nodes[$0].id.text } ?? "state"
          let b = to.index(for: key).map { after.nodes[$0].id.text } ?? "state"
          counts[a, default: (0, 0)].before += 1
          counts[b, default: (0, 0)].after += 1
          if a != b {
            moved += 1
            flows["\(a)>\(b)", default: 0] += 1
          }
        }
        let report = counter.report(of: .given)
        var reported: [String: Int] = [:]
        for flow in report.flows {
          reported["\(flow.from?.text ?? "state")>\(flow.to?.text ?? "state")"] = flow.count
        }
        var problems: [String] = []
        if report.total != Self.keys.count { problems.append("total") }
        if report.moved != moved { problems.append("moved") }
        if reported != flows { problems.append("flows") }
        for line in report.nodes {
          let count = counts[line.id.text] ?? (0, 0)
          if line.before ?? 0 != count.before || line.after ?? 0 != count.after {
            problems.append("counts of \(line.id)")
          }
        }
        if !problems.isEmpty { wrong.append("\(rule.name) \(round): \(problems)") }
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong)")
  }

  /// Many keys at once, by two counters that are added, under every rule.
  @Test func batchesAndSumsCountTheSame() throws {
    for rule in RuleCatalogue.all {
      let before = try Self.cluster([1, 2, 1, 1, 2, 4], rule)
      let after = try Self.cluster([1, 1, 2, 1], rule, from: 1)
      var single = try Self.counter(before, after)
      var balance = try BalanceCounter(after, in: .all)
      var moves: [Int: RemapCounter.Move] = [:]
      for (number, key) in Self.keys.enumerated() {
        let move = single.count(key.utf8.span)
        if move.from != move.to { moves[number] = move }
        balance.count(key.utf8.span)
      }
      var counters = [try Self.counter(before, after), try Self.counter(before, after)]
      var balances = [try BalanceCounter(after, in: .all), try BalanceCounter(after, in: .all)]
      var batchedMoves: [Int: RemapCounter.Move] = [:]
      for (part, numbers) in [0..<700, 700..<Self.keys.count].enumerated() {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for key in Self.keys[numbers] {
          bytes += key.utf8
          ends.append(bytes.count)
        }
        try counters[part].count(keys: bytes.span, ends: ends.span) { number, move in
          batchedMoves[numbers.lowerBound + number] = move
        }
        try balances[part].count(keys: bytes.span, ends: ends.span)
      }
      counters[0].add(counters[1])
      balances[0].add(balances[1])
      #expect(counters[0].report(of: .given) == single.report(of: .given), "\(rule.name)")
      #expect(balances[0].report(of: .given) == balance.report(of: .given), "\(rule.name)")
      #expect(batchedMoves == moves, "\(rule.name)")
    }
  }

  @Test func aBatchThatDoesNotFitIsNotCounted() throws {
    var counter = try Self.counter(Self.cluster([1, 1]), Self.cluster([1, 1, 1]))
    let empty = counter.report(of: .given)
    #expect(throws: BatchError.self) {
      try counter.count(keys: Array("ab".utf8).span, ends: [1, 3].span)
    }
    #expect(counter.report(of: .given) == empty)
  }

  /// Above 1024 nodes the flows are kept in a dictionary.
  @Test func manyNodesAreCountedLikeFew() throws {
    let before = try Self.cluster(Array(repeating: 1, count: 1100))
    let after = try Self.cluster(Array(repeating: 1, count: 1100), from: 550)
    var counter = try Self.counter(before, after)
    var moves: [RemapCounter.Move: Int] = [:]
    for key in Self.keys {
      let move = counter.count(key.utf8.span)
      if move.from != move.to { moves[move, default: 0] += 1 }
    }
    let report = counter.report(of: .given)
    let ids = counter.pairing.ids
    let expected = moves.map { ($0.key.from, $0.key.to, $0.value) }.sorted { $0 < $1 }
    let found = report.flows.map { flow in
      (
        ids.firstIndex { $0 == flow.from } ?? -1, ids.firstIndex { $0 == flow.to } ?? -1, flow.count
      )
    }
    #expect(found.elementsEqual(expected, by: ==))
    #expect(!found.isEmpty)
  }

  /// A move between two nodes that take a share with the same weight before and after is needless.
  @Test func needlessMovesAreThoseBetweenUnchangedNodes() throws {
    var wrong: [String] = []
    let events: [(name: String, change: ScaleEvent, changed: Set<String>)] = [
      ("add", .add(Node(id: "new", address: "10.9.9.9:80")), ["new"]),
      ("remove", .remove("n2"), ["n2"]),
      ("down", .down("n2"), ["n2"]),
      ("drain", .drain("n2"), ["n2"]),
      ("up", .up("n2"), []),
      ("weight", .weight("n2", 3), ["n2"]),
      ("weight 0", .weight("n2", 0), ["n2"]),
      ("replace", .replace("n2", address: "10.9.9.8:80"), []),
    ]
    var needlessOfMaglev = 0
    for rule in RuleCatalogue.all {
      let cluster = try Self.cluster([1, 1, 1, 1, 1, 1], rule)
      for (name, change, changed) in events {
        if name == "weight", Self.weight(3, under: rule) != 3 { continue }
        if name == "weight 0", !rule.promises.zeroWeightDrains { continue }
        let report = try Self.report(cluster, [change])
        for flow in report.flows {
          let touches = [flow.from, flow.to].contains { changed.contains($0?.text ?? "") }
          if flow.isNeedless == touches { wrong.append("\(rule.name) \(name): \(flow)") }
        }
        let sum = report.flows.reduce(0) { $0 + ($1.isNeedless ? $1.count : 0) }
        if sum != report.needless { wrong.append("\(rule.name) \(name): sum") }
        if rule.promises.movement == .minimal, !rule.promises.identityIsAddress,
          report.needless > 0
        {
          wrong.append("\(rule.name) \(name): \(report.needless) needless")
        }
        if rule.name == "maglev" { needlessOfMaglev += report.needless }
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(needlessOfMaglev > 0)
  }

  @Test func anIdentityThatMovesKeepsItsKeysUnlessTheAddressIsHashed() throws {
    for rule in RuleCatalogue.all {
      let cluster = try Self.cluster([1, 2, 1], rule)
      let report = try Self.report(cluster, [.replace("n1", address: "10.9.9.9:80")])
      if rule.promises.addressSettlesTies {
        // Few points meet.
        #expect(report.moved < report.total / 100, "\(rule.name)")
      } else {
        #expect((report.moved > 0) == rule.promises.identityIsAddress, "\(rule.name)")
      }
      #expect(report.floor.any == 0)
    }
  }

  /// nginx leaves a key to round robin after more than 20 points of servers that are down, and every
  /// empty key.
  @Test func keysThatArePlacedByStateAreCountedApart() throws {
    let nodes = (0..<60).map {
      Node(id: NodeID("n\($0)"), address: "h\($0):80", state: $0 < 2 ? .up : .down)
    }
    let placed = try PlacedCluster(Cluster(nodes: nodes), Placement(rule: "nginx"))
    let up = try placed.applying((2..<60).map { .weight(NodeID("n\($0)"), 1) })
    #expect(up == placed)
    let selector = try RuleCatalogue.all.selector(for: placed)
    let byState = Self.keys.count { selector.index(for: $0) == nil }
    let report = try Self.report(placed, [.add(Node(id: "x", address: "x:80"))])
    #expect(byState > 0)
    #expect(report.byStateBefore == byState)
    #expect(report.byStateAfter < byState)
    let regained = report.flows.filter { $0.from == nil }
    #expect(
      regained.reduce(0) { $0 + $1.count } == byState - report.byStateAfter
        + report.flows.reduce(0) { $0 + ($1.to == nil ? $1.count : 0) })
    #expect(regained.allSatisfy { $0.to == "x" && !$0.isNeedless })

    let empty = try Self.report(placed, [.down("n1")], keys: ["", ""])
    #expect(empty.byStateBefore == 2)
    #expect(empty.moved == 2)
    #expect(empty.flows.map(\.to) == ["n0"])
  }

  @Test func samplingErrorIsThatOfACount() throws {
    var counter = try Self.counter(Self.cluster([1]), Self.cluster([1]))
    #expect(counter.report(of: .sampled).samplingError(of: 0.5) == 0)
    for key in Self.keys { counter.count(key.utf8.span) }
    let report = counter.report(of: .sampled)
    #expect(abs(report.samplingError(of: 0.5) - 1.96 * (0.25 / 2000).squareRoot()) < 1e-15)
    #expect(report.samplingError(of: 0) == 3.0 / 2000)
    #expect(report.samplingError(of: 1) == 3.0 / 2000)
    #expect(report.peakBefore == 1)
    #expect(report.moved == 0 && report.flows.isEmpty)
  }
}
