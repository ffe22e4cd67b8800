import ConsistentHashing
import ConsistentHashingTesting
import Testing

@Suite struct NodeLoadTests {
  private static func nodes(_ weights: [Double]) -> [Node] {
    weights.enumerated().map {
      Node(id: NodeID("n\($0)"), address: "10.0.0.\($0):80", weight: $1)
    }
  }

  @Test func capacitiesAreSharesRoundedUp() {
    var load = NodeLoad(Self.nodes([1, 1, 2]), percent: 125)
    #expect((0..<3).map { load.capacity(of: $0) } == [1, 1, 1])
    for _ in 0..<7 { load.begin(0) }
    // 1.25 · 8 requests: 2.5 and 5.
    #expect((0..<3).map { load.capacity(of: $0) } == [3, 3, 5])
    #expect(load.total == 7 && load.inFlight == [7, 0, 0])
    load.end(0)
    load.end(1)
    #expect(load.total == 6 && load.inFlight == [6, 0, 0])
  }

  @Test func limitsBelowTheMeanCountAsTheMean() {
    #expect(NodeLoad(Self.nodes([1]), percent: 10).percent == 100)
  }

  /// No node ever goes above its capacity, and a key stays with its first node while that has room.
  @Test func noNodeIsOverloaded() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    for rule in RuleCatalogue.native {
      let weights =
        rule.promises.takesWeights
        ? (0..<9).map { _ in Double(Int.random(in: 1...4, using: &random)) }
        : Array(repeating: 1, count: 9)
      let selector = try rule.selector(for: Cluster(nodes: Self.nodes(weights)))
      var load = NodeLoad(selector.nodes, percent: Int.random(in: 100...200, using: &random))
      var open: [Int] = []
      var spilled = 0
      for number in 0..<3000 {
        if open.count > 60 || (!open.isEmpty && Int.random(in: 0..<3, using: &random) == 0) {
          load.end(open.remove(at: Int.random(in: open.indices, using: &random)))
        }
        let key = "k\(number % 500)"
        let first = try #require(selector.index(for: key))
        let taken = selector.index(for: key.utf8.span, under: load)
        let node = try #require(taken)
        let isFree = load.inFlight[first] < load.capacity(of: first)
        #expect((node == first) == isFree, "seed \(seed), \(rule.name)")
        #expect(load.inFlight[node] < load.capacity(of: node), "seed \(seed), \(rule.name)")
        // The node is the first of the preference that has room.
        let expected = selector.preference(for: key).first {
          load.inFlight[$0] < load.capacity(of: $0)
        }
        #expect(node == expected, "seed \(seed), \(rule.name)")
        load.begin(node)
        open.append(node)
        spilled += node == first ? 0 : 1
      }
      #expect(spilled > 0, "seed \(seed), \(rule.name)")
    }
  }
}
