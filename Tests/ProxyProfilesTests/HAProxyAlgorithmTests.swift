import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

@Suite struct HAProxyAlgorithmTests {
  static let algorithms: [Algorithm] = [
    .haproxyConsistent, .haproxyConsistent30, .haproxyMap,
  ]

  @Test(arguments: algorithms.map(\.name))
  func keepsItsPromises(_ name: String) throws {
    #expect(try conformanceViolations(of: .named(name), seed: 1) == [])
  }

  /// What each set of options means in the configuration.
  @Test(
    arguments: [
      ([:], .sdbm, true, false), (["hash": "sdbm"], .sdbm, false, false),
      (["hash": "crc32"], .crc32, false, false),
      (["hash": "wt6", "avalanche": "on"], .wt6, true, true),
      (["avalanche": "off"], .sdbm, false, false), (["avalanche": "on"], .sdbm, true, true),
      (["hash": "none", "avalanche": "off"], .none, false, false),
    ] as [([String: String], HAProxyKeyHash.Function, Bool, Bool)])
  func readsHashTypes(
    options: [String: String], function: HAProxyKeyHash.Function, consistent: Bool, map: Bool
  ) throws {
    let nodes: [Node] = ["10.0.0.1:80", "10.0.0.2:80"]
    let cluster = try Cluster(nodes: nodes, options: options)
    let ring = try #require(
      Algorithm.haproxyConsistent.selector(for: cluster) as? HAProxyConsistentHash)
    #expect(ring.keyHash.function == function && ring.keyHash.isAvalanche == consistent)
    let table = try #require(Algorithm.haproxyMap.selector(for: cluster) as? HAProxyMapHash)
    #expect(table.keyHash.function == function && table.keyHash.isAvalanche == map)
  }

  @Test(
    arguments: [
      (nil, [:], .urlParameter), ("arg:k", [:], .urlParameter), ("header:x", [:], .header),
      ("cookie:sid", [:], .expression), ("remote-addr", [:], .source),
      ("uri", [:], .uri(HAProxyURIPart())), ("uri", ["balance": "hash"], .expression),
      (nil, ["balance": "source"], .source), (nil, ["balance": "hdr"], .header),
      ("header:x", ["balance": "url_param"], .urlParameter),
      (
        nil,
        [
          "balance": "uri", "uri-whole": "on", "uri-path-only": "on", "uri-len": "9",
          "uri-depth": "2",
        ],
        .uri(HAProxyURIPart(isWhole: true, isPathOnly: true, length: 9, depth: 2))
      ),
      ("uri", ["uri-depth": "1"], .uri(HAProxyURIPart(depth: 1))),
    ] as [(String?, [String: String], HAProxyBalance)])
  func takesTheKeyFromWhereTheClusterSays(
    key: String?, options: [String: String], balance: HAProxyBalance
  ) throws {
    let cluster = try Cluster(
      nodes: ["10.0.0.1:80"], key: key.flatMap { KeySource($0) }, options: options)
    let selector = try #require(
      Algorithm.haproxyConsistent.selector(for: cluster) as? HAProxyConsistentHash)
    #expect(selector.keyHash.balance == balance)
  }

  @Test(
    arguments: [
      (["hash": "md5"], "hash"), (["avalanche": "true"], "avalanche"),
      (["uri-depth": "2"], "uri-depth"), (["balance": "hdr", "uri-whole": "on"], "uri-whole"),
      (["balance": "roundrobin"], "balance"), (["hash-key": "name"], "hash-key"),
      (["balance": "uri", "uri-len": "0"], "uri-len"),
    ] as [([String: String], String)])
  func refusesOptionsByTheirName(options: [String: String], name: String) throws {
    let cluster = try Cluster(nodes: ["10.0.0.1:80"], options: options)
    let error = #expect(throws: ClusterError.self) {
      try Algorithm.haproxyConsistent.selector(for: cluster)
    }
    #expect(error?.subject == .option(name))
  }

  @Test func readsNodesOfACluster() throws {
    let cluster = try Cluster(
      nodes: [
        Node(address: "10.0.0.1:80", properties: ["haproxy-id": "7", "guid": "a"]),
        Node(address: "10.0.0.2:80", state: .down),
        Node(address: "10.0.0.3:80", weight: 0), "10.0.0.4:80",
      ], options: ["hash-key": "guid"])
    let selector = try #require(
      Algorithm.haproxyConsistent.selector(for: cluster) as? HAProxyConsistentHash)
    #expect(selector.serverIDs == [7, 2, 3, 4])
    #expect(Set((0..<200).map { selector.choice(for: "key\($0)") }) == [0, 3])
  }
}
