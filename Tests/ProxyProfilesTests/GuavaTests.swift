import ConsistentHashing
import Foundation
@testable import ProxyProfiles
import Testing

@Suite struct GuavaTests {
  /// Recorded from Guava 31.1: random and extreme numbers, numbers whose state is the largest or the
  /// smallest after one to four steps, numbers that jump elsewhere under Lamping and Veach's two
  /// roundings, and keys hashed by Guava.
  @Test func jumpsWhereGuavaDid() throws {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/guava-consistent", withExtension: "tsv"))
    var different: [String] = []
    var lines = 0
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let count = try #require(Int(fields[2]))
      let input: UInt64 =
        switch fields[0] {
        case "decimal": UInt64(bitPattern: try #require(Int64(fields[1])))
        case "crc32": UInt64(CRC32().checksum(fields[1].utf8.span))
        default: Murmur3x128.hash(fields[1].utf8.span, seed: 0).0
        }
      if GuavaConsistentHash.bucket(input, of: count) != Int(fields[3]) {
        different.append(String(line))
      }
      lines += 1
    }
    #expect(lines == 1551)
    #expect(different.isEmpty, "\(different.count), such as \(different.prefix(3))")
  }

  /// Published with Guava.
  @Test func agreesWithPublishedNumbers() {
    let hundred = [
      0, 55, 62, 8, 45, 59, 86, 97, 82, 59, 73, 37, 17, 56, 86, 21, 90, 37, 38, 83,
    ]
    #expect((0..<20).map { GuavaConsistentHash.bucket($0, of: 100) } == hundred)
    #expect(GuavaConsistentHash.bucket(10_863_919_174_838_991, of: 11) == 6)
    #expect(GuavaConsistentHash.bucket(2_016_238_256_797_177_309, of: 11) == 3)
    #expect(GuavaConsistentHash.bucket(1_673_758_223_894_951_030, of: 11) == 5)
    #expect(GuavaConsistentHash.bucket(2, of: 100_001) == 80_343)
    #expect(GuavaConsistentHash.bucket(2201, of: 100_001) == 22_152)
    #expect(GuavaConsistentHash.bucket(2202, of: 100_001) == 15_018)
  }

  private func nodes(_ count: Int) -> [Node] { (0..<count).map { Node(address: "shard-\($0):1") } }

  @Test func readsDecimalKeys() throws {
    let selector = try GuavaConsistentHash(Cluster(nodes: nodes(11)), input: .decimal)
    #expect(selector.index(for: "10863919174838991") == 6)
    #expect(selector.index(for: "+2016238256797177309") == 3)
    #expect(
      selector.index(for: "-1")
        == GuavaConsistentHash.bucket(UInt64(bitPattern: -1), of: 11))
    #expect(
      selector.index(for: "-9223372036854775808") == GuavaConsistentHash.bucket(1 << 63, of: 11))
    for key in ["", "-", "1x", "9223372036854775808", "-9223372036854775809", " 1"] {
      #expect(selector.index(for: key) == nil)
    }
  }

  @Test func leavesShardsThatAreDownToTheApplication() throws {
    var nodes = nodes(4)
    nodes[1].state = .down
    let selector = try GuavaConsistentHash(Cluster(nodes: nodes))
    let whole = try GuavaConsistentHash(Cluster(nodes: self.nodes(4)))
    for key in sampleKeys(200) {
      let choice = whole.index(for: key.span)
      let found = selector.preference(for: key.span)
      if found.map(Optional.some) != (choice == 1 ? [] : [choice]) { Issue.record("\(key)") }
      if found.end != .stateful("the application") { Issue.record("\(key)") }
    }
    #expect(whole.preference(for: "key", limit: 1).end == .stopped)
  }

  @Test func refusesWeights() throws {
    let uneven = try Cluster(nodes: [Node(address: "a:1", weight: 2), "b:1"])
    #expect(throws: ClusterError.self) { try GuavaConsistentHash(uneven) }
  }
}
