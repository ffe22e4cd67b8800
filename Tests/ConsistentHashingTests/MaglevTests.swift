@testable import ConsistentHashing
import ConsistentHashingTesting
import Testing

@Suite struct MaglevTests {
  /// Envoy's placement: hosts sorted by key, offset and skip from XXH64 under the seeds 0 and 1.
  private static func envoy(_ keys: [String], weights: [Double], size: Int) -> [Int] {
    let permutations = keys.map { key in
      MaglevPlacement.Permutation(
        offset: UInt32(XXH64.hash(key, seed: 0) % UInt64(size)),
        skip: UInt32(XXH64.hash(key, seed: 1) % UInt64(size - 1) + 1))
    }
    let table = MaglevPlacement.table(
      permutations, weights: MaglevPlacement.normalised(weights), size: size,
      marks: keys.indices.map { UInt32($0) }, bound: keys.count)
    return (0..<table.count).map { table[$0] }
  }

  @Test func givesEnvoysTables() {
    let equal = [Double](repeating: 1, count: 6)
    let hosts = (90...95).map { "127.0.0.1:\($0)" }
    #expect(Self.envoy(hosts, weights: equal, size: 7) == [2, 4, 0, 1, 5, 0, 3])
    let names = (90...95).map(String.init)
    #expect(Self.envoy(names, weights: equal, size: 7) == [2, 5, 0, 3, 4, 1, 0])
    #expect(
      Self.envoy(Array(hosts.prefix(2)), weights: [1, 2], size: 17) == [
        1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1,
      ])
  }

  /// The rule in its own words: each node in turn goes along its list, slot by slot.
  private static func filled(
    _ permutations: [MaglevPlacement.Permutation], weights: [Double], size: Int
  ) -> [Int] {
    var table = [Int](repeating: -1, count: size)
    var next = permutations.map { Int($0.offset) }
    var targets = [Double](repeating: 0, count: weights.count)
    let largest = weights.max() ?? 0
    var left = size
    var turn = 0.0
    while true {
      turn += 1
      for node in weights.indices where turn * weights[node] >= targets[node] {
        targets[node] += largest
        while table[next[node]] >= 0 {
          next[node] = (next[node] + Int(permutations[node].skip)) % size
        }
        table[next[node]] = node
        left -= 1
        if left == 0 { return table }
      }
    }
  }

  /// All sizes of a word of the free slots, sizes in use, and as many nodes as slots.
  @Test func fillsAsTheRuleSays() {
    var failures: [String] = []
    let shapes =
      (2...140).filter(MaglevPlacement.isPrime).flatMap { size in
        [1, 2, 3, size].map { (size, $0) }
      }
      + [(1009, 10), (1009, 1009), (4093, 100), (16_381, 3), (65_537, 1), (65_537, 300)]
    for (number, (size, nodes)) in shapes.enumerated() where nodes <= size {
      var generator = SeededGenerator(seed: UInt64(number))
      let permutations = (0..<nodes).map { node in
        // The first and last offsets and skips among them.
        MaglevPlacement.Permutation(
          offset: UInt32([0, size - 1, generator.below(size)][min(node, 2)]),
          skip: UInt32([1, size - 1, 1 + generator.below(size - 1)][min((node + number) % 5, 2)]))
      }
      for isWeighted in [false, true] {
        let weights = (0..<nodes).map { _ in isWeighted ? Double(1 + generator.below(5)) : 1 }
        let table = MaglevPlacement.table(
          permutations, weights: weights, size: size,
          marks: (0..<nodes).map { UInt32(2 * $0 + 1) }, bound: 2 * nodes)
        let expected = Self.filled(permutations, weights: weights, size: size)
        if (0..<size).map({ table[$0] }) != expected.map({ 2 * $0 + 1 }) {
          failures.append("\(size) slots, \(nodes) nodes, weights \(weights.prefix(5))")
        }
      }
    }
    #expect(failures == [])
  }

  /// The figures that the documentation gives.
  @Test func tellsTheMemoryHeld() throws {
    for (count, width) in [(255, 1), (256, 2)] {
      var nodes = (0..<count).map { Node(address: "node-\($0)") }
      let up = try MaglevTable(nodes: nodes, tableSize: 65_537)
      #expect(up.memoryFootprint == 65_537 * width + 3 + 13 * count)
      nodes[7].state = .down
      let down = try MaglevTable(nodes: nodes, tableSize: 65_537)
      #expect(down.memoryFootprint == 2 * (65_537 * width + 3) + 13 * count)
    }
  }

  /// The sizes people reach for, and the largest number of nodes a small table takes.
  @Test func knowsPrimes() {
    let small = (0...100).filter(MaglevPlacement.isPrime)
    #expect(
      small == [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97,
      ])
    #expect(
      MaglevPlacement.isPrime(65_537) && MaglevPlacement.isPrime(655_373)
        && MaglevPlacement.isPrime(5_000_011))
    #expect(
      !MaglevPlacement.isPrime(65_536) && !MaglevPlacement.isPrime(65_539 * 3)
        && !MaglevPlacement.isPrime(2209) && !MaglevPlacement.isPrime(-7))
    #expect(MaglevTable.prime(atLeast: 65_538) == 65_539)
    #expect(MaglevTable.prime(atLeast: -5) == 2)
    #expect(MaglevTable.prime(atLeast: 5_000_011) == 5_000_011)
    #expect(MaglevTable.prime(atLeast: 5_000_012) == nil)
  }

  /// As many nodes as slots, and two slots: every node has one.
  @Test(arguments: [2, 3, 101, 257])
  func aFullTableHasOneSlotANode(_ size: Int) throws {
    let nodes = (0..<size).map { Node(address: "node-\($0)") }
    let table = try MaglevTable(nodes: nodes, tableSize: size)
    let owners = (0..<UInt64(size)).map { slot in
      table.index(forHash: UInt64.max / UInt64(size) * slot + UInt64.max / UInt64(2 * size))
    }
    #expect(owners.sorted() == Array(0..<size))
  }

  @Test func slotsAreIntervalsOfTheHashSpace() throws {
    let table = try MaglevTable(nodes: ["a", "b", "c"], tableSize: 5)
    // Slot s begins at the smallest hash whose product with 5 reaches s·2⁶⁴.
    #expect(table.owners.slot(0) == 0)
    #expect(table.owners.slot(.max) == 4)
    for slot in 1...4 as ClosedRange<UInt64> {
      let begin = UInt64(5).dividingFullWidth((slot, 0)).quotient + 1
      #expect(table.owners.slot(begin) == Int(slot))
      #expect(table.owners.slot(begin - 1) == Int(slot) - 1)
    }
  }

  /// Nodes that stand lower than a slot's fair share still get one, and the table is full.
  @Test func extremeWeightsFillTheTable() throws {
    let nodes = [
      Node(address: "giant", weight: 1e9), Node(address: "dwarf", weight: 1e-6),
      Node(address: "middle", weight: 1),
    ]
    let table = try MaglevTable(nodes: nodes, tableSize: 1009)
    var counts = [0, 0, 0]
    for slot in 0..<1009 as Range<UInt64> {
      counts[table.index(forHash: UInt64.max / 1009 * slot + UInt64.max / 2018)] += 1
    }
    #expect(counts == [1007, 1, 1])
  }
}
