import ConsistentHashing
import ProxyProfiles
import Testing

/// `hash KEY` and `ip_hash`, which take a hash modulo the sum of weights.
@Suite struct NginxModuloTests {
  /// Recorded from nginx 1.22.1, http and stream: equal and weighted servers, unusual texts, repeated
  /// lines, servers down or refusing.
  @Test(arguments: try RecordedTable.load("nginx-hash"))
  func sendsKeysWhereHashDid(table: RecordedTable) throws {
    let selector = try NginxModuloHash(table.cluster())
    let up = table.answering
    RecordedAnswers.expectSame(try table.keyBytes(), table.recordedServers()) { key in
      selector.index(for: key, among: up).map { table.servers[$0].text } ?? "round robin"
    }
  }

  @Test(arguments: try RecordedTable.load("nginx-ip-hash"))
  func sendsClientsWhereIPHashDid(table: RecordedTable) throws {
    let selector = try NginxIPHash(table.cluster())
    let up = table.answering
    RecordedAnswers.expectSame(try table.keyBytes(), table.recordedServers()) { key in
      selector.index(for: key, among: up).map { table.servers[$0].text } ?? "round robin"
    }
  }

  private static let three: [Node] = ["127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003"]

  /// The orders in which nginx 1.22.1 tried three servers of which all refuse.
  @Test(arguments: [("k0", [1, 2, 0]), ("k1", [0, 1, 2]), ("k2", [1, 0, 2])])
  func hashTriesServersInNginxOrder(key: String, order: [Int]) throws {
    let selector = try NginxModuloHash(Cluster(nodes: Self.three))
    #expect(selector.preference(for: key) == Preference(order, end: .everyNode))
  }

  @Test(arguments: [("10.0.0.0", [0, 1, 2]), ("10.1.7.13", [0, 2, 1])])
  func ipHashTriesServersInNginxOrder(key: String, order: [Int]) throws {
    let selector = try NginxIPHash(Cluster(nodes: Self.three))
    #expect(selector.preference(for: key) == Preference(order, end: .everyNode))
  }

  /// Only the first three bytes of an IPv4 address count, all of an IPv6 address, and for anything
  /// else three zero bytes.
  @Test func ipHashReadsAddresses() throws {
    let nodes = (1...1000).map { Node(address: "10.0.\($0 / 250).\($0 % 250):80") }
    let selector = try NginxIPHash(Cluster(nodes: nodes))
    func index(_ text: String) -> Int? { selector.index(for: text) }
    #expect(index("192.0.2.1") == index("192.0.2.254"))
    #expect(index("192.0.2.1") != index("192.0.3.1"))
    #expect(index("2001:db8::1") != index("2001:db8::2"))
    #expect(index("2001:db8::1") == index("2001:0DB8:0:0:0:0:0:1"))
    #expect(index("::ffff:192.0.2.1") == index("::ffff:c000:201"))
    #expect(index("0.0.0.7") == index("unix:"))
    #expect(index("0.0.0.7") == index("1.2.3"))
  }

  /// Both rules written for reading, on random upstreams, to the end of every preference.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreeWithTheTextbook(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var different: [String] = []
    for _ in 0..<40 {
      let nodes = (0..<Int.random(in: 2...12, using: &random)).map { line in
        let weight = Double(Int.random(in: 1...6, using: &random))
        let isDown = line > 0 && Int.random(in: 0..<4, using: &random) == 0
        let isBackup = line > 1 && Int.random(in: 0..<8, using: &random) == 0
        return Node(
          address: "10.0.0.\(line):80", weight: weight, state: isDown ? .down : .up,
          properties: isBackup ? ["backup": "true"] : [:])
      }
      let textbook = TextbookModulo(nodes)
      let hash = try NginxModuloHash(Cluster(nodes: nodes))
      let ipHash = try NginxIPHash(Cluster(nodes: nodes))
      for _ in 0..<100 {
        let key = "session-\(UInt32.random(in: 0...99_999, using: &random))"
        if hash.preference(for: key) != textbook.hashPreference(Array(key.utf8)) {
          different.append("seed \(seed), \(key) of \(nodes)")
        }
        let address = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text = address.map { String($0) }.joined(separator: ".")
        if ipHash.preference(for: text) != textbook.ipPreference(address) {
          different.append("seed \(seed), \(text) of \(nodes)")
        }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.first ?? "")")
  }

  @Test func leavesEmptyKeysToRoundRobin() throws {
    let selector = try NginxModuloHash(Cluster(nodes: ["10.0.0.1:80", "10.0.0.2:80"]))
    #expect(selector.index(for: "") == nil)
    #expect(selector.preference(for: "").end == .stateful("round robin"))
    #expect(try NginxModuloHash(Cluster(nodes: ["10.0.0.1:80"])).index(for: "") == 0)
  }

  @Test func backupsComeWhenAllOthersHaveFailed() throws {
    let cluster = try Cluster(nodes: [
      "10.0.0.1:80", "10.0.0.2:80",
      Node(address: "10.0.0.3:80", weight: 5, properties: ["backup": "true"]),
    ])
    let preference = try NginxModuloHash(cluster).preference(for: "key")
    #expect(Set(preference) == [0, 1])
    #expect(preference.end == .stateful("backup servers, round robin"))
  }

  /// A line that is marked down keeps its place, so only its own keys move; one that is deleted moves
  /// about all.
  @Test func downMovesItsOwnKeysOnly() throws {
    var nodes = (1...10).map { Node(address: "10.0.0.\($0):80") }
    let before = try NginxModuloHash(Cluster(nodes: nodes))
    nodes[3].state = .down
    let after = try NginxModuloHash(Cluster(nodes: nodes))
    let moved = (0..<5000).map { "session-\($0)" }.filter {
      before.index(for: $0) != after.index(for: $0)
    }
    #expect(moved.allSatisfy { before.index(for: $0) == 3 })
    #expect((400...600).contains(moved.count))
  }

  @Test(arguments: ["nginx-hash", "nginx-ip-hash"])
  func refusesWeightsThatNginxRefuses(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    let broken = try Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 1.5)])
    let error = #expect(throws: ClusterError.self) { try rule.selector(for: broken) }
    #expect(error?.code == .invalidWeight && error?.subject == .node(0))
    let many = try Cluster(
      nodes: (1...3).map { Node(address: "10.0.0.\($0):80", weight: 1e9) })
    let tooLarge = #expect(throws: ClusterError.self) { try rule.selector(for: many) }
    #expect(tooLarge?.code == .tooLarge)
  }
}

/// A list with every line repeated as often as its weight says.
private struct TextbookModulo {
  private let usable: [Int]
  private let hasBackup: Bool
  private let wheel: [Int]

  init(_ nodes: [Node]) {
    let backups = nodes.indices.filter { nodes[$0].properties["backup"] == "true" }
    let primaries = nodes.indices.filter { !backups.contains($0) }
    usable = primaries.filter { nodes[$0].state == .up }
    hasBackup = backups.contains { nodes[$0].state == .up }
    wheel = primaries.flatMap { Array(repeating: $0, count: Int(nodes[$0].weight)) }
  }

  func hashPreference(_ key: [UInt8]) -> Preference {
    var sum: UInt64 = 0
    var round = 0
    return preference {
      let prefix = round == 0 ? [] : Array("\(round)".utf8)
      round += 1
      sum += UInt64(textbookCRC32(prefix + key) / 65_536 % 32_768)
      return sum
    }
  }

  func ipPreference(_ address: [UInt8]) -> Preference {
    var state: UInt64 = 89
    return preference {
      for byte in address.prefix(3) { state = (state * 113 + UInt64(byte)) % 6271 }
      return state
    }
  }

  private func preference(_ next: () -> UInt64) -> Preference {
    var tried: [Int] = []
    var failures = 0
    if Set(wheel).count > 1 {
      while failures <= 20, tried.count < usable.count {
        let line = wheel[Int(next() % UInt64(wheel.count))]
        if usable.contains(line), !tried.contains(line) {
          tried.append(line)
        } else {
          failures += 1
        }
      }
    }
    let left = usable.filter { !tried.contains($0) }
    if left.count > 1 { return Preference(tried, end: .stateful("round robin")) }
    return Preference(
      tried + left,
      end: hasBackup ? .stateful("backup servers, round robin") : .everyNode)
  }
}
