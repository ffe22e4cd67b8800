import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct PingoraKetamaTests {
  private func selector(
    _ addresses: [String], weights: [Double] = [], maximumIterations: Int? = nil
  ) throws -> PingoraKetama {
    try PingoraKetama(
      Cluster(
        nodes: addresses.enumerated().map {
          Node(address: $1, weight: weights.isEmpty ? 1 : weights[$0])
        }), maximumIterations: maximumIterations)
  }

  private func iterator(_ selector: PingoraKetama, _ count: Int) -> [Int] {
    let key = "doghash"
    return selector.iterator(for: key.utf8.span, count: count)
  }

  /// Published with pingora-ketama, for ten hosts and for eleven.
  @Test(arguments: [10, 11]) func agreesWithPublishedHosts(count: Int) throws {
    let selector = try selector((1...count).map { "127.0.0.\($0):6443" })
    #expect(selector.index(for: "a") == 9)
    #expect(selector.index(for: "b") == 4)
  }

  @Test func agreesWithThePublishedExample() throws {
    let selector = try selector((1...3).map { "127.0.0.\($0):12345" }, weights: [1, 2, 3])
    #expect(["some_key", "another_key", "last_key"].map { selector.index(for: $0) } == [2, 2, 1])
  }

  @Test func agreesWithPublishedIterators() throws {
    let three = try selector((7777...7779).map { "127.0.0.1:\($0)" })
    #expect(iterator(three, 8) == [1, 2, 2, 0, 0, 1, 1, 2])
    let two = try selector(["127.0.0.1:7777", "127.0.0.1:7779"])
    #expect(iterator(two, 5) == [1, 1, 0, 0, 1])
    let one = try selector(["127.0.0.1:7777"])
    #expect(iterator(one, 200) == Array(repeating: 0, count: 200))
    let six = try selector((7777...7779).map { "[::1]:\($0)" })
    #expect(iterator(six, 7) == [0, 1, 0, 1, 1, 0, 2])
  }

  /// Published with pingora-load-balancing, whose list is sorted by address: 1.0.0.1, 1.0.0.255,
  /// 1.1.1.1.
  @Test func agreesWithPublishedSelections() throws {
    let keys = (0..<10).map { "test\($0)" }
    let three = try selector(["1.0.0.1:80", "1.0.0.255:80", "1.1.1.1:80"])
    #expect(keys.map { three.index(for: $0) } == [0, 2, 2, 2, 2, 1, 2, 1, 2, 0])
    let two = try selector(["1.0.0.1:80", "1.1.1.1:80"])
    #expect(keys.map { two.index(for: $0) } == [0, 1, 1, 1, 1, 0, 1, 1, 1, 0])
  }

  /// Rows of the requests that pingora-ketama publishes as recorded from nginx: nine servers
  /// 10.0.0.1:443 to 10.0.0.9:443 of weight 100.
  @Test(arguments: [
    ("/81fa1d251d605775d647b5b55565e71526d4cef6", 7),
    ("/2fec328e6ccdda6a7edf329f9f780e546ea183b4", 5),
    ("/19fb835d90883a6263ec4279c6da184e3f1a79b2", 4),
    ("/da7a88e542f7aaddc074f988164b9df7e5f7fea6", 4),
    ("/8f87cfd8005306643b6528b3d4125cf005139a7e", 5),
    ("/26d2769eab098458bc3e4e641a4b7d8abffd0aea", 6),
    ("/aa5b5323980f2d3e21246212ebd820c3949c1e88", 7),
    ("/d9c4bc3cc4517c629e8f4c911c2fd8baf260ae65", 1),
    ("/28c1c069a2904bb3b3e0f9731b1ff8de9ab7a76d", 4),
    ("/fe5199bdfeee5cd431ae7e9f77f178164f9995a0", 9),
    ("/43992eee187920c5e8695332f71ca6e23ef6ac4b", 3),
    ("/38528aab753a6f32de86b5a7acdbb0c885137a81", 9),
    ("/12d4b9155ff599c0ac554226796b58a2278b450f", 7),
    ("/77766138aaf0c016bdd1f6b996177fc8ca1d2204", 8),
    ("/668fd6d99bfb50b85b0928a8915761be2ca19089", 2),
    ("/fefbfb22035c938b44d305dbb71b11d531257af8", 2),
  ])
  func agreesWithRowsRecordedFromNginx(uri: String, server: Int) throws {
    let nodes = (1...9).map { Node(address: "10.0.0.\($0):443", weight: 100) }
    #expect(try PingoraKetama(Cluster(nodes: nodes)).index(for: uri) == server - 1)
  }

  /// For IPv4 with ports it is nginx's ring; for IPv6 the brackets make another.
  @Test func equalsNginxForIPv4Only() throws {
    let keys = (0..<5000).map { "session-\($0)" }
    for (host, areSame) in [("192.0.2.1", true), ("[2001:db8::1]", false)] {
      let cluster = try Cluster(
        nodes: (1...5).map { Node(address: "\(host):\(8000 + $0)", weight: Double($0)) })
      let (nginx, pingora) = (try NginxConsistentHash(cluster), try PingoraKetama(cluster))
      #expect(keys.allSatisfy { nginx.index(for: $0) == pingora.index(for: $0) } == areSame)
    }
  }

  /// Addresses are hashed as Rust prints them, so that spellings of one address are one ring.
  @Test(arguments: [
    ("[2001:DB8:0:0:0:0:0:1]:80", "[2001:db8::1]:080"),
    ("[2001:db8:0:0:1:0:0:1]:80", "[2001:db8::1:0:0:1]:80"),
    ("[::ffff:c000:201]:80", "[::ffff:192.0.2.1]:80"),
    ("[0:0:0:0:0:0:0:0]:80", "[::]:80"), ("[1:0:0:0:0:0:0:0]:80", "[1::]:80"),
    ("[0:1:0:1:0:1:0:1]:80", "[0:1:0:1:0:1:0:1]:80"),
  ])
  func spellingsOfAnAddressAreOne(first: String, second: String) throws {
    let (one, other) = (
      try selector([first, "192.0.2.1:80"]), try selector([second, "192.0.2.1:80"])
    )
    let keys = (0..<1000).map { "key-\($0)" }
    #expect(keys.allSatisfy { one.index(for: $0) == other.index(for: $0) })
  }

  /// The rule written for reading, for the IPv6 texts of RFC 5952 and IPv4: bytes, chain, list.
  @Test func agreesWithTheTextbook() throws {
    let hosts = [
      ("[2001:db8:0:0:1:0:0:1]:443", "2001:db8::1:0:0:1"),
      ("[2001:0db8:0:1:1:1:1:1]:443", "2001:db8:0:1:1:1:1:1"),
      ("[::ffff:10.1.2.3]:443", "::ffff:10.1.2.3"), ("[fe80::0:0:1]:443", "fe80::1"),
      ("[1:0:0:2:0:0:0:3]:443", "1:0:0:2::3"), ("10.1.2.3:443", "10.1.2.3"),
      ("[::1:2]:443", "::1:2"), ("[0:0:0:0:0:0:0:1]:443", "::1"),
    ]
    var ring: [(point: UInt32, node: Int)] = []
    for (index, host) in hosts.enumerated() {
      var point: UInt32 = 0
      for _ in 0..<(160 * (index + 1)) {
        let little = (0..<4).map { UInt8(truncatingIfNeeded: point >> (8 * $0)) }
        point = textbookCRC32(Array("\(host.1)\0443".utf8) + little)
        ring.append((point, index))
      }
    }
    ring.sort { $0.point < $1.point }
    let selector = try selector(hosts.map(\.0), weights: hosts.indices.map { Double($0 + 1) })
    var different: [String] = []
    for key in (0..<2000).map({ "key-\($0)" }) {
      let hash = textbookCRC32(Array(key.utf8))
      let start = ring.firstIndex { $0.point >= hash } ?? 0
      var order: [Int] = []
      for entry in ring[start...] + ring[..<start] where !order.contains(entry.node) {
        order.append(entry.node)
      }
      if selector.preference(for: key) != Preference(order, end: .everyNode) {
        different.append(key)
      }
    }
    #expect(different == [])
  }

  /// `max_iterations` counts points, repetitions too.
  @Test func looksAtSoManyPoints() throws {
    let addresses = (7777...7779).map { "127.0.0.1:\($0)" }
    // Points of doghash: 1 2 2 0 0 1 …
    let none = PreferenceEnd.stateful("no backend")
    for (iterations, preference) in [
      (1, Preference([1], end: none)), (2, Preference([1, 2], end: none)),
      (3, Preference([1, 2], end: none)),
      (4, Preference([1, 2, 0], end: .everyNode)),
    ] {
      let selector = try selector(addresses, maximumIterations: iterations)
      #expect(selector.preference(for: "doghash") == preference)
    }
    let cluster = try Cluster(
      nodes: addresses.map { Node(address: $0, state: $0.hasSuffix("7") ? .up : .down) })
    let selector = try PlacementRule.pingora.selector(
      for: cluster, options: ["max-iterations": "3"])
    #expect(selector.index(for: "doghash") == nil)
  }

  @Test(arguments: [
    "localhost:80", "10.0.0.1", "unix:/run/a.sock", "[::1]", "010.0.0.1:80", "10.0.0.1:65536",
  ])
  func refusesWhatIsNoSocketAddress(address: String) throws {
    let node = Node(id: "a", address: address)
    guard let cluster = try? Cluster(nodes: [node]) else { return }
    let error = #expect(throws: ClusterError.self) { try PingoraKetama(cluster) }
    #expect(error?.code == .invalidAddress && error?.subject == .node(0))
  }

  @Test func refusesWeightsThatPingoraCannotHave() throws {
    #expect(throws: ClusterError.self) { try selector(["10.0.0.1:80"], weights: [0.5]) }
    let error = #expect(throws: ClusterError.self) {
      try selector(["10.0.0.1:80"], weights: [1e9])
    }
    #expect(error?.code == .tooLarge)
  }
}
