import ConsistentHashing
import ProxyProfiles
import Testing

/// The key spaces of memcached's clients and proxies, and of Redis Cluster, say what lookups do.
@Suite struct MemcacheKeySpaceTests {
  static let rules: [PlacementRule] = [
    .libketama, .libmemcachedModula, .libmemcachedKetama, .libmemcachedKetamaWeighted,
    .libmemcachedSpy, .libmemcachedSpyWeighted, .twemproxyKetama, .twemproxyModula, .uhashring,
    .uhashringKetama, .pymemcache, .pythonMemcached, .peclMemcache, .peclMemcacheStandard,
    .redisCluster,
  ]

  /// The settings of a rule: each of its words.
  private static func settings(_ rule: PlacementRule) -> [[String: String]] {
    var settings: [[String: String]] = [[:]]
    for option in rule.options {
      guard case .word(let words) = option.kind else { continue }
      settings += words.map { [option.name: $0] }
    }
    return settings
  }

  private static func nodes(_ count: Int, _ rule: PlacementRule) -> [Node] {
    (0..<count).map { index in
      let state: Node.State = index % 3 == 1 ? .down : index % 7 == 6 ? .drain : .up
      let weight = rule.promises.takesWeights ? 1 + index % 4 : 1
      return Node(address: "10.5.0.\(index):11212", weight: Double(weight), state: state)
    }
  }

  /// Random keys, and those that fall on points: texts that nodes are hashed by.
  @Test(arguments: rules.map(\.name))
  func saysWhereKeysGo(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    let seed = UInt64.random(in: 0...(.max))
    var generator = TestGenerator(seed: seed)
    var different: [String] = []
    for options in Self.settings(rule) {
      for count in [1, 2, 9] {
        let nodes = Self.nodes(count, rule)
        let selector = try rule.selector(for: Cluster(nodes: nodes), options: options)
        let space = selector.keySpace()
        let onPoints = nodes.flatMap { node in
          (0..<40).map { Array("\(node.address)-\($0)".utf8) }
        }
        for key in onPoints + (0..<200).map({ _ in generator.key() })
        where !selector.agrees(with: space, on: key.span) {
          different.append("\(count) nodes, \(options): \(key)")
        }
        let hasState = (0..<1000).contains { selector.index(for: "key-\($0)") == nil }
        if hasState, space.stateRule == nil { different.append("no rule for state: \(options)") }
      }
    }
    #expect(different.isEmpty, "seed \(seed), \(different.prefix(3))")
  }

  /// Shares sum to 1, and a count of keys comes near them.
  @Test(arguments: rules.map(\.name))
  func sharesAreThoseOfKeys(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    var nodes = Self.nodes(9, rule)
    // Where keys of a server that is down go, only asking tells.
    if name.hasPrefix("pecl") {
      for index in nodes.indices where nodes[index].state == .down { nodes[index].state = .up }
    }
    // FNV and one at a time leave keys that end alike close together.
    let options =
      rule.options.contains { $0.name == "hash" && $0.accepts("md5") }
      ? ["hash": "md5"] : [:]
    let selector = try rule.selector(for: Cluster(nodes: nodes), options: options)
    let shares = try #require(selector.keySpace().shares(nodeCount: nodes.count))
    #expect(shares.rehashed == 0)
    #expect(abs(shares.nodes.reduce(shares.state, +) - 1) < 1e-12)
    var counts = [Int](repeating: 0, count: nodes.count + 1)
    for key in 0..<40_000 { counts[selector.index(for: "key-\(key)") ?? nodes.count] += 1 }
    let distances = zip(counts, shares.nodes + [shares.state]).map {
      abs(Double($0) / 40_000 - $1)
    }
    // Six standard deviations of half the keys.
    #expect(distances.allSatisfy { $0 < 0.015 }, "\(counts) \(shares)")
  }

  @Test func sameHashesHaveSameNames() throws {
    func hash(_ rule: PlacementRule, _ options: [String: String]) throws -> KeyHashIdentity {
      try rule.selector(for: Cluster(nodes: ["a:1", "b:1"]), options: options).keySpace().keyHash
    }
    let libmemcached = try hash(.libmemcachedKetama, ["hash": "md5"])
    let twemproxy = try hash(.twemproxyKetama, ["hash": "md5"])
    #expect(libmemcached == twemproxy)
    let tagged = try hash(.twemproxyKetama, ["hash": "md5", "hash-tag": "{}"])
    let others = try [hash(.libketama, [:]), hash(.uhashringKetama, [:])]
    #expect(tagged != twemproxy)
    #expect(others == [twemproxy, twemproxy])
  }

  /// Hashes of 15 bits all lie before the first few points of a ring of 32 bits.
  @Test(arguments: [PlacementRule.libmemcachedKetamaWeighted, .twemproxyKetama].map(\.name))
  func fifteenBitsAreAShortArc(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    let options = ["hash": name.hasPrefix("lib") ? "crc" : "crc32"]
    let cluster = try Cluster(nodes: (0..<100).map { Node(address: "10.5.0.\($0):11212") })
    let space = try rule.selector(for: cluster, options: options).keySpace()
    #expect(space.domain == HashDomain(last: 0x7FFF))
    guard case .intervals(let intervals) = space.form else {
      Issue.record("no intervals")
      return
    }
    #expect(intervals.ends.last == 0x7FFF)
    #expect(intervals.count < 10)
    // The plain ring spreads them.
    let plain = try PlacementRule.libmemcachedKetama.selector(
      for: cluster, options: ["hash": "crc"])
    let nodes = Set((0..<1000).map { plain.index(for: "key-\($0)") })
    #expect(nodes.count > 50)
  }

  @Test func oneServerTakesEverything() throws {
    var different: [String] = []
    for rule in Self.rules {
      let space = try rule.selector(for: Cluster(nodes: ["10.0.0.1:1"])).keySpace()
      let shares = try #require(space.shares(nodeCount: 1))
      if shares.nodes != [1] { different.append("\(rule.name): \(shares)") }
      if case .intervals(let intervals) = space.form, intervals.count != 1 {
        different.append("\(rule.name): \(intervals.count) intervals")
      }
    }
    #expect(different.isEmpty)
  }

  @Test func slotsOfRedisAreIntervals() throws {
    let nodes = ["0-99,200", "100-199", nil].enumerated().map { index, slots in
      Node(
        address: "10.0.0.\(index):6379", state: index == 1 ? .down : .up,
        properties: slots.map { [RedisCluster.slotProperty: $0] } ?? [:])
    }
    let space = try RedisCluster(Cluster(nodes: nodes)).keySpace()
    #expect(space.domain.last == 16_383)
    #expect(space.owner(ofHash: 0) == .node(0))
    #expect(space.owner(ofHash: 100) == .state)
    #expect(space.owner(ofHash: 200) == .node(0))
    #expect(space.owner(ofHash: 201) == .state)
    #expect(space.stateRule == "failover within the cluster")
    #expect(space.shares(nodeCount: 3)?.nodes == [101.0 / 16_384, 0, 0])
  }

  /// Under `uhashring` a hash on a point's upper half is an interval of its own.
  @Test func uhashringLeavesPointsToTheLowerHalf() throws {
    let selector = try UhashringDefault(Cluster(nodes: ["a", "b"]))
    let space = selector.keySpace()
    var owners: [KeySpace.Owner?: Int] = [:]
    for point in 0..<160 {
      let hash = selector.hash(of: "a-\(point)".utf8.span) ?? 0
      let sides = [space.owner(ofHash: hash - 1), space.owner(ofHash: hash + 1)]
      let expected: KeySpace.Owner? = sides == [.node(0), .node(0)] ? .node(0) : .rehashed
      #expect(space.owner(ofHash: hash) == expected)
      #expect(sides[0] == .node(0))
      owners[expected, default: 0] += 1
    }
    #expect(owners[.rehashed] ?? 0 > 40)
    #expect(owners[.node(0)] ?? 0 > 40)
    #expect(abs((space.rehashedShares?.reduce(0, +) ?? 0) - 1) < 1e-12)
  }
}
