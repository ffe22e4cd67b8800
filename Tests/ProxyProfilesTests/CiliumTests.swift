import ConsistentHashing
@testable import ProxyProfiles
import Testing

/// Cilium's tables, against those of Cilium's own tests.
@Suite struct CiliumTests {
  /// 0.0.0.i:i with the weights of the published table.
  private static let weighted = zip([1, 3, 4, 5], [2, 13, 111, 10]).map { place, weight in
    Node(address: "0.0.0.\(place):\(place)", weight: Double(weight))
  }

  @Test func fillsThePublishedTable() throws {
    let published =
      "2(5),3(1),2(3),1(1),2(2),0(1),2(1),3(1),2(1),3(1),2(1),1(1),2(7),1(1),2(14),3(1),2(1),"
      + "1(2),2(12),3(1),2(3),1(1),2(4),3(1),2(8),3(1),2(2),1(1),2(16),1(2),2(3),3(1),2(11),1(2),2(4),3(1),2(3),"
      + "1(1),2(4),3(1),2(1),0(1),1(1),2(8),1(1),2(7),1(1),2(4),3(1),2(1),3(1),2(9),1(2),2(5),1(1),2(7),3(1),2(1),"
      + "3(1),1(1),2(8),1(1),2(4),0(1),2(1),1(1),2(5),3(1),2(3),1(1),2(4),3(1),2(3),1(1),2(12),0(1),3(1),2(3),3(1),"
      + "2(4),3(1),2(2),1(1),2(7)"
    let table = try CiliumMaglev(Cluster(nodes: Self.weighted), tableSize: 251)
    var runs: [(owner: Int, length: Int)] = []
    for owner in table.slots {
      if runs.last?.owner == owner {
        runs[runs.count - 1].length += 1
      } else {
        runs.append((owner, 1))
      }
    }
    #expect(runs.map { "\($0.owner)(\($0.length))" }.joined(separator: ",") == published)
  }

  @Test func sharesSlotsAsPublished() throws {
    var nodes = Self.weighted
    for place in 0..<4 { nodes[place].address = "0.0.0.\(place + 1):\(place + 1)" }
    let table = try CiliumMaglev(Cluster(nodes: nodes), tableSize: 1021)
    let counts = (0..<4).map { node in table.slots.count { $0 == node } }
    #expect(counts == [16, 98, 832, 75])
  }

  @Test func readsTheSeed() throws {
    let seeds = try #require(CiliumSeeds(base64: "JLfvgnHc2kaSUFaI"))
    #expect(seeds.table == 0x24B7_EF82)
    #expect(seeds.ipv4 == 0x71DC_DA46)
    #expect(seeds.ipv6 == 0x9250_5688)
    for text in ["", "JLfvgnHc2kaSUFa", "JLfvgnHc2kaSUF==", "JLfvgnHc2kaSUFaI0000"] {
      #expect(CiliumSeeds(base64: text) == nil)
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func agreesWithTheTableWrittenForReading(seed: UInt64) throws {
    var dice = Dice(seed)
    for weighted in [false, true] {
      let cluster = try dice.cluster(weighted: weighted)
      let table = try CiliumMaglev(cluster, tableSize: 251, transportProtocol: .udp)
      #expect(table.slots == Self.textbook(cluster.nodes), "seed \(seed), \(cluster.nodes)")
    }
  }

  private static func textbook(_ nodes: [Node]) -> [Int] {
    let size = 251
    func text(_ index: Int) -> String { "[\(nodes[index].address)/UDP,State:active]" }
    let order = nodes.indices.sorted { NodeID(text($0)) < NodeID(text($1)) }
    let sum = order.reduce(0) { $0 + Int(nodes[$1].weight) }
    var counters = order.map { nodes[$0].weight / Double(order.count) }
    var slots = [Int](repeating: -1, count: size)
    for turn in 0..<size {
      var place = turn % order.count
      if sum / order.count > 1 {
        while (turn + 1) * Int(nodes[order[place]].weight) < Int(counters[place]) {
          place = (place + 1) % order.count
        }
        counters[place] += Double(sum)
      }
      let (a, b) = Murmur3x128.hash(text(order[place]).utf8.span, seed: 0x24B7_EF82)
      let (offset, skip) = (Int(a % 251), Int(b % 250) + 1)
      let slot = (0..<size).lazy.map { (offset + $0 * skip) % size }.first { slots[$0] < 0 }
      if let slot { slots[slot] = order[place] }
    }
    return slots
  }

  /// The words of a packet, put together by hand.
  @Test func hashesPacketsAsTheFilterDoes() throws {
    let table = try CiliumMaglev(Cluster(nodes: Self.weighted), port: 443)
    let hash = table.hash(of: "1.2.3.4:258".utf8.span)
    #expect(hash == UInt64(JenkinsHash.hash(0x0403_0201, 0xBB01_0201, 6, seed: 0x71DC_DA46)))
    #expect(table.index(for: "1.2.3.4:258") == table.slots[Int(hash % 16_381)])
    let a = table.hash(of: "[2001:db8::7]:258".utf8.span)
    let b = table.hash(of: "[2001:db8::8]:258".utf8.span)
    let c = table.hash(of: "[2001:db8::7]:259".utf8.span)
    #expect(Set([a, b, c]).count == 3)
  }

  /// Clients in other spellings, and the words that are hashed for them.
  @Test(arguments: [
    ("203.0.113.7:0", "203.0.113.7"), ("2001:DB8:0:0::7", "2001:db8::7"),
    ("[2001:db8::7]", "2001:db8::7"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ("[::]:0", "0:0:0:0:0:0:0:0"),
    ("::ffff:1.2.3.4", "::ffff:102:304"), ("1::", "1:0::0"), ("[1::2]:080", "[1:0::2]:80"),
  ])
  func readsClients(key: String, same: String) throws {
    let table = try CiliumMaglev(Cluster(nodes: Self.weighted))
    let hash = table.hash(of: key.utf8.span)
    #expect(hash == table.hash(of: same.utf8.span))
    #expect(hash != UInt64(JenkinsHash.hash(key.utf8.span, seed: 0x71DC_DA46)))
  }

  /// Keys that are no clients take the hash of their bytes.
  @Test(arguments: [
    "", "key", "1.2.3", "1.2.3.4.5", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:x", "[1.2.3.4]:80",
    "[::1", "[::1]x80", "[::1]:", "1::2::3", "example.com:80", "[", "]", ":", "::1:99999",
  ])
  func doesNotTakeOtherTextsForClients(key: String) throws {
    let table = try CiliumMaglev(Cluster(nodes: Self.weighted))
    let hash = table.hash(of: key.utf8.span)
    #expect(hash == UInt64(JenkinsHash.hash(key.utf8.span, seed: 0x71DC_DA46)))
  }

  /// The first backend by text takes the slot at its offset, whatever the spelling.
  @Test(arguments: [
    ("fd00::1", "fd00::1"), ("FD00:0:0:0:0:0:0:1", "fd00::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("1::", "1::"),
    ("::ffff:102:304", "::ffff:1.2.3.4"), ("::102:304", "::102:304"),
  ])
  func writesIPv6AsCiliumDoes(address: String, text: String) throws {
    let table = try CiliumMaglev(
      Cluster(nodes: [Node(address: "[\(address)]:80"), "[ffff::1]:80"]), tableSize: 251)
    let (offset, _) = Murmur3x128.hash(
      "[[\(text)]:80/TCP,State:active]".utf8.span, seed: 0x24B7_EF82)
    #expect(table.slots[Int(offset % 251)] == 0)
    // The other backend has a slot of its own to start with.
    #expect(Set(table.slots) == [0, 1])
  }

  @Test func tellsScopesAndProtocolsApart() throws {
    let cluster = try Cluster(nodes: Self.weighted)
    let tables = [
      try CiliumMaglev(cluster), try CiliumMaglev(cluster, isInternal: true),
      try CiliumMaglev(cluster, transportProtocol: .sctp),
      try CiliumMaglev(cluster, hashSeed: "AAAAAAAAAAAAAAAA"),
    ]
    #expect(Set(tables.map(\.slots)).count == 4)
  }

  @Test func refusesWhatCiliumRefuses() throws {
    let cluster = try Cluster(nodes: Self.weighted)
    #expect(throws: ClusterError.self) { try CiliumMaglev(cluster, tableSize: 65_537) }
    #expect(throws: ClusterError.self) { try CiliumMaglev(cluster, hashSeed: "short") }
    #expect(throws: ClusterError.self) { try CiliumMaglev(Cluster(nodes: ["example.com:80"])) }
    #expect(throws: ClusterError.self) { try CiliumMaglev(Cluster(nodes: ["10.0.0.1"])) }
    #expect(throws: ClusterError.self) {
      try CiliumMaglev(Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 65_536)]))
    }
  }

  @Test func leavesFallbackToTheAgent() throws {
    let table = try CiliumMaglev(Cluster(nodes: Self.weighted))
    let preference = table.preference(for: "1.2.3.4:5")
    #expect(Array(preference) == [table.index(for: "1.2.3.4:5")])
    #expect(preference.end == .stateful("the table is built anew without the backend"))
  }
}
