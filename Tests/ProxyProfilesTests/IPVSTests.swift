import ConsistentHashing
@testable import ProxyProfiles
import Testing

/// IPVS has no published tables: its rule written for reading, on random services.
@Suite struct IPVSTests {
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func agreesWithTheRuleWrittenForReading(seed: UInt64) throws {
    var dice = Dice(seed)
    for index in [8, 12, 13] {
      let cluster = try dice.cluster(weighted: true, down: true)
      let fallsBack = dice.below(2) == 0
      let hashesPort = dice.below(2) == 0
      let service = try IPVSMaglev(
        cluster, tableIndex: index, fallsBack: fallsBack, hashesPort: hashesPort, order: .kernel)
      let book = TextbookIPVS(cluster.nodes, index: index)
      #expect(service.slots == book.slots, "seed \(seed), index \(index)")
      var different: [String] = []
      for client in sampleClients(400, &dice) {
        let expected = book.choice(client, fallsBack: fallsBack, hashesPort: hashesPort)
        if service.index(for: client.span) != expected
          || service.preference(for: client.span).first != expected
        {
          different.append(String(decoding: client, as: UTF8.self))
        }
      }
      #expect(different.isEmpty, "seed \(seed), index \(index), such as \(different.prefix(3))")
    }
  }

  /// The kernel puts a new server at the front of its list.
  @Test func takesTheServerAddedLastFirst() throws {
    let nodes = (1...5).map { Node(address: "10.0.0.\($0):80", weight: Double($0)) }
    let added = try IPVSMaglev(Cluster(nodes: nodes))
    let listed = try IPVSMaglev(Cluster(nodes: nodes.reversed()), order: .kernel)
    #expect(added.slots == listed.slots.map { 4 - $0 })
    let other = try IPVSMaglev(Cluster(nodes: nodes), order: .kernel)
    #expect(added.slots != other.slots)
  }

  @Test func sharesSlotsByWeight() throws {
    let nodes = [10, 20, 30].map { Node(address: "10.0.0.\(Int($0)):80", weight: $0) }
    let service = try IPVSMaglev(Cluster(nodes: nodes))
    let counts = (0..<3).map { node in service.slots.count { $0 == node } }
    // 4093 slots in rounds of six.
    #expect(zip(counts, [682, 1364, 2046]).allSatisfy { abs($0 - $1) <= 3 })
    // Weights of eleven bits are cut to six; what becomes 0 stays 1.
    let heavy = try IPVSMaglev(
      Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 2000), "10.0.0.2:80"]))
    let share = heavy.slots.count { $0 == 1 }
    #expect((60...64).contains(4093 / max(share, 1)))
  }

  @Test func refusesClientsOfServersThatAreDown() throws {
    var nodes = (1...4).map { Node(address: "10.0.0.\($0):80") }
    let up = try IPVSMaglev(Cluster(nodes: nodes))
    nodes[2].state = .down
    let strict = try IPVSMaglev(Cluster(nodes: nodes))
    let falling = try IPVSMaglev(Cluster(nodes: nodes), fallsBack: true)
    #expect(strict.slots == up.slots)
    var dice = Dice(9)
    var different: [String] = []
    for client in sampleClients(500, &dice) {
      let first = up.index(for: client.span)
      let fallback = falling.index(for: client.span)
      let isRight =
        first == 2
        ? strict.index(for: client.span) == nil && fallback != nil && fallback != 2
          && strict.preference(for: client.span)
            == Preference([], end: .stateful("no fallback"))
        : strict.index(for: client.span) == first && fallback == first
      let order = falling.preference(for: client.span)
      if !isRight || Set(order) != [0, 1, 3] || order.end != .everyNode {
        different.append(String(decoding: client, as: UTF8.self))
      }
    }
    #expect(different.isEmpty)
  }

  @Test func countsThePortOnlyIfTold() throws {
    let cluster = try Cluster(nodes: (1...9).map { Node(address: "[fd00::\($0)]:80") })
    let without = try IPVSMaglev(cluster)
    let with = try IPVSMaglev(cluster, hashesPort: true)
    let clients = (1...50).map { "[2001:db8::7]:\($0)" }
    #expect(Set(clients.map { without.index(for: $0) }).count == 1)
    #expect(Set(clients.map { with.index(for: $0) }).count > 1)
    #expect(without.index(for: "2001:db8::7") == without.index(for: clients[0]))
  }

  @Test func refusesWhatAServiceCannotHold() throws {
    #expect(throws: ClusterError.self) { try IPVSMaglev(Cluster(nodes: ["example.com:80"])) }
    #expect(throws: ClusterError.self) { try IPVSMaglev(Cluster(nodes: ["10.0.0.1"])) }
    #expect(throws: ClusterError.self) {
      try IPVSMaglev(Cluster(nodes: ["10.0.0.1:80", "[fd00::1]:80"]))
    }
    #expect(throws: ClusterError.self) {
      try IPVSMaglev(Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 65_536)]))
    }
    #expect(throws: ClusterError.self) {
      try IPVSMaglev(Cluster(nodes: ["10.0.0.1:80"]), tableIndex: 18)
    }
    let many = try Cluster(nodes: (0..<252).map { Node(address: "10.0.0.\($0):80") })
    #expect(throws: ClusterError.self) { try IPVSMaglev(many, tableIndex: 8) }
  }
}

/// The scheduler, written for reading.
private struct TextbookIPVS {
  let nodes: [Node]
  let size: Int
  let slots: [Int]

  private static func hash(_ value: UInt32, _ key: UInt64) -> Int {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    return Int(HSipHash(key, key).hash(bytes.span))
  }

  private static func value(_ text: Substring, port: Int) -> UInt32 {
    let parts = text.split(separator: ".").compactMap { UInt32($0) }
    if parts.count == 4 {
      return parts.reduce(0) { $0 << 8 | $1 } &+ UInt32(port)
    }
    // 2001:db8:a::b, as the sample clients are written.
    let groups = text.split(separator: ":").compactMap { UInt32($0, radix: 16) }
    return ((groups[0] << 16 | groups[1]) ^ (groups[2] << 16) ^ groups[3]) &+ UInt32(port)
  }

  init(_ nodes: [Node], index: Int) {
    let size = [251, 509, 1021, 2039, 4093, 8191][index - 8]
    func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
    let weights = nodes.map { Int($0.weight) }
    let common = weights.reduce(0, divisor)
    var bits = 0
    while ((weights.max() ?? 0) / common) >> bits > 0 { bits += 1 }
    let shift = max(0, bits - index / 2)
    let values = nodes.map { node in
      let parts = node.address.split(separator: ":")
      return Self.value(parts[0], port: Int(parts[1]) ?? 0)
    }
    var slots = [Int](repeating: -1, count: size)
    var left = size
    while left > 0 {
      for (place, value) in values.enumerated() {
        let offset = Self.hash(value, 2_654_435_761) % size
        let skip = Self.hash(value, 2_654_446_892) % (size - 1) + 1
        for _ in 0..<max(1, (weights[place] / common) >> shift) where left > 0 {
          var slot = offset
          while slots[slot] >= 0 { slot = (slot + skip) % size }
          slots[slot] = place
          left -= 1
        }
      }
    }
    self.nodes = nodes
    self.size = size
    self.slots = slots
  }

  func choice(_ client: [UInt8], fallsBack: Bool, hashesPort: Bool) -> Int? {
    let text = String(decoding: client, as: UTF8.self)
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    let port = Int(text[text.index(after: colon)...]) ?? 0
    let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
    let value = Self.value(host[...], port: hashesPort ? port : 0)
    let first = Self.hash(value, 2_654_435_761) % size
    if nodes[slots[first]].state == .up { return slots[first] }
    guard fallsBack else { return nil }
    return (0..<size).lazy
      .map { slots[Self.hash(value &+ UInt32((first + $0) % size), 2_654_435_761) % size] }
      .first { nodes[$0].state == .up }
  }
}
