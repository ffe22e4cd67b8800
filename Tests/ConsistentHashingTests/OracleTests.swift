import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// Every algorithm against its rule written out naively, over random clusters with weights, nodes
/// that are down or drained, and vacant slots.
@Suite struct OracleTests {
  static let rounds: UInt64 = 120

  /// A random cluster's nodes: at least one is available.
  private static func nodes(
    _ generator: inout SeededGenerator, weights: [Double], slots hasSlots: Bool
  ) -> (nodes: [Node], slots: [[Int]]?) {
    var nodes: [Node] = []
    var slots: [[Int]] = []
    var free = generator.shuffled(Array(0..<80))
    for number in 0..<(1 + generator.below(10)) {
      var node = Node(
        id: NodeID("n\(generator.below(1000))-\(number)"), address: "10.0.0.1:\(number + 1)",
        weight: weights[generator.below(weights.count)])
      if generator.below(4) == 0 { node.state = generator.below(2) == 0 ? .down : .drain }
      if hasSlots {
        slots.append(Array(free.prefix(Int(node.weight))))
        free.removeFirst(slots[slots.count - 1].count)
      }
      nodes.append(node)
    }
    let place = generator.below(nodes.count)
    nodes[place].state = .up
    if nodes[place].weight == 0 {
      nodes[place].weight = 1
      if hasSlots { slots[place] = [free[0]] }
    }
    return (nodes, hasSlots ? slots : nil)
  }

  private static func hashes(_ generator: inout SeededGenerator) -> [UInt64] {
    [0, 1, .max, .max - 1, 1 << 63] + (0..<20).map { _ in generator.next() }
  }

  /// The rounds in which a selector and its oracle differ.
  private static func compare(
    weights: [Double], slots: Bool = false,
    _ make: ([Node], [[Int]]?, inout SeededGenerator) throws -> (
      any HashedSelector, (UInt64) -> [Int]
    )
  ) throws -> [String] {
    var failures: [String] = []
    for seed in 0..<rounds {
      var generator = SeededGenerator(seed: seed)
      let (nodes, given) = nodes(&generator, weights: weights, slots: slots)
      let (selector, oracle) = try make(nodes, given, &generator)
      for hash in hashes(&generator) {
        let expected = oracle(hash)
        if selector.preference(forHash: hash) != Preference(expected, end: .everyNode)
          || selector.index(forHash: hash) != expected.first
        {
          failures.append("seed \(seed), hash \(hash)")
        }
      }
    }
    return failures
  }

  @Test func ringIsASortedArray() throws {
    let failures = try Self.compare(weights: [0, 0.001, 0.5, 1, 1, 2, 3.3]) { nodes, _, generator in
      let virtualNodes = 1 + generator.below(20)
      let points = Oracle.ringPoints(nodes, virtualNodes: virtualNodes)
      let ring = try KetamaRing(nodes: nodes, virtualNodes: virtualNodes)
      #expect(ring.pointCount == points.count)
      return (ring, { Oracle.ring(points, $0) })
    }
    #expect(failures == [])
  }

  /// Hashes on every point and on both sides of it.
  @Test func ringPointsEndTheirArcs() throws {
    let nodes: [Node] = ["a", "b", Node(address: "c", weight: 2), "d"]
    let points = Oracle.ringPoints(nodes, virtualNodes: 40)
    let ring = try KetamaRing(nodes: nodes, virtualNodes: 40)
    var failures: [UInt64] = []
    for point in points {
      for hash in [point.value &- 1, point.value, point.value &+ 1]
      where ring.index(forHash: hash) != Oracle.ring(points, hash).first {
        failures.append(hash)
      }
      if ring.index(forHash: point.value) != point.owner { failures.append(point.value) }
    }
    #expect(failures == [])
    #expect(points.count == 200)
  }

  @Test func rendezvousIsTheBestOfAllBids() throws {
    let failures = try Self.compare(weights: [0, 0.5, 1, 1, 1, 2.25, 7]) { nodes, _, _ in
      (try RendezvousHash(nodes: nodes), { Oracle.rendezvous(nodes, $0) })
    }
    #expect(failures == [])
  }

  @Test func maglevIsThePaper() throws {
    let failures = try Self.compare(weights: [0, 0.1, 1, 1, 1, 2.5, 3]) { nodes, _, generator in
      let size = [11, 13, 101, 251][generator.below(4)]
      let table = Oracle.maglevTable(nodes, size: size)
      return (
        try MaglevTable(nodes: nodes, tableSize: size), { Oracle.maglev(nodes, table, $0) }
      )
    }
    #expect(failures == [])
  }

  @Test func jumpWalksTheSlots() throws {
    let failures = try Self.compare(weights: [0, 1, 1, 1, 2, 5]) { nodes, _, _ in
      let slots = Oracle.slots(nodes)
      return (try JumpHash(nodes: nodes), { Oracle.jump(nodes, slots, $0) })
    }
    #expect(failures == [])
  }

  @Test func jumpWalksGivenSlotsAndVacantOnes() throws {
    let failures = try Self.compare(weights: [0, 1, 1, 2, 5], slots: true) {
      nodes, given, generator in
      let count = 80 + generator.below(40)
      let slots = Oracle.slots(nodes, given: given, count: count)
      let cluster = try Cluster(nodes: nodes, slots: given, slotCount: count)
      return (try JumpHash(cluster), { Oracle.jump(nodes, slots, $0) })
    }
    #expect(failures == [])
  }

  /// With 300 nodes, runs of about 64 misses are met by a few hashes in a hundred, so that the end of
  /// patience and what follows it show in whole preferences.
  @Test func patienceEndsAfter64Misses() throws {
    let nodes = (0..<300).map { Node(address: "node-\($0 * 7 % 300)") }
    let jump = try JumpHash(nodes: nodes)
    let slots = Oracle.slots(nodes)
    let maglev = try MaglevTable(nodes: nodes, tableSize: 1009)
    let table = Oracle.maglevTable(nodes, size: 1009)
    var generator = SeededGenerator(seed: 8)
    var failures: [String] = []
    for _ in 0..<200 {
      let hash = generator.next()
      if Array(jump.preference(forHash: hash)) != Oracle.jump(nodes, slots, hash) {
        failures.append("jump, hash \(hash)")
      }
      if Array(maglev.preference(forHash: hash)) != Oracle.maglev(nodes, table, hash) {
        failures.append("maglev, hash \(hash)")
      }
    }
    #expect(failures == [])
  }

  /// Keys reach the rule through the key hash under the cluster's seed, for every algorithm.
  @Test(arguments: RuleCatalogue.native.map(\.name))
  func keysAreHashedUnderTheSeed(_ name: String) throws {
    let rule = try RuleCatalogue.native.rule(named: name)
    let cluster = try Cluster(nodes: ["a", "b", "c", "d", "e"])
    let seeded = try #require(
      try rule.selector(for: cluster, options: ["seed": "42"]) as? any HashedSelector)
    let plain = try #require(try rule.selector(for: cluster) as? any HashedSelector)
    #expect(seeded.keyHash == XXH3(seed: 42).identity)
    #expect(plain.keyHash == XXH3().identity)
    var differing = 0
    for number in 0..<200 {
      let key = "key-\(number)"
      #expect(seeded.hash(of: key.utf8.span) == XXH3.hash(key, seed: 42))
      #expect(seeded.index(for: key) == plain.index(forHash: XXH3.hash(key, seed: 42)))
      #expect(seeded.index(for: key) == seeded.index(for: Array(key.utf8)))
      if seeded.index(for: key) != plain.index(for: key) { differing += 1 }
    }
    #expect(differing > 100)
  }
}
