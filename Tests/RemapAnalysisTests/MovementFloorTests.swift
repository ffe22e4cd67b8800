import ConsistentHashing
import ConsistentHashingTesting
import RemapAnalysis
import Testing

@Suite struct MovementFloorTests {
  /// A change of weights by node, and what it is known to cost.
  struct Known: Sendable, CustomTestStringConvertible {
    let name: String
    let before: [Double]
    let after: [Double]
    let any: Double
    let stateless: Double

    var testDescription: String { name }

    static let all: [Known] = [
      Known(
        name: "add 1 to 10", before: Array(repeating: 1, count: 10) + [0],
        after: Array(repeating: 1, count: 11), any: 0.0909, stateless: 0.0909),
      Known(
        name: "swap 1 of 10", before: Array(repeating: 1, count: 10) + [0],
        after: [0] + Array(repeating: 1, count: 10), any: 0.1, stateless: 0.1818),
      Known(
        name: "one of 10 from weight 1 to 2", before: Array(repeating: 1, count: 10),
        after: Array(repeating: 1, count: 9) + [2], any: 0.0818, stateless: 0.0818),
      Known(
        name: "one drains from weight 5 to 4", before: [5, 1, 1, 1, 1], after: [4, 1, 1, 1, 1],
        any: 0.0556, stateless: 0.0556),
      Known(
        name: "mixed", before: [1, 2, 3, 4, 5], after: [2, 1, 3, 5, 4], any: 0.1333,
        stateless: 0.1774),
      Known(
        name: "grow from 4 to 6", before: [1, 1, 1, 1, 0, 0], after: [1, 1, 1, 1, 1, 1],
        any: 1 - 4.0 / 6, stateless: 1 - 4.0 / 6),
      Known(name: "nothing", before: [3, 1], after: [3, 1], any: 0, stateless: 0),
      Known(name: "scaled", before: [3, 1], after: [6, 2], any: 0, stateless: 0),
      Known(name: "everything", before: [1, 0], after: [0, 1], any: 1, stateless: 1),
      Known(name: "no nodes", before: [], after: [], any: 0, stateless: 1),
    ]
  }

  static func shares(_ weights: [Double]) -> [Double] {
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  @Test(arguments: Known.all) func knownChangesCostWhatTheyAreKnownTo(_ known: Known) {
    let floor = MovementFloor(before: Self.shares(known.before), after: Self.shares(known.after))
    #expect(abs(floor.any - known.any) < 0.000_06, "\(floor)")
    #expect(abs(floor.stateless - known.stateless) < 0.000_06, "\(floor)")
  }

  /// The formulas as they are written, in O(n²).
  @Test func theFastSumsEqualTheFormulas() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var wrong: [String] = []
    for _ in 0..<300 {
      let count = Int.random(in: 1...12, using: &random)
      // Few different weights, zeros among them, so that equal ratios are common.
      func weights(_ random: inout SeededGenerator) -> [Double] {
        var weights = (0..<count).map { _ in
          Bool.random(using: &random)
            ? Double(Int.random(in: 0...3, using: &random))
            : Double.random(in: 0.001...50, using: &random)
        }
        if !weights.contains(where: { $0 > 0 }) { weights[0] = 1 }
        return Self.shares(weights)
      }
      let p = weights(&random)
      let q = weights(&random)
      let any = zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
      var staying = 0.0
      for i in p.indices where p[i] > 0 && q[i] > 0 {
        staying += 1 / p.indices.reduce(0) { $0 + max(p[$1] / p[i], q[$1] / q[i]) }
      }
      let floor = MovementFloor(before: p, after: q)
      if abs(floor.any - any) > 1e-12 || abs(floor.stateless - max(any, 1 - staying)) > 1e-9 {
        wrong.append("\(p) \(q): \(floor), not \(any) and \(1 - staying)")
      }
      // Bavarian et al. 2016: no more than 2δ/(1+δ).
      if floor.stateless > 2 * any / (1 + any) + 1e-9 { wrong.append("\(p) \(q): above the bound") }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
  }

  @Test func rendezvousMovesTheStatelessFloor() throws {
    var wrong: [String] = []
    for known in Known.all where known.before.count > 1 && known.stateless < 1 {
      func cluster(_ weights: [Double]) throws -> PlacedCluster {
        let nodes = weights.enumerated().filter { $0.element > 0 }.map {
          Node(id: NodeID("n\($0.offset)"), address: "h\($0.offset):1", weight: $0.element)
        }
        return try PlacedCluster(Cluster(nodes: nodes), Placement(rule: "rendezvous"))
      }
      var counter = try RemapCounter(
        before: cluster(known.before), after: cluster(known.after), in: .native)
      let keys = 40_000
      for number in 0..<keys { counter.count("floor-\(number)".utf8.span) }
      let report = counter.report(of: .sampled)
      let floor = report.floor.stateless
      let deviation = (floor * (1 - floor) / Double(keys)).squareRoot()
      let moved = Double(report.moved) / Double(keys)
      if abs(moved - floor) > 5 * deviation + 1e-12 {
        wrong.append("\(known.name): \(moved) moved, not \(floor)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }
}
