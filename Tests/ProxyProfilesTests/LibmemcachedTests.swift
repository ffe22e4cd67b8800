import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct LibmemcachedTests {
  /// The selector of a recorded setting, through the cluster document's own way in.
  static func selector(_ table: MemcacheTable) throws -> any NodeSelector {
    var settings: [String: String] = [:]
    for part in table.setting.replacing("as that behaviour leaves it", with: "-").split(
      separator: " ")
    {
      let sides = part.split(separator: "=")
      settings[String(sides[0])] = String(sides[1])
    }
    let distribution = try #require(settings["distribution"])
    let rule =
      [
        "consistent": "libmemcached-ketama", "ketama": "libmemcached-ketama",
        "ketama_weighted": "libmemcached-ketama-weighted", "modula": "libmemcached-modula",
        "spy": "libmemcached-spy", "spy_weighted": "libmemcached-spy-weighted",
      ][distribution] ?? distribution
    var options: [String: String] = [:]
    if let hash = settings["hash"], hash != "-" { options["hash"] = hash }
    if settings["order"] == "sort" { options["sort-hosts"] = "yes" }
    if settings["order"] == "after", distribution == "ketama" {
      options["distribution-set"] = "after-servers"
    }
    return try RuleCatalogue.all.selector(
      for: PlacedCluster(table.cluster(), Placement(rule: rule, options: options)))
  }

  @Test func hasAllTables() throws {
    #expect(try MemcacheTable.load("libmemcached").count == 125)
  }

  /// Recorded from libmemcached 1.1.4: five distributions, ten hash functions, weights, other ports,
  /// sockets, keys on and beside points.
  @Test(arguments: try MemcacheTable.load("libmemcached"))
  func sendsKeysWhereLibmemcachedDid(table: MemcacheTable) throws {
    let different = try table.differences(from: try Self.selector(table))
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  /// 99 keys published with libmemcached's own tests, for KETAMA_WEIGHTED and with KETAMA_SPY.
  @Test func agreesWithPublishedKeys() throws {
    let weights = [600, 300, 200, 350, 1000, 800, 950, 100]
    let cluster = try Cluster(
      nodes: weights.enumerated().map {
        Node(address: "10.0.1.\($0.offset + 1):11211", weight: Double($0.element))
      })
    let plain = try LibmemcachedRing(cluster, points: .weighted, keyHash: .md5)
    let spy = try LibmemcachedRing(cluster, points: .weighted, spy: true, keyHash: .md5)
    var different: [String] = []
    let rows = try MemcacheTable.lines("libmemcached-golden", "tsv")
    for row in rows {
      let parts = row.split(separator: "\t").map { String($0) }
      let picked = [plain, spy].map { selector in (selector.index(for: parts[0]) ?? -1) + 1 }
      if picked.map({ String($0) }) != Array(parts[1...]) { different.append(row) }
    }
    #expect(rows.count == 99)
    #expect(different.isEmpty)
    // The hash of this key lies above the last point, which is not the end of the ring.
    let highest = LibmemcachedHash.md5.hash("VDEAAAAA".utf8.span)
    #expect(highest == 0xFFFC_D1B5)
    #expect(plain.index(for: "VDEAAAAA") != nil)
  }

  /// From libmemcached's own regression tests: 17 ports of one host, plain ring.
  @Test func agreesWithPublishedPorts() throws {
    let ring = try LibmemcachedRing(
      Cluster(nodes: (0..<17).map { Node(address: "10.2.3.4:\(11_211 + $0)") }), points: .plain,
      keyHash: .standard)
    let keys = [
      "SZ6hu0SHweFmpwpc0w2R", "SQCK9eiCf53YxHWnYA.o", "SUSDkGXuuZC9t9VhMwa.",
      "SnnqnJARfaCNT679iAF_",
    ]
    #expect(keys.map { ring.index(for: $0) } == [6, 1, 9, 0])
  }

  /// Each server that is lost leaves the ring that the others would make by themselves.
  @Test func fallsBackToTheRingOfTheOthers() throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = TestGenerator(seed: seed)
    var different: [String] = []
    for round in 0..<6 {
      let nodes = (0..<Int.random(in: 2...7, using: &generator)).map { index in
        Node(
          address: "10.9.\(round).\(index):\(11_210 + index % 3)",
          weight: Double(Int.random(in: 1...(round < 2 ? 1 : 9), using: &generator)))
      }
      let ring = try LibmemcachedRing(
        Cluster(nodes: nodes), points: .weighted, keyHash: .murmur3)
      for _ in 0..<30 {
        let key = generator.key()
        var left = Array(nodes.indices)
        var order: [Int] = []
        while !left.isEmpty {
          let smaller = try LibmemcachedRing(
            Cluster(nodes: left.map { nodes[$0] }), points: .weighted, keyHash: .murmur3)
          let index = smaller.index(for: key.span)
          order.append(left.remove(at: try #require(index)))
        }
        if ring.preference(for: key.span) != Preference(order, end: .everyNode) {
          different.append("\(nodes.map(\.weight)) \(key)")
        }
      }
    }
    #expect(different.isEmpty, "seed \(seed)")
  }

  /// A server that is down is ejected: the ring is that of the others.
  @Test func ejectsServersThatAreDown() throws {
    let nodes = (0..<5).map { Node(address: "10.9.0.\($0):11211", weight: Double($0 + 1)) }
    var degraded = nodes
    degraded[3].state = .down
    let ring = try LibmemcachedRing(Cluster(nodes: degraded), points: .plain, keyHash: .md5)
    let smaller = try LibmemcachedRing(
      Cluster(nodes: Array(nodes[..<3] + nodes[4...])), points: .plain, keyHash: .md5)
    let different = (0..<2000).filter { key in
      let rest = [0, 1, 2, 4]
      return ring.index(for: "key-\(key)") != smaller.index(for: "key-\(key)").map { rest[$0] }
    }
    #expect(different.isEmpty)
  }

  /// Under modulo the keys of a server that is down end in an error.
  @Test func leavesKeysOfDownServersToTheCaller() throws {
    let selector = try LibmemcachedModulo(
      Cluster(nodes: [Node(address: "a:11211", state: .down), "b:11211", "c:11211"]))
    let all = try LibmemcachedModulo(Cluster(nodes: ["a:11211", "b:11211", "c:11211"]))
    let different = (0..<1000).filter { key in
      let whole = all.index(for: "key-\(key)")
      return selector.index(for: "key-\(key)") != (whole == 0 ? nil : whole)
    }
    #expect(different.isEmpty)
    #expect(all.preference(for: "key").count == 1)
    #expect(all.preference(for: "key").end == .stateful("an error to the caller"))
  }

  /// Repeated servers are members of their own.
  @Test func takesRepeatedServers() throws {
    let cluster = try Cluster(
      nodes: ["first", "second"].map { Node(id: $0, address: "10.0.0.1:11211") },
      allowsRepeatedAddresses: true)
    let ring = try LibmemcachedRing(cluster, points: .plain, keyHash: .standard)
    // Every point is shared, and the first server keeps it.
    #expect((0..<100).allSatisfy { ring.index(for: "key-\($0)") == 0 })
    let modulo = try LibmemcachedModulo(cluster)
    #expect(Set((0..<100).map { modulo.index(for: "key-\($0)") }) == [0, 1])
  }

  @Test func refusesWhatLibmemcachedDoesNotTake() throws {
    let broken = try Cluster(nodes: [Node(address: "10.0.0.1:11211", weight: 1.5)])
    #expect(throws: ClusterError.self) {
      try LibmemcachedRing(broken, points: .weighted, keyHash: .md5)
    }
    let down = try Cluster(nodes: [Node(address: "10.0.0.1:11211", state: .down)])
    let error = #expect(throws: ClusterError.self) {
      try LibmemcachedRing(down, points: .plain, keyHash: .standard)
    }
    #expect(error?.code == .noAvailableNode)
    #expect(throws: ClusterError.self) { try LibmemcachedModulo(down) }
    #expect(throws: ClusterError.self) {
      try PlacementRule.libmemcachedKetama.selector(
        for: Cluster(nodes: ["a:1"]), options: ["hash": "hsieh"])
    }
  }

  @Test func hashesTheHostAndAnyOtherPort() throws {
    func server(_ address: String) throws -> [String] {
      let server = try LibmemcachedServer(Node(address: address), at: 0)
      return [server.host, "\(server.port)"]
    }
    #expect(try server("10.0.0.1") == ["10.0.0.1", "11211"])
    #expect(try server("10.0.0.1:1") == ["10.0.0.1", "1"])
    #expect(try server("[::1]:11211") == ["::1", "11211"])
    #expect(try server("unix:/a.sock") == ["/a.sock", "0"])
  }
}
