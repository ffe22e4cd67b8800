import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct TwemproxyTests {
  static func selector(_ table: MemcacheTable) throws -> any NodeSelector {
    var settings: [String: String] = [:]
    for part in table.setting.replacing(", after the ejection", with: "").split(separator: "; ") {
      let sides = part.split(separator: ": ")
      settings[String(sides[0])] = String(sides[1])
    }
    let rule = "twemproxy-\(try #require(settings["distribution"]))"
    var options: [String: String] = [:]
    options["hash"] = settings["hash"]
    options["hash-tag"] = settings["hash_tag"]
    return try RuleCatalogue.all.selector(
      for: PlacedCluster(table.cluster(), Placement(rule: rule, options: options)))
  }

  @Test func hasAllTables() throws {
    #expect(try MemcacheTable.load("twemproxy").count == 71)
  }

  /// Recorded from twemproxy 0.5.0 in front of memcached: both distributions, twelve hash functions,
  /// names, hash tags, weights, ejected servers.
  @Test(arguments: try MemcacheTable.load("twemproxy"))
  func sendsKeysWhereTwemproxyDid(table: MemcacheTable) throws {
    let different = try table.differences(from: try Self.selector(table))
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  /// The rules written for reading, on random pools.
  @Test func agreesWithTheTextbook() throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = TestGenerator(seed: seed)
    var different: [String] = []
    for round in 0..<8 {
      let nodes = (0..<Int.random(in: 1...9, using: &generator)).map { index in
        Node(
          id: index % 2 == 0 ? nil : NodeID("shard-\(round)-\(index)"),
          address: "10.8.\(round).\(index):\(11_210 + index % 3)",
          weight: Double(Int.random(in: 1...12, using: &generator)))
      }
      let cluster = try Cluster(nodes: nodes)
      let ketama = try TwemproxyKetama(cluster, TwemproxyOptions(keyHash: .crc32a))
      let modula = try TwemproxyModula(cluster, TwemproxyOptions(keyHash: .crc32a))
      for _ in 0..<60 {
        let key = generator.key()
        let hash = TwemproxyHash.crc32a.hash(key.span)
        var left = Array(nodes.indices)
        var order: [[Int]] = [[], []]
        while !left.isEmpty {
          let next = TextbookKetama.pick(hash, left.map { nodes[$0] })
          order[0].append(left.remove(at: next))
        }
        // Short names first, those of one length by their bytes.
        left = nodes.indices.sorted { a, b in
          let (a, b) = (TextbookKetama.name(nodes[a]), TextbookKetama.name(nodes[b]))
          return (a.utf8.count, a) < (b.utf8.count, b)
        }
        while !left.isEmpty {
          let list = left.flatMap { Array(repeating: $0, count: Int(nodes[$0].weight)) }
          let next = list[Int(hash) % list.count]
          order[1].append(next)
          left.removeAll { $0 == next }
        }
        let found = [ketama.preference(for: key.span), modula.preference(for: key.span)]
        if found != order.map({ Preference($0, end: .everyNode) })
          || ketama.index(for: key.span) != order[0].first
          || modula.index(for: key.span) != order[1].first
        {
          different.append("\(nodes.map(\.weight)) \(key)")
        }
      }
    }
    #expect(different.isEmpty, "seed \(seed), \(different.prefix(2))")
  }

  @Test(arguments: [
    ("{}", "user:{42}:a", "42"), ("{}", "{}x", "{}x"), ("{}", "{{a}}", "{a"),
    ("{}", "}a{b", "}a{b"),
    ("{}", "a{}{b}", "a{}{b}"), ("$$", "x$y$z$", "y"), ("$$", "x$", "x$"), ("ab", "xaabb", "a"),
  ])
  func hashesWhatIsInTheTag(tag: String, key: String, part: String) throws {
    let cluster = try Cluster(nodes: (0..<50).map { Node(address: "10.0.0.\($0):11211") })
    let tagged = try TwemproxyKetama(cluster, TwemproxyOptions(hashTag: tag))
    let plain = try TwemproxyKetama(cluster)
    #expect(tagged.index(for: key) == plain.index(for: part))
    let modula = try TwemproxyModula(cluster, TwemproxyOptions(hashTag: tag))
    #expect(modula.index(for: key) == (try TwemproxyModula(cluster)).index(for: part))
  }

  /// A pool holds its servers in the order of their names: `b` before `aa`, and that before `ab`.
  @Test func sortsServersByName() throws {
    let names = ["ab", "b", "käse", "aa", "10.0.0.1:1"]
    let nodes = names.enumerated().map { Node(id: NodeID($1), address: "10.0.0.\($0):11212") }
    let modula = try TwemproxyModula(Cluster(nodes: nodes))
    let sorted = [1, 3, 0, 2, 4]
    let different = (0..<500).filter { number in
      let key = Array("key-\(number)".utf8)
      let hash = TwemproxyHash.fnv1aWith64Bits.hash(key.span)
      return modula.index(for: key.span) != sorted[Int(hash) % 5]
    }
    #expect(different.isEmpty)
  }

  @Test func namesServersAsTheConfigurationDoes() throws {
    func name(_ node: Node) throws -> String { try TwemproxyServer.name(of: node, at: 0) }
    #expect(try name("10.0.0.1:11211") == "10.0.0.1")
    #expect(try name("10.0.0.1:11212") == "10.0.0.1:11212")
    #expect(try name("[::1]:11211") == "::1")
    #expect(try name("[::1]:1") == "::1:1")
    #expect(try name("unix:/a.sock") == "/a.sock:")
    #expect(try name(Node(id: "shard", address: "10.0.0.1:1")) == "shard")
  }

  @Test func refusesWhatTwemproxyRefuses() throws {
    func code(_ nodes: [Node]) -> ClusterError.Code? {
      do {
        _ = try TwemproxyKetama(Cluster(nodes: nodes))
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code([Node(address: "a:11211", weight: 0), "b:11211"]) == .invalidWeight)
    #expect(code([Node(address: "a:11211", weight: 1.5)]) == .invalidWeight)
    #expect(code(["a", "b:11211"]) == .invalidAddress)
    #expect(code([Node(id: "b", address: "a:11211"), "b:11211"]) == .duplicateID)
    #expect(code([Node(id: "a b", address: "a:11211")]) == .invalidID)
    #expect(
      code([Node(id: NodeID(String(repeating: "n", count: 79)), address: "a:1")]) == .invalidID)
    #expect(code([Node(address: "a:11211", state: .down)]) == .noAvailableNode)
    #expect(code([Node(address: "a:11211", weight: 0, state: .drain), "b:11211"]) == nil)
    #expect(throws: ClusterError.self) {
      try PlacementRule.twemproxyKetama.selector(
        for: Cluster(nodes: ["a:1"]), options: ["hash-tag": "{"])
    }
  }
}

/// Ketama with shares of 160 points, written for reading: all points in a list, a linear search.
enum TextbookKetama {
  static func pick(_ hash: UInt32, _ nodes: [Node]) -> Int {
    let total = nodes.reduce(Float(0)) { $0 + Float($1.weight) }
    var points: [(value: UInt32, node: Int)] = []
    for (index, node) in nodes.enumerated() {
      let name = name(node)
      let share: Float = Float(node.weight) / total
      let groups = (share * 160 / 4 * Float(nodes.count)).rounded(.down)
      for j in 0..<Int(groups) {
        let digest = TextbookMD5.digest(Array("\(name)-\(j)".utf8))
        for word in 0..<4 {
          let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(digest[4 * word + $1]) << (8 * $1) }
          points.append((value, index))
        }
      }
    }
    points.sort { ($0.value, $0.node) < ($1.value, $1.node) }
    return (points.first { $0.value >= hash } ?? points[0]).node
  }

  static func name(_ node: Node) -> String {
    node.id != NodeID(node.address)
      ? node.id.text
      : node.address.hasSuffix(":11211") ? String(node.address.dropLast(6)) : node.address
  }
}
