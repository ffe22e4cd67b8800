import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

@Suite struct HAProxyConsistentHashTests {
  private static let three: [Node] = ["127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003"]

  /// Recorded from HAProxy 2.6.12 with three servers and `hash-type consistent` alone.
  @Test func agreesWithTheSmallestTable() throws {
    let selector = try HAProxyConsistentHash(Cluster(nodes: Self.three))
    #expect((0..<8).map { selector.index(for: "k\($0)") } == [0, 2, 1, 2, 0, 1, 0, 1])
  }

  /// Published with HAProxy's own tests, `reg-tests/balance/balance-hash-maxconn.vtc`; versions with
  /// the regression of 3.0 fail it.
  @Test func agreesWithThePublishedVector() throws {
    let cluster = try Cluster(nodes: Array(Self.three.prefix(2)))
    func index(_ rule: PlacementRule) throws -> Int? {
      try rule.selector(for: cluster, options: ["balance": "uri"]).index(for: "/test-url")
    }
    #expect(try index(.haproxyConsistent) == 0)
    #expect(try index(.haproxyConsistent30) == 1)
  }

  /// Worked out by a program in another language from the rules in HAProxy's source, not recorded:
  /// the packaged HAProxy has no `hash-key`.
  @Test(
    arguments: [
      (.id, "0222121011011111101202020222122100111020212110121120200110021212"),
      (.idOf30, "2121101111111011211122211100201021011112011121110112121000110111"),
      (.id32, "1110120111210011111111101000201011012110021101121102211100100111"),
      (.guid, "1121211222012200100120122102100220121111001000010121120021012000"),
      (.address, "1010112111112100010111001112211111212011120001211101022110222000"),
      (.addressAndPort, "1011021001101101101000101202000110210201010112102102210211101000"),
    ] as [(HAProxyHashKey, String)])
  func identifiesServersAsAsked(hashKey: HAProxyHashKey, picks: String) throws {
    let cluster = try Cluster(nodes: [
      .server("a", "10.0.0.1:8080", id: 7, guid: "web-a"),
      .server("b", "10.0.0.2:8081", id: 70000, weight: 2, guid: "web-b"),
      .server("c", "[2001:db8::7]:8080", id: 3, guid: "web-c"),
    ])
    let selector = try HAProxyConsistentHash(cluster, hashKey: hashKey)
    let picked = (0..<picks.utf8.count).map { "\(selector.index(for: "k\($0)") ?? 9)" }
    #expect(picked.joined() == picks)
  }

  @Test func identifiesByIdWhereThereIsNoGuidOrAddress() throws {
    let cluster = try Cluster(nodes: ["unix:/run/a.sock", "unix:/run/b.sock"])
    let byID = try HAProxyConsistentHash(cluster)
    for hashKey in [.guid, .address, .addressAndPort] as [HAProxyHashKey] {
      let other = try HAProxyConsistentHash(cluster, hashKey: hashKey)
      #expect((0..<500).allSatisfy { byID.index(for: "k\($0)") == other.index(for: "k\($0)") })
    }
  }

  @Test func refusesToGuessWhatANameResolvesTo() throws {
    let error = #expect(throws: ClusterError.self) {
      try HAProxyConsistentHash(
        Cluster(nodes: ["10.0.0.1:80", "web-2.example:80"]), hashKey: .address)
    }
    #expect(error?.code == .invalidAddress && error?.subject == .node(1))
  }

  /// `a, b id 2, c, d id 1, e` became 3, 2, 5, 1, 7 in HAProxy.
  @Test func countsIdsAsHAProxyDoes() throws {
    func ids(_ given: [Int?]) throws -> [Int] {
      let servers = given.enumerated().map {
        Node.server("s\($0)", "10.0.0.1:\(80 + $0)", id: $1)
      }
      return try HAProxyConsistentHash(Cluster(nodes: servers)).serverIDs
    }
    #expect(try ids([nil, 2, nil, 1, nil]) == [3, 2, 5, 1, 7])
    #expect(try ids([nil, nil, nil]) == [1, 2, 3])
    #expect(try ids([4, nil, nil, nil]) == [4, 2, 3, 5])
    #expect(try ids([2, nil]) == [2, 3])
  }

  /// On both sides of every node and of every half way, where ids, weights, states and backups are
  /// drawn at random; ids that are the same modulo 2²⁰ share all their places.
  @Test func agreesWithTheTextbook() throws {
    let seed: UInt64 = 7
    var generator = SeededGenerator(seed: seed)
    var different: [String] = []
    for round in 0..<60 {
      var ids: [Int] = []
      let servers = (0..<(2 + generator.below(8))).map { index in
        ids.append(1 + index + (generator.below(3) == 0 ? ((index + 1) << 20) - index : 0))
        return Node.server(
          "s\(index)", "10.0.0.\(index):80", id: ids[index], weight: generator.below(4),
          isDisabled: generator.below(5) == 0, isBackup: generator.below(3) == 0)
      }
      let usesAllBackups = generator.below(2) == 0
      let usable = servers.indices.filter { servers[$0].weight > 0 && servers[$0].state == .up }
      guard !usable.isEmpty else { continue }
      let selector = try HAProxyConsistentHash(
        Cluster(nodes: servers), keyHash: HAProxyKeyHash(function: .none, isAvalanche: false),
        usesAllBackups: usesAllBackups)
      var sharing = usable.filter { servers[$0].properties["backup"] == nil }
      if sharing.isEmpty { sharing = usesAllBackups ? usable : [usable[0]] }
      let oracle = TextbookHAProxy(
        servers: sharing.map { ($0, ids[$0], Int(servers[$0].weight)) })
      for (index, node) in oracle.ring.enumerated() {
        let next = oracle.ring[(index + 1) % oracle.ring.count].place
        let half = node.place &+ (next &- node.place) / 2
        for hash in [node.place, half, UInt32(truncatingIfNeeded: generator.next())]
          .flatMap({ [$0 &- 1, $0, $0 &+ 1] })
        {
          let expected = oracle.order(hash)
          let preference = selector.preference(for: "\(hash)")
          if Array(preference) != expected
            || selector.index(for: "\(hash)") != expected[0]
            || (preference.end == .everyNode) != (expected.count == usable.count)
          {
            different.append(
              "round \(round), hash \(hash): \(expected), here \(Array(preference))")
          }
        }
      }
    }
    #expect(different.isEmpty, "seed \(seed), \(different.count), such as \(different.prefix(2))")
  }

  /// HAProxy 2.6.12 with ids 1, 2²⁰ + 1, 2²¹ + 1 and 7 sent 2000 keys to the first, third and fourth
  /// server only, 444, 566 and 990 of them.
  @Test func givesNothingToAServerBetweenTwoAtTheSamePlaces() throws {
    let servers = ([1, 1_048_577, 2_097_153, 7] as [Int]).map {
      Node.server("s\($0)", "10.0.0.1:80", id: $0)
    }
    let selector = try HAProxyConsistentHash(
      Cluster(nodes: servers, allowsRepeatedAddresses: true))
    var counts = [0, 0, 0, 0]
    for i in 0..<2000 {
      if let index = selector.index(for: "key\(i)") { counts[index] += 1 }
    }
    #expect(counts == [444, 0, 566, 990])
  }

  /// HAProxy 2.6.12, four servers of which the second and third refuse, four retries with redispatch
  /// each: of 300 keys those whose first two servers refuse were answered 503.
  @Test func goesBackAndForthBetweenTwoServers() throws {
    let selector = try HAProxyConsistentHash(
      Cluster(nodes: (1...4).map { Node(address: "127.77.0.\($0):80") }))
    let up = HealthMask([true, false, false, true])
    var lost = 0
    for i in 0..<300 {
      let preference = selector.preference(for: "key\(i)")
      #expect(preference.count == 2)
      #expect(preference.end == .stateful("the first server again"))
      if selector.index(for: "key\(i)", among: up) == nil { lost += 1 }
    }
    #expect(lost == 35)
  }

  @Test func usesBackupsOnlyWhenNoActiveServerIsLeft() throws {
    func nodes(_ first: Node.State) -> [Node] {
      [
        Node(address: "10.0.0.1:80", state: first),
        Node(address: "10.0.0.2:80", weight: 0, properties: ["backup": "true"]),
        Node(address: "10.0.0.3:80", properties: ["backup": "true"]),
        Node(address: "10.0.0.4:80", properties: ["backup": "true"]),
      ]
    }
    func picks(_ first: Node.State, _ all: String) throws -> Set<Int?> {
      let selector = try PlacementRule.haproxyConsistent.selector(
        for: Cluster(nodes: nodes(first)), options: ["allbackups": all])
      return Set((0..<200).map { selector.index(for: "key\($0)") })
    }
    #expect(try picks(.up, "on") == [0])
    #expect(try picks(.down, "off") == [2])
    #expect(try picks(.drain, "on") == [2, 3])
    let idle = try HAProxyConsistentHash(Cluster(nodes: nodes(.up)))
    #expect(
      idle.preference(for: "key")
        == Preference([0], end: .stateful("the same server again")))
  }

  @Test func hashesNothingForASingleServer() throws {
    let one = try HAProxyConsistentHash(
      Cluster(nodes: [Node(address: "10.0.0.1:80", state: .down), "10.0.0.2:80"]),
      keyHash: HAProxyKeyHash(isAvalanche: true, balance: .header))
    #expect(one.index(for: "") == 1)
    #expect(one.preference(for: "") == Preference([1], end: .everyNode))
  }

  @Test func refusesWhatHAProxyRefuses() throws {
    func code(_ nodes: Node...) throws -> ClusterError.Code? {
      #expect(throws: ClusterError.self) {
        try PlacementRule.haproxyConsistent.selector(for: Cluster(nodes: nodes))
      }?.code
    }
    let other: Node = "10.0.0.9:80"
    #expect(try code(Node(address: "10.0.0.1:80", weight: 257), other) == .invalidWeight)
    #expect(try code(Node(address: "10.0.0.1:80", weight: 1.5), other) == .invalidWeight)
    #expect(try code(Node(address: "10.0.0.1:80", weight: 1e9), other) == .invalidWeight)
    for id in ["0", "-1", "x", "2147483648", ""] {
      let node = Node(address: "10.0.0.1:80", properties: ["haproxy-id": id])
      #expect(try code(node, other) == .invalidProperty)
    }
    let three = Node(address: "10.0.0.1:80", properties: ["haproxy-id": "3", "guid": "g"])
    var same = Node(address: "10.0.0.2:80", properties: ["haproxy-id": "3"])
    #expect(try code(three, same) == .invalidProperty)
    same.properties = ["guid": "g"]
    #expect(try code(three, same) == .invalidProperty)
    #expect(try code(Node(address: "10.0.0.1:80", state: .down)) == .noAvailableNode)
    #expect(
      try code(Node(address: "10.0.0.1:80", properties: ["backup": "yes"])) == .invalidProperty)

    // The same without the rule, which checks properties first.
    for id in ["0", "-1", "x", "2147483648", ""] {
      let cluster = try Cluster(nodes: [
        Node(address: "10.0.0.1:80", properties: ["haproxy-id": id]), other,
      ])
      #expect(throws: ClusterError.self) { try HAProxyConsistentHash(cluster) }
      #expect(throws: ClusterError.self) { try HAProxyMapHash(cluster) }
    }
  }
}
