import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct PymemcacheTests {
  /// Recorded from pymemcache 4.0.0.
  @Test(arguments: try MemcacheTable.load("pymemcache"))
  func sendsKeysWherePymemcacheDid(table: MemcacheTable) throws {
    let selector = try PymemcacheRendezvous(table.nameCluster())
    let different = try table.differences(from: selector)
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  /// Published with pymemcache's own tests.
  @Test func agreesWithPublishedKeys() throws {
    let three = try PymemcacheRendezvous(Cluster(nodes: ["0", "1", "2"]))
    #expect(["ok", "mykey", "wat", "lol"].map { three.index(for: $0) } == [0, 1, 2, 2])
    let four = try PymemcacheRendezvous(Cluster(nodes: ["0", "1", "2", "3"]))
    #expect(["ok", "mykey", "wat", "lol"].map { four.index(for: $0) } == [0, 1, 2, 3])
    let two = try PymemcacheRendezvous(Cluster(nodes: ["0", "2"]))
    #expect(["ok", "mykey", "wat"].map { two.index(for: $0) } == [0, 0, 1])
    let ten = try PymemcacheRendezvous(Cluster(nodes: (0..<10).map { Node(address: "\($0)") }))
    let nine = try PymemcacheRendezvous(Cluster(nodes: (0..<9).map { Node(address: "\($0)") }))
    // 101 keys leave node 9, which counts twice in 202.
    let moved = (0..<1000).count { ten.index(for: "\($0)") != nine.index(for: "\($0)") }
    #expect(moved == 101)
  }

  /// Scores in the words of the rule: MurmurHash3 over the lowest byte of each code point.
  @Test func hashesCodePoints() throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = TestGenerator(seed: seed)
    let nodes: [Node] = [
      "a:1", Node(id: "knoten-é", address: "b:1"), Node(id: "узел", address: "c:1"),
      Node(id: "😀", address: "d:1"),
    ]
    let selector = try PymemcacheRendezvous(Cluster(nodes: nodes))
    let ranges: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0xA0...0xFF, 0x100...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
    ]
    var different: [String] = []
    for _ in 0..<1500 {
      var key = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...9, using: &generator) {
        let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
        let value = UInt32.random(in: range, using: &generator)
        if let scalar = Unicode.Scalar(value) { key.append(scalar) }
      }
      let scores = nodes.map { node in
        let scalars = node.id.text.unicodeScalars.map(\.value) + [0x2D] + key.map(\.value)
        return Self.murmur(scalars.map { UInt8($0 & 0xFF) })
      }
      let order = nodes.indices.sorted { scores[$0] > scores[$1] }
      let found = selector.preference(for: String(key))
      if found != Preference(order, end: .everyNode)
        || selector.index(for: String(key)) != order[0]
      {
        different.append(String(key))
      }
    }
    #expect(different.isEmpty, "seed \(seed)")
  }

  /// Bytes that are part of no code point count as themselves, as Python's surrogate escapes do.
  @Test(
    arguments: [
      [0xFF], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xE2, 0x82], [0x61, 0x80, 0x62], [0xF0, 0x9F, 0x98, 0x41],
    ] as [[UInt8]])
  func countsStrayBytesAsThemselves(key: [UInt8]) throws {
    let nodes: [Node] = (0..<40).map { Node(address: "node\($0):1") }
    let selector = try PymemcacheRendezvous(Cluster(nodes: nodes))
    let scores = nodes.map { Self.murmur(Array("\($0.id)-".utf8) + key) }
    let preference = selector.preference(for: key.span)
    #expect(preference.elementsEqual(nodes.indices.sorted { scores[$0] > scores[$1] }))
  }

  private static func murmur(_ bytes: [UInt8]) -> UInt32 {
    var h: UInt32 = 0
    func scramble(_ k: UInt32) -> UInt32 {
      let k = k &* 0xCC9E_2D51
      return (k << 15 | k >> 17) &* 0x1B87_3593
    }
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let block = bytes[start..<min(start + 4, bytes.count)]
      let word = block.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      h ^= scramble(word)
      if block.count == 4 { h = (h << 13 | h >> 19) &* 5 &+ 0xE654_6B64 }
    }
    h ^= UInt32(bytes.count)
    h = (h ^ (h >> 16)) &* 0x85EB_CA6B
    h = (h ^ (h >> 13)) &* 0xC2B2_AE35
    return h ^ (h >> 16)
  }

  @Test func hasNoWeights() throws {
    let cluster = try Cluster(nodes: [Node(address: "a", weight: 2), "b"])
    #expect(throws: ClusterError.self) { try PymemcacheRendezvous(cluster) }
  }
}
