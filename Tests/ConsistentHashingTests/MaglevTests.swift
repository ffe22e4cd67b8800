@testable import ConsistentHashing
import ConsistentHashingTesting
import Testing

@Suite struct MaglevTests {
  /// Envoy's placement: hosts sorted by key, offset and skip from XXH64 under the seeds 0 and 1.
  private static func envoy(_ keys: [String], weights: [Double], size: Int) -> [UInt32] {
    let permutations = keys.map { key in
      MaglevPlacement.Permutation(
        offset: UInt32(XXH64.hash(key, seed: 0) % UInt64(size)),
        skip: UInt32(XXH64.hash(key, seed: 1) % UInt64(size - 1) + 1))
    }
    return MaglevPlacement.fill(
      permutations, weights: MaglevPlacement.normalised(weights), size: size)
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

  /// The sizes people reach for, and the largest number of nodes a small table takes.
  @Test func knowsPrimes() {
    let small = (0...100).filter(isPrime)
    #expect(
      small == [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97,
      ])
    #expect(isPrime(65_537) && isPrime(655_373) && isPrime(5_000_011))
    #expect(!isPrime(65_536) && !isPrime(65_539 * 3) && !isPrime(2209) && !isPrime(-7))
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
    #expect(table.slot(0) == 0)
    #expect(table.slot(.max) == 4)
    for slot in 1...4 as ClosedRange<UInt64> {
      let begin = UInt64(5).dividingFullWidth((slot, 0)).quotient + 1
      #expect(table.slot(begin) == Int(slot))
      #expect(table.slot(begin - 1) == Int(slot) - 1)
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
