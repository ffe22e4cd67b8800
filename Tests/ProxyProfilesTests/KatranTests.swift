import ConsistentHashing
@testable import ProxyProfiles
import Testing

/// katran's second Maglev, against the numbers of katran's own tests.
@Suite struct KatranTests {
  private func nodes(_ count: Int) -> [Node] {
    (0..<count).map { Node(address: "10.0.\($0 / 256).\($0 % 256):80") }
  }

  /// Reals whose hashes are 0, 1, 2 and so on.
  private func table(_ weights: [Int], size: Int = 65_537) throws -> KatranMaglev {
    try table(weights.enumerated().map { (UInt64($0), $1) }, size: size)
  }

  private func table(_ reals: [(hash: UInt64, weight: Int)], size: Int) throws -> KatranMaglev {
    var nodes = nodes(reals.count)
    for index in nodes.indices { nodes[index].weight = Double(reals[index].weight) }
    var options = KatranMaglev.Options()
    options.tableSize = size
    return try KatranMaglev(Cluster(nodes: nodes), hashes: reals.map(\.hash), options)
  }

  private func spread(_ slots: [Int], of count: Int) -> Int {
    var counts = [Int](repeating: 0, count: count)
    for owner in slots { counts[owner] += 1 }
    return (counts.max() ?? 0) - (counts.min() ?? 0)
  }

  private func changes(_ a: KatranMaglev, _ b: KatranMaglev) -> Int {
    zip(a.slots, b.slots).count { $0 != $1 }
  }

  @Test func spreadsSlotsAsPublished() throws {
    #expect(try spread(table(Array(repeating: 1, count: 400)).slots, of: 400) == 1)
    #expect(try spread(table([2, 1, 1]).slots, of: 3) == 16_385)
    let small = try table([2, 1], size: 7).slots
    #expect(small.count { $0 == 0 } == 5)
  }

  @Test func changesAsManySlotsAsPublished() throws {
    let equal = try table(Array(repeating: 10, count: 100))
    #expect(try changes(equal, table([0] + Array(repeating: 10, count: 99))) == 1020)
    #expect(try changes(equal, table(Array(repeating: 13, count: 100))) == 0)
    #expect(try changes(equal, table([26] + Array(repeating: 13, count: 99))) == 1013)
  }

  @Test func givesASingleRealAllSlots() throws {
    #expect(try Set(table([0, 5, 0]).slots) == [1])
  }

  @Test func doesNotDependOnTheOrder() throws {
    let nodes = nodes(5)
    let table = try KatranMaglev(Cluster(nodes: nodes))
    let reversed = try KatranMaglev(Cluster(nodes: nodes.reversed()))
    #expect(table.slots == reversed.slots.map { 4 - $0 })
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithTheTableWrittenForReading(seed: UInt64) throws {
    var dice = Dice(seed)
    for size in [11, 251, 65_537] {
      let reals = (0..<(2 + dice.below(6))).map { _ in
        (hash: dice.next(), weight: 1 + dice.below(5))
      }
      let table = try table(reals, size: size)
      #expect(table.slots == Self.textbook(reals, size: size), "seed \(seed), size \(size)")
    }
  }

  private static func textbook(_ reals: [(hash: UInt64, weight: Int)], size: Int) -> [Int] {
    let order = reals.indices.sorted { reals[$0].hash < reals[$1].hash }
    func little(_ word: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
    }
    func hash(_ real: Int, _ other: UInt64, _ seed: UInt32) -> UInt64 {
      let bytes = little(reals[real].hash) + little(other)
      return Murmur3x128.hash(bytes.span, seed: seed).0
    }
    let largest = reals.map(\.weight).max() ?? 1
    var slots = [Int](repeating: -1, count: size)
    var sums = [Int](repeating: 0, count: reals.count)
    var next = [UInt64](repeating: 0, count: reals.count)
    while slots.contains(-1) {
      for real in order where slots.contains(-1) {
        sums[real] += reals[real].weight
        if sums[real] < largest { continue }
        sums[real] -= largest
        let offset = hash(real, 42, 0) % UInt64(size)
        let skip = hash(real, 2_718_281_828, 2307) % UInt64(size - 1) + 1
        var slot = 0
        repeat {
          slot = Int((offset + next[real] * skip) % (1 << 32) % UInt64(size))
          next[real] += 1
        } while slots[slot] >= 0
        slots[slot] = real
      }
    }
    return slots
  }

  /// The words of a packet, put together by hand.
  @Test func hashesPacketsAsTheFilterDoes() throws {
    let table = try KatranMaglev(Cluster(nodes: nodes(3)), port: 443)
    let seed: UInt32 = 512 * 65_537
    let ipv4 = table.hash(of: "1.2.3.4:258".utf8.span)
    #expect(ipv4 == UInt64(JenkinsHash.hash(0x0403_0201, 0xBB01_0201, seed: seed)))
    let bytes: [UInt8] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]
    let ipv6 = table.hash(of: "[2001:db8::7]:258".utf8.span)
    let folded = JenkinsHash.hash(bytes.span, seed: 512)
    #expect(ipv6 == UInt64(JenkinsHash.hash(folded, 0xBB01_0201, seed: seed)))
    #expect(table.index(for: "1.2.3.4:258") == table.slots[Int(ipv4 % 65_537)])
  }

  /// FNV-1 with sign extension, written out, and the two ways to write an IPv4 address.
  @Test func identifiesRealsByFollysHash() throws {
    var fnv: UInt32 = 2_166_136_261
    for byte in [10, 200, 0, 1] as [UInt32] {
      fnv = (fnv &* 16_777_619) ^ (byte >= 128 ? byte | 0xFFFF_FF00 : byte)
    }
    func hash(_ address: String) -> UInt64? { IPAddress(address).map { KatranReal.hash($0) } }
    #expect(hash("10.200.0.1") == hash128To64(upper: 2, lower: UInt64(fnv)))
    #expect(hash("::ffff:10.200.0.1") == hash("10.200.0.1"))
    #expect(hash("fd00::1") != nil)
    #expect(hash("example.com") == nil)
  }

  @Test func leavesFallbackToTheControlPlane() throws {
    var nodes = nodes(4)
    nodes[1].state = .down
    let table = try KatranMaglev(Cluster(nodes: nodes))
    #expect(!table.slots.contains(1))
    let preference = table.preference(for: "1.2.3.4:5")
    #expect(Array(preference) == [table.index(for: "1.2.3.4:5")])
    #expect(preference.end == .stateful("the table is built anew without the real"))
  }

  @Test func refusesWhatKatranCannotHash() throws {
    #expect(throws: ClusterError.self) { try KatranMaglev(Cluster(nodes: ["example.com:80"])) }
    #expect(throws: ClusterError.self) {
      try KatranMaglev(Cluster(nodes: ["10.0.0.1:80", "10.0.0.1:81"]))
    }
    #expect(throws: ClusterError.self) {
      try KatranMaglev(Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 1.5)]))
    }
    #expect(throws: ClusterError.self) {
      try KatranMaglev(Cluster(nodes: ["10.0.0.1:80"]), tableSize: 65_536)
    }
    #expect(throws: ClusterError.self) { try table([0, 0]) }
  }
}
