import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct HAProxyAlgorithmTests {
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
    let cluster = try Cluster(nodes: ["10.0.0.1:80", "10.0.0.2:80"])
    let ring = try #require(
      PlacementRule.haproxyConsistent.selector(for: cluster, options: options)
        as? HAProxyConsistentHash)
    #expect(ring.keyHash.function == function && ring.keyHash.isAvalanche == consistent)
    let table = try #require(
      PlacementRule.haproxyMap.selector(for: cluster, options: options) as? HAProxyMapHash)
    #expect(table.keyHash.function == function && table.keyHash.isAvalanche == map)
  }

  @Test(
    arguments: [
      (nil, [:], .urlParameter, HAProxyURIPart()),
      ("arg:k", [:], .urlParameter, HAProxyURIPart()),
      ("header:x", [:], .header, HAProxyURIPart()),
      ("cookie:sid", [:], .expression, HAProxyURIPart()),
      ("remote-addr", [:], .source, HAProxyURIPart()), ("uri", [:], .uri, HAProxyURIPart()),
      ("uri", ["balance": "hash"], .expression, HAProxyURIPart()),
      (nil, ["balance": "source"], .source, HAProxyURIPart()),
      (nil, ["balance": "hdr"], .header, HAProxyURIPart()),
      ("header:x", ["balance": "url_param"], .urlParameter, HAProxyURIPart()),
      (
        nil,
        [
          "balance": "uri", "uri-whole": "on", "uri-path-only": "on", "uri-len": "9",
          "uri-depth": "2",
        ],
        .uri, HAProxyURIPart(isWhole: true, isPathOnly: true, length: 9, depth: 2)
      ),
      ("uri", ["uri-depth": "1"], .uri, HAProxyURIPart(depth: 1)),
    ] as [(String?, [String: String], HAProxyBalance, HAProxyURIPart)])
  func takesTheKeyFromWhereThePlacementSays(
    key: String?, options: [String: String], balance: HAProxyBalance, part: HAProxyURIPart
  ) throws {
    let placement = Placement(
      rule: "haproxy-consistent", options: options, key: key.flatMap { KeySource($0) })
    let selector = try #require(
      RuleCatalogue.all.selector(
        for: PlacedCluster(Cluster(nodes: ["10.0.0.1:80"]), placement)) as? HAProxyConsistentHash)
    #expect(selector.keyHash.balance == balance && selector.keyHash.uriPart == part)
  }

  @Test(
    arguments: [
      (["hash": "md5"], "hash"), (["avalanche": "true"], "avalanche"),
      (["uri-depth": "2"], "uri-depth"), (["balance": "hdr", "uri-whole": "on"], "uri-whole"),
      (["balance": "roundrobin"], "balance"), (["hash-key": "name"], "hash-key"),
      (["balance": "uri", "uri-len": "0"], "uri-len"),
    ] as [([String: String], String)])
  func refusesOptionsByTheirName(options: [String: String], name: String) throws {
    let cluster = try Cluster(nodes: ["10.0.0.1:80"])
    let error = #expect(throws: ClusterError.self) {
      try PlacementRule.haproxyConsistent.selector(for: cluster, options: options)
    }
    #expect(error?.subject == .option(name))
  }

  @Test func readsNodesOfACluster() throws {
    let cluster = try Cluster(nodes: [
      Node(address: "10.0.0.1:80", properties: ["haproxy-id": "7", "guid": "a"]),
      Node(address: "10.0.0.2:80", state: .down),
      Node(address: "10.0.0.3:80", weight: 0), "10.0.0.4:80",
    ])
    let selector = try #require(
      PlacementRule.haproxyConsistent.selector(for: cluster, options: ["hash-key": "guid"])
        as? HAProxyConsistentHash)
    #expect(selector.serverIDs == [7, 2, 3, 4])
    #expect(Set((0..<200).map { selector.index(for: "key\($0)") }) == [0, 3])
  }
}
