import ConsistentHashing
import ProxyProfiles
import RemapAnalysis
import Testing

@Suite struct RemapCounterTests {
  static func cluster(
    _ weights: [Double], algorithm: Algorithm = .ketama, from first: Int = 0
  ) throws -> Cluster {
    try Cluster(
      nodes: weights.enumerated().map { place, weight in
        Node(
          id: NodeID("n\(first + place)"), address: address(first + place),
          weight: Self.weight(weight, under: algorithm))
      }, algorithm: algorithm.name)
  }

  /// Some systems hash IP addresses only.
  private static func address(_ node: Int) -> String { "10.0.\(node / 250).\(node % 250):80" }

  /// A weight up to 4 as far as the algorithm takes it.
  private static func weight(_ weight: Double, under algorithm: Algorithm) -> Double {
    guard algorithm.promises.takesWeights else { return min(weight, 1) }
    return algorithm.promises.largestWeight.map { weight / 4 * $0 } ?? weight
  }

  static let keys = (0..<2000).map { "k\($0)" }

  /// The report of some keys through an event.
  static func report(
    _ cluster: Cluster, _ events: [ScaleEvent], _ algorithm: Algorithm, keys: [String] = keys
  ) throws -> RemapReport {
    var counter = try RemapCounter(
      before: cluster, algorithm, after: cluster.applying(events), algorithm)
    for key in keys { counter.count(key.utf8.span) }
    return counter.report(of: .given)
  }

  @Test func everyNumberEqualsACountByHand() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var wrong: [String] = []
    for algorithm in Algorithm.all {
      for round in 0..<6 {
        func weights(_ count: Int) -> [Double] {
          (0..<count).map { _ in Double(Int.random(in: 1...4, using: &random)) }
        }
        let before = try Self.cluster(weights(6), algorithm: algorithm)
        let after = try Self.cluster(weights(5), algorithm: algorithm, from: round % 3)
        var counter = try RemapCounter(before: before, algorithm, after: after, algorithm)
        let from = try algorithm.selector(for: before)
        let to = try algorithm.selector(for: after)
        var flows: [String: Int] = [:]
        var counts: [String: (before: Int, after: Int)] = [:]
        var moved = 0
        for key in Self.keys {
          counter.count(key.utf8.span)
          let a = from.choice(for: key).map { before.nodes[$0].id.text } ?? "state"
          let b = to.choice(for: key).map { after.nodes[$0].id.text } ?? "state"
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
        if !problems.isEmpty { wrong.append("\(algorithm.name) \(round): \(problems)") }
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong)")
  }

  /// Above 1024 nodes the flows are kept in a dictionary.
  @Test func manyNodesAreCountedLikeFew() throws {
    let before = try Self.cluster(Array(repeating: 1, count: 1100))
    let after = try Self.cluster(Array(repeating: 1, count: 1100), from: 550)
    var counter = try RemapCounter(before: before, .ketama, after: after, .ketama)
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

  /// Needless is a move between two nodes that are up with the same weight before and after.
  @Test func needlessMovesAreThoseBetweenUnchangedNodes() throws {
    var wrong: [String] = []
    let events: [(name: String, change: ScaleEvent, changed: Set<String>)] = [
      ("add", .add(Node(id: "new", address: "10.9.9.9:80")), ["new"]),
      ("remove", .remove("n2"), ["n2"]),
      ("down", .down("n2"), ["n2"]),
      ("weight", .weight("n2", 3), ["n2"]),
      ("drain", .weight("n2", 0), ["n2"]),
      ("replace", .replace("n2", address: "10.9.9.8:80"), []),
    ]
    var needlessOfMaglev = 0
    for algorithm in Algorithm.all {
      let cluster = try Self.cluster([1, 1, 1, 1, 1, 1], algorithm: algorithm)
      for (name, change, changed) in events {
        if name == "weight", Self.weight(3, under: algorithm) != 3 { continue }
        if name == "drain", !algorithm.promises.zeroWeightDrains { continue }
        let report = try Self.report(cluster, [change], algorithm)
        for flow in report.flows {
          let touches = [flow.from, flow.to].contains { changed.contains($0?.text ?? "") }
          if flow.isNeedless == touches { wrong.append("\(algorithm.name) \(name): \(flow)") }
        }
        let sum = report.flows.reduce(0) { $0 + ($1.isNeedless ? $1.count : 0) }
        if sum != report.needless { wrong.append("\(algorithm.name) \(name): sum") }
        if algorithm.promises.movement == .minimal, !algorithm.promises.identityIsAddress,
          report.needless > 0
        {
          wrong.append("\(algorithm.name) \(name): \(report.needless) needless")
        }
        if algorithm.name == "maglev" { needlessOfMaglev += report.needless }
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
    #expect(needlessOfMaglev > 0)
  }

  @Test func anIdentityThatMovesKeepsItsKeysUnlessTheAddressIsHashed() throws {
    for algorithm in Algorithm.all {
      let cluster = try Self.cluster([1, 2, 1], algorithm: algorithm)
      let report = try Self.report(cluster, [.replace("n1", address: "10.9.9.9:80")], algorithm)
      #expect((report.moved > 0) == algorithm.promises.identityIsAddress, "\(algorithm.name)")
      #expect(report.floor.any == 0)
    }
  }

  /// nginx gives a key up after more than 20 points of servers that are down, and every empty key.
  @Test func keysThatGoByStateAreCountedApart() throws {
    let nodes = (0..<60).map {
      Node(id: NodeID("n\($0)"), address: "h\($0):80", state: $0 < 2 ? .up : .down)
    }
    let cluster = try Cluster(nodes: nodes, algorithm: "nginx")
    let up = try cluster.applying((2..<60).map { .weight(NodeID("n\($0)"), 1) })
    #expect(up == cluster)
    let selector = try Algorithm.nginx.selector(for: cluster)
    let byState = Self.keys.count { selector.choice(for: $0) == nil }
    let report = try Self.report(cluster, [.add(Node(id: "x", address: "x:80"))], .nginx)
    #expect(byState > 0)
    #expect(report.statefulBefore == byState)
    #expect(report.statefulAfter < byState)
    let regained = report.flows.filter { $0.from == nil }
    #expect(
      regained.reduce(0) { $0 + $1.count } == byState - report.statefulAfter
        + report.flows.reduce(0) { $0 + ($1.to == nil ? $1.count : 0) })
    #expect(regained.allSatisfy { $0.to == "x" && !$0.isNeedless })

    let empty = try Self.report(cluster, [.down("n1")], .nginx, keys: ["", ""])
    #expect(empty.statefulBefore == 2)
    #expect(empty.moved == 2)
    #expect(empty.flows.map(\.to) == ["n0"])
  }

  @Test func samplingErrorIsThatOfACount() throws {
    var counter = try RemapCounter(
      before: Self.cluster([1]), .ketama, after: Self.cluster([1]), .ketama)
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
