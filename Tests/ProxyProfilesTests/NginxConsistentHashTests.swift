import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct NginxConsistentHashTests {
  /// Tables recorded from nginx 1.22.1, http and stream: equal and weighted servers, unusual texts,
  /// keys on and beside points, shared points, repeated lines, servers down or refusing.
  @Test(arguments: try RecordedTable.load("nginx-consistent"))
  func sendsKeysWhereNginxDid(table: RecordedTable) throws {
    let selector = try NginxConsistentHash(table.cluster())
    let up = table.answering
    RecordedAnswers.expectSame(try table.keyBytes(), table.recordedServers()) { key in
      selector.index(for: key, among: up).map { table.servers[$0].text } ?? "round robin"
    }
  }

  /// The order in which nginx 1.22.1 tried three servers of which all refuse.
  @Test(arguments: [
    ("k0", [2, 1, 0]), ("k1", [2, 0, 1]), ("k2", [1, 2, 0]), ("k3", [2, 1, 0]), ("k4", [1, 0, 2]),
  ])
  func triesServersInNginxOrder(key: String, order: [Int]) throws {
    let selector = try NginxConsistentHash(
      Cluster(nodes: ["127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003"]))
    #expect(selector.preference(for: key) == Preference(order, end: .everyNode))
  }

  @Test(arguments: [("k0", [1, 0]), ("k1", [1, 2])])
  func triesWeightedServersInNginxOrder(key: String, order: [Int]) throws {
    let selector = try NginxConsistentHash(
      Cluster(nodes: [
        Node(address: "127.0.0.1:9001", weight: 2), Node(address: "127.0.0.1:9002", weight: 3),
        Node(address: "127.0.0.1:9003", weight: 1),
      ]))
    #expect(Array(selector.preference(for: key).prefix(2)) == order)
  }

  /// Published with the nginx-compatible ring of pingora-ketama.
  @Test(arguments: [
    ("/some/path", 1), ("/some/longer/path", 0), ("/sad/zaidoon", 1), ("/g", 0),
    ("/pingora/team/is/cool/and/this/is/a/long/uri", 1), ("/i/am/not/confident/in/this/code", 0),
  ])
  func agreesWithPublishedVectors(key: String, index: Int) throws {
    let selector = try NginxConsistentHash(Cluster(nodes: ["127.0.0.1:7777", "127.0.0.1:7778"]))
    #expect(selector.index(for: key) == index)
  }

  @Test func leavesEmptyKeysToRoundRobin() throws {
    let selector = try NginxConsistentHash(Cluster(nodes: ["10.0.0.1:80", "10.0.0.2:80"]))
    #expect(selector.index(for: "") == nil)
    #expect(selector.preference(for: "").end == .stateful("round robin"))
  }

  @Test func namesTheOnlyServerThatRoundRobinCanPick() throws {
    let one = try NginxConsistentHash(Cluster(nodes: ["10.0.0.1:80"]))
    #expect(one.index(for: "") == 0)
    let oneUp = try NginxConsistentHash(
      Cluster(nodes: [Node(address: "10.0.0.1:80", state: .down), "10.0.0.2:80"]))
    #expect(oneUp.index(for: "") == 1)
    #expect(oneUp.index(for: "key") == 1)
  }

  /// With weights 200:1:1 and the heavy server down, nginx sent 81.1 % of 6000 keys to round robin;
  /// (200/202)^21 is 0.811.
  @Test func leavesTheRingAfterTwentySteps() throws {
    let selector = try NginxConsistentHash(
      Cluster(nodes: [
        Node(address: "10.0.0.1:80", weight: 200, state: .down), "10.0.0.2:80", "10.0.0.3:80",
      ]))
    let lost = (0..<20_000).count { selector.index(for: "key-\($0)") == nil }
    // Four standard deviations of the count, and the ring's own spread around its mean.
    #expect((0.79...0.83).contains(Double(lost) / 20_000))
  }

  @Test func countsStepsExactly() throws {
    // Walk the ring by hand: the first 21 points after the key belong to servers that are down.
    let nodes: [Node] = [
      Node(address: "10.0.0.1:80", weight: 50, state: .down), "10.0.0.2:80", "10.0.0.3:80",
    ]
    let selector = try NginxConsistentHash(Cluster(nodes: nodes))
    let oracle = TextbookNginx(nodes)
    var different: [String] = []
    for i in 0..<5000 {
      let key = "key-\(i)"
      let expected = oracle.firstUp(key, maximumSteps: 20)
      if selector.index(for: key) != expected { different.append(key) }
    }
    #expect(different.isEmpty)
  }

  @Test func refusesWeightsThatNginxRefuses() throws {
    #expect(throws: ClusterError.self) {
      try NginxConsistentHash(Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 1.5)]))
    }
    let error = #expect(throws: ClusterError.self) {
      try NginxConsistentHash(Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 100_000_000)]))
    }
    #expect(error?.code == .tooLarge)
  }

  @Test(arguments: [
    ("10.0.0.1:80", "10.0.0.1\0" + "80"), ("10.0.0.1", "10.0.0.1\0"),
    ("[::1]:80", "[::1]\0" + "80"),
    ("[::1]", "[::1]\0"), ("unix:/a.sock", "/a.sock\0"), ("UNIX:/a.sock", "/a.sock\0"),
    ("a:07003", "a\0" + "07003"), ("8080", "8080\0"), (":80", "\0" + "80"),
  ])
  func hashesTheTextOfTheLine(text: String, bytes: String) {
    #expect(NginxConsistentHash.hashedBytes(of: text) == Array(bytes.utf8))
  }
}

/// The rule written for reading: a sorted array, a linear search, bitwise CRC-32.
private struct TextbookNginx {
  let nodes: [Node]
  let points: [(value: UInt32, node: Int)]

  init(_ nodes: [Node]) {
    self.nodes = nodes
    var points: [(value: UInt32, node: Int)] = []
    for (index, node) in nodes.enumerated() {
      let parts = node.address.split(separator: ":")
      var previous: UInt32 = 0
      for _ in 0..<(160 * Int(node.weight)) {
        let little = (0..<4).map { UInt8(truncatingIfNeeded: previous >> (8 * $0)) }
        previous = textbookCRC32(Array(parts[0].utf8) + [0] + Array(parts[1].utf8) + little)
        points.append((previous, index))
      }
    }
    self.points = points.sorted { $0.value < $1.value }
  }

  func firstUp(_ key: String, maximumSteps: Int) -> Int? {
    let hash = textbookCRC32(Array(key.utf8))
    let start = points.firstIndex { $0.value >= hash } ?? 0
    return (0...maximumSteps).lazy.map { points[(start + $0) % points.count].node }
      .first { nodes[$0].state == .up }
  }
}
