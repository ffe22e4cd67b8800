import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct VarnishShardTests {
  struct Table: Decodable, CustomTestStringConvertible {
    struct Server: Decodable {
      let name: String
      let ident: String
      let weight: Double
      let sick: Bool
    }
    let name: String
    let keys: String
    let replicas: Int
    let alt: Int
    let servers: [Server]
    let backends: [String]
    let map: String
    var testDescription: String { name }

    func cluster(sickAsDown: Bool) throws -> Cluster {
      try Cluster(
        nodes: servers.enumerated().map { index, server in
          Node(
            id: NodeID(server.ident), address: "10.0.0.1:\(index + 1)", weight: server.weight,
            state: server.sick && sickAsDown ? .down : .up)
        })
    }
  }

  /// Recorded from Varnish 7.1.1, `by=KEY`.
  ///
  /// Equal, weighted, fractional and named backends, other numbers of replicas, `alt`, sick ones, a
  /// ring of two points. Sickness is given once in the cluster and once with the lookup.
  @Test(arguments: try RecordedAnswers.load("varnish-shard") as [Table])
  func sendsKeysWhereVarnishDid(table: Table) throws {
    let stated = try VarnishShard(
      table.cluster(sickAsDown: true), replicas: table.replicas, alternative: table.alt)
    let asked = try VarnishShard(
      table.cluster(sickAsDown: false), replicas: table.replicas, alternative: table.alt)
    let healthy = HealthMask(table.servers.map { !$0.sick })
    let keys = try RecordedAnswers.keys(table.keys)
    let recorded = RecordedAnswers.decode(table.map, table.backends)
    RecordedAnswers.expectSame(keys, recorded) { key in
      stated.index(for: key.span).map { table.servers[$0].name } ?? "none"
    }
    RecordedAnswers.expectSame(keys, recorded) { key in
      asked.index(for: key, among: healthy).map { table.servers[$0].name } ?? "none"
    }
  }

  /// The ring that Varnish's own tests expect of three backends of weights 1, 2 and 3 with 25
  /// replicas: points, each with its backend (`directors_c00006.vtc`).
  static let publishedRing = """
    0238d0ef2 0321c5982 03b6b56a0 0408ec1e2 066986a72 07e41e302 0b749e7b2 0e5434300 10136c050
    102d847f2 1112f9101 1119a7c72 14d95c442 150fea1f1 1643ecb61 189ff2f21 19cfe9f31 1e1c78c32
    1fe0dea02 22464ee91 22b356750 2363bebb1 24f827bb2 259eeccf1 26f0c3e71 271874d41 28340f350
    285e84750 28ec7a6f1 299c62982 2aedc3f72 2b0317421 2da0e37b0 310bd2ca2 31e5f2df2 32d6b3ed1
    330473732 3392487a0 37597c4c2 3f6b2b891 43cf64262 46a58f282 4b1f5b221 523723f22 539234db0
    564ca84f0 585013802 587044321 5b1bcbbe2 5d2df4280 5fa294ee2 606fd8782 60dded531 616cdb681
    6257bc270 64014b252 6918f4671 6a08c3802 6bfd5a2d0 6c0b607a1 6c74d2961 6e0401821 6e3819f72
    720ec1a42 7232b3811 74c384ad1 76d473502 791eb3a31 7a048f202 7f8749292 83ce71ce1 888b64472
    8997c0181 89b7d09c2 8aa6b5b42 8ae34bde1 8b382e032 8b47e6ac1 8bc761152 8bc8bc110 8e2d38490
    8e7e012c2 8f5b4c632 94a941622 998929872 9a6f2f000 9b970b491 9e09a3a72 9ef9125d0 9f33cd302
    9fc69b510 a19f99eb1 a28b95950 a35820381 a4b6a3b92 a66da9cb2 a8657c762 a8afe9c40 aa4887032
    ac7b44542 ad923ad31 ae8946c62 b197e3391 b3c305e61 b4dab0042 b6bf43ea2 b9004d3d0 b96b64552
    b9a0edb91 b9ec64652 bb8eed4d2 bbcc0bad1 bcfea1412 be3006222 bf514d682 c1afc7d21 c2542a5d2
    c6c43fa71 c945958a2 c9f304a41 cb896aa81 cbd9198a0 ccd61dad2 d07e44312 d21fe35f1 d4c931050
    d570b8152 d7de63b61 d8634aef2 d92d916d2 d937a7df2 dac522292 db7840f01 dd5c6bef1 dded57982
    dfd5333b1 e183345a1 e2c71c272 e49bf9d82 e72bc2242 e8b27f411 e991584c2 ea201c5e2 ec8891c51
    edcc8dd91 ef6b4ab52 f08ad3250 f3325ba22 f6530dd10 fc28e8d22
    """

  @Test func buildsThePublishedRing() throws {
    let ring = Self.publishedRing.split { $0 == " " || $0 == "\n" }.map { entry in
      (point: UInt32(entry.dropLast(), radix: 16) ?? 0, backend: Int(entry.suffix(1)) ?? -1)
    }
    #expect(ring.count == 150)
    let cluster = try Cluster(nodes: [
      Node(id: "s1", address: "10.0.0.1:80"), Node(id: "s2", address: "10.0.0.2:80", weight: 2),
      Node(id: "s3", address: "10.0.0.3:80", weight: 3),
    ])
    let selector = try VarnishShard(cluster, replicas: 25, by: .blob)
    func backend(_ key: UInt32) -> Int? {
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: key >> (24 - 8 * $0)) }
      return selector.index(for: bytes.span)
    }
    var different: [String] = []
    for (index, entry) in ring.enumerated() {
      // On a point, right above the one before, and right above itself.
      let next = index + 1 < ring.count ? ring[index + 1].backend : entry.backend
      if backend(entry.point) != entry.backend || backend(entry.point + 1) != next
        || backend(index == 0 ? 0 : ring[index - 1].point + 1) != entry.backend
      {
        different.append("\(entry)")
      }
    }
    #expect(different.isEmpty)
    #expect(backend(.max) == 2, "no wrap")
    #expect(selector.index(for: "") == 2)
    // The three lookups of the same test.
    #expect([0x564C_A84F, 0x19CF_E9F3, 0x46A5_8F28].map(backend) == [0, 1, 2])
  }

  /// `directors_c00005.vtc`, by URL.
  @Test(arguments: [("/Boo0aixe", 0), ("/eishoSu2", 1), ("/Aunah3uo", 2)])
  func agreesWithPublishedLookups(url: String, index: Int) throws {
    let cluster = try Cluster(
      nodes: ["s1", "s2", "s3"].enumerated().map {
        Node(id: NodeID($1), address: "10.0.0.1:\($0 + 1)")
      })
    let selector = try PlacementRule.varnishShard.selector(
      for: cluster, options: ["replicas": "25", "by": "url"])
    #expect(selector.index(for: url) == index)
  }

  @Test func readsKeysInEveryForm() throws {
    let cluster = try Cluster(nodes: (1...50).map { Node(address: "10.0.0.\($0):80") })
    let integer = try VarnishShard(cluster, by: .integer)
    let blob = try VarnishShard(cluster, by: .blob)
    var different: [UInt32] = []
    for i in 0..<2000 as Range<UInt32> {
      let key = i &* 2_654_435_761
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: key >> (24 - 8 * $0)) } + [7, 7]
      if integer.index(for: "\(key)") != blob.index(for: bytes.span) {
        different.append(key)
      }
    }
    #expect(different == [])
    let short: [UInt8] = [0x12, 0x34]
    #expect(blob.index(for: short.span) == integer.index(for: "4660"))
    #expect(integer.index(for: "4294967295") != nil)
    for key in ["", "4294967296", "-1", "1x", " 1", "99999999999"] {
      #expect(integer.index(for: key) == nil)
      #expect(
        integer.preference(for: key) == Preference([], end: .stateful("no backend")))
    }
    // SHA-256 of "url" 00 "host" 00 begins with these four bytes (any implementation of SHA-256).
    let hash = try VarnishShard(cluster, by: .hash)
    #expect(hash.index(for: "/index.html\0example.org") == integer.index(for: "2584793773"))
  }

  /// The rule written for reading, on random rings down to two points, to the end of every preference.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func agreesWithTheTextbook(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var different: [String] = []
    for _ in 0..<60 {
      let nodes = (0..<Int.random(in: 1...8, using: &random)).map { index in
        Node(
          id: NodeID("b\(UInt16.random(in: 0...9999, using: &random))-\(index)"),
          address: "10.0.0.\(index):80", weight: Double.random(in: 0.2...4, using: &random),
          state: index > 0 && Bool.random(using: &random) ? .down : .up)
      }
      let replicas = Int.random(in: 1...4, using: &random)
      let alternative = Int.random(in: 0...3, using: &random)
      let selector = try VarnishShard(
        Cluster(nodes: nodes), replicas: replicas, alternative: alternative, by: .integer)
      let textbook = TextbookShard(nodes, replicas)
      for _ in 0..<150 {
        // Half of the keys stand on a point or beside one.
        let point = textbook.ring[Int.random(in: 0..<textbook.ring.count, using: &random)].point
        let key =
          Bool.random(using: &random)
          ? UInt32.random(in: 0...(.max), using: &random)
          : point &+ UInt32.random(in: 0...2, using: &random) &- 1
        let preference = selector.preference(for: "\(key)")
        if Array(preference) != textbook.preference(key, alternative)
          || selector.index(for: "\(key)") != preference.first
        {
          different.append("seed \(seed), \(key), alt \(alternative), \(replicas) of \(nodes)")
        }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.first ?? "")")
  }

  /// Varnish goes on after the backends that `alt` passes, then back to those before, but never
  /// takes the last it passed.
  @Test func walksBackWhereAltLeavesNoOther() throws {
    var nodes = (1...4).map { Node(id: NodeID("b\($0)"), address: "10.0.0.\($0):80") }
    let order = try VarnishShard(Cluster(nodes: nodes)).preference(for: "key")
    let alternative = try VarnishShard(Cluster(nodes: nodes), alternative: 2)
    #expect(
      alternative.preference(for: "key")
        == Preference([order[2], order[3], order[0]], end: .stateful("no backend")))
    nodes[order[2]].state = .down
    nodes[order[3]].state = .down
    let degraded = try VarnishShard(Cluster(nodes: nodes), alternative: 2)
    #expect(degraded.index(for: "key") == order[0])
    nodes[order[0]].state = .down
    #expect(try VarnishShard(Cluster(nodes: nodes), alternative: 2).index(for: "key") == nil)
    #expect(try VarnishShard(Cluster(nodes: nodes), alternative: 0).index(for: "key") == order[1])
    #expect(try VarnishShard(Cluster(nodes: nodes), alternative: 99).alternative == 3)
  }

  @Test func weightsBelowOneCountAsOne() throws {
    func selector(_ weight: Double) throws -> VarnishShard {
      try VarnishShard(
        Cluster(nodes: [Node(address: "10.0.0.1:80", weight: weight), "10.0.0.2:80"]))
    }
    let (low, one) = (try selector(0.3), try selector(1))
    let areSame = (0..<2000).allSatisfy {
      low.index(for: "key-\($0)") == one.index(for: "key-\($0)")
    }
    #expect(areSame)
  }

  @Test func refusesTooManyPoints() throws {
    let cluster = try Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 1e9)])
    let error = #expect(throws: ClusterError.self) {
      try VarnishShard(cluster, replicas: 1_000_000)
    }
    #expect(error?.code == .tooLarge)
    #expect(throws: ClusterError.self) { try VarnishShard(cluster, replicas: 0) }
    #expect(throws: ClusterError.self) { try VarnishShard(cluster, alternative: -1) }
  }
}

/// The ring as a list, its points by the SHA-256 below.
private struct TextbookShard {
  let nodes: [Node]
  let ring: [(point: UInt32, node: Int)]

  init(_ nodes: [Node], _ replicas: Int) {
    self.nodes = nodes
    var ring: [(point: UInt32, node: Int)] = []
    for (index, node) in nodes.enumerated() {
      let count = Int((Double(replicas) * (node.weight < 1 ? 1 : node.weight)).rounded(.down))
      for j in 0..<count {
        let digest = TextbookSHA256.digest(Array("\(node.id.text)\(j)".utf8))
        let point = digest.suffix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        ring.append((point, index))
      }
    }
    self.ring = ring.sorted { $0.point < $1.point }
  }

  func preference(_ key: UInt32, _ alternative: Int) -> [Int] {
    var start = ring.firstIndex { $0.point >= key } ?? ring.count - 1
    if ring.count == 2 { start = 1 }
    var distinct: [Int] = []
    for entry in ring[start...] + ring[..<start] where !distinct.contains(entry.node) {
      distinct.append(entry.node)
    }
    let passed = min(alternative, distinct.count - 1)
    let order = distinct[passed...] + distinct[..<max(passed - 1, 0)].reversed()
    return order.filter { nodes[$0].state == .up }
  }
}
