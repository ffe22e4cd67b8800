import Configurations
import ConsistentHashing
import MCRouterConfiguration
import ProxyProfiles
import Testing

/// Pools become clusters that place keys as mcrouter's routes do.
@Suite struct MCRouterReaderTests {
  static func read(_ text: String) throws -> ConfigurationReading {
    try MCRouterReader().reading(
      of: Array(text.utf8), file: "m.json", files: ConfigurationFiles([:]))
  }

  /// A configuration with two pools and the given routes.
  static func text(_ route: String) -> String {
    """
    { // pools
      "pools": {
        "A": { "servers": [ "10.0.0.1:11211", "10.0.0.2:11211:ascii:plain", "[::1]:11213", ] },
        /* weights
           of another */
        "B": { "servers": [ "b1:1", "b2:1" ], "weights": [ 1, 0.25 ], },
      },
      \(route)
    }
    """
  }

  static func cluster(_ route: String, _ name: String = "A") throws -> PlacedCluster {
    let reading = try read(text(route))
    return try #require(reading.clusters(named: name, isSame: ==).first).cluster()
  }

  static func failure(_ route: String, _ name: String = "A") throws -> NoCluster? {
    let reading = try read(text(route))
    guard case .failure(let error) = reading.clusters(named: name, isSame: ==).first?.result else {
      return nil
    }
    return error
  }

  @Test func routesInAllForms() throws {
    let ch3 = Placement(rule: "mcrouter-ch3")
    let crc = Placement(rule: "mcrouter-crc32")
    let forms: [(String, Placement)] = [
      (#""route": "PoolRoute|A""#, ch3),
      (#""route": { "type": "PoolRoute", "pool": "A" }"#, ch3),
      (#""route": { "type": "PoolRoute", "pool": "A", "hash": "Crc32" }"#, crc),
      (
        #""route": { "type": "PoolRoute", "pool": "A", "hash": { "hash_func": "Ch3", "salt": "s" } }"#,
        Placement(rule: "mcrouter-ch3", options: ["salt": "s"])
      ),
      (#""route": { "type": "HashRoute", "hash_func": "Crc32", "children": "Pool|A" }"#, crc),
      (#""route": { "type": "HashRoute", "children": [ "Pool|A" ] }"#, ch3),
      (
        #""route": { "type": "HashRoute", "children": { "type": "Pool", "name": "A" }, "salt": "x" }"#,
        Placement(rule: "mcrouter-ch3", options: ["salt": "x"])
      ),
      (#""route": "HashRoute|Pool|A""#, ch3),
      (#""route": { "type": "AllSyncRoute", "children": [ "PoolRoute|A", "PoolRoute|B" ] }"#, ch3),
      (#""route": "AllSyncRoute|PoolRoute|A""#, ch3),
      (
        #""route": { "type": "PrefixSelectorRoute", "policies": { "a": "PoolRoute|A" }, "wildcard": "NullRoute" }"#,
        ch3
      ),
      (
        #""named_handles": { "x": { "type": "PoolRoute", "name": "x", "pool": "A", "hash": "Crc32" } }, "route": "FailoverRoute|x""#,
        crc
      ),
      (#""routes": { "/r/c/": "PoolRoute|A" }"#, ch3),
      (#""routes": [ { "aliases": [ "/r/c/" ], "route": "PoolRoute|A" } ]"#, ch3),
    ]
    for (route, placement) in forms {
      let reading = try Self.read(Self.text(route))
      #expect(reading.problems == [], "\(route)")
      let placed = try Self.cluster(route)
      #expect(placed.placement == placement, "\(route)")
      #expect(
        placed.nodes.map(\.address) == ["10.0.0.1:11211", "10.0.0.2:11211", "[::1]:11213"])
    }
  }

  @Test func partsAreAlsoNamedByTheirPlace() throws {
    #expect(try Self.cluster(#""route": "PoolRoute|A""#, "route").name == "A")
    #expect(try Self.cluster(#""routes": { "/r/c/": "PoolRoute|A" }"#, "/r/c/").name == "A")
    let both = #"""
      "route": { "type": "FailoverRoute", "children": [
        "PoolRoute|A", { "type": "PoolRoute", "pool": "A", "hash": { "salt": "s" } } ] }
      """#
    let reading = try Self.read(Self.text(both))
    let parts = reading.clusters.filter { $0.name == "A" }
    #expect(parts.map(\.context) == ["route.children[0]", "route.children[1]"])
    #expect(try Self.cluster(both, "route.children[1]:A").placement.options == ["salt": "s"])
    #expect(parts[0].remarks.first?.hasPrefix("Requests come through FailoverRoute") == true)
  }

  @Test func weightsOfAPoolChangeTheFunction() throws {
    let placed = try Self.cluster(#""route": "PoolRoute|B""#, "B")
    #expect(placed.placement.rule == "mcrouter-weighted-ch3")
    #expect(placed.nodes.map(\.weight) == [1, 0.25])
    let other = try Self.cluster(
      #""route": { "type": "PoolRoute", "pool": "B", "hash": "Crc32" }"#, "B")
    #expect(other.placement.rule == "mcrouter-crc32")
    #expect(other.nodes.map(\.weight) == [1, 1])
    // A missing weight is 0.5.
    let given = try Self.cluster(
      #"""
      "route": { "type": "HashRoute", "hash_func": "WeightedCh3", "weights": [ 0.1, 1 ],
        "children": "Pool|A" }
      """#)
    #expect(given.nodes.map(\.weight) == [0.1, 1, 0.5])
  }

  @Test func tagsAreTheIdentityUnderRendezvous() throws {
    let placed = try Self.cluster(
      #"""
      "route": { "type": "HashRoute", "hash_func": "Rendezvous", "tags": [ "x", "y", "z" ],
        "children": "Pool|A" }
      """#)
    #expect(placed.placement.rule == "mcrouter-rendezvous")
    #expect(placed.nodes.map(\.id) == ["x", "y", "z"])
    let weighted = try Self.cluster(
      #"""
      "route": { "type": "HashRoute", "hash_func": "WeightedRendezvous", "tags": [ "x", "y", "z" ],
        "weights": { "x": 1, "y": 0.5 }, "children": "Pool|A" }
      """#)
    #expect(weighted.nodes.map(\.weight) == [1, 0.5, 0.5])
  }

  @Test func serversOfSeveralPoolsAreOneList() throws {
    let placed = try Self.cluster(
      #""route": { "type": "HashRoute", "children": [ "Pool|A", "Pool|B" ] }"#, "route")
    #expect(
      placed.nodes.map(\.address) == [
        "10.0.0.1:11211", "10.0.0.2:11211", "[::1]:11213", "b1:1", "b2:1",
      ])
  }

  @Test func poolsInRoutes() throws {
    let placed = try Self.cluster(
      #"""
      "route": { "type": "PoolRoute", "pool":
        { "type": "Pool", "name": "C", "servers": [ "c1:1", "c2:1", "c1:1" ] } }
      """#, "C")
    #expect(placed.nodes.map(\.id) == ["c1:1", "c2:1", "c1:1#2"])
  }

  @Test func whatIsNoChoiceByKeyIsSaid() throws {
    let cases: [(String, NoCluster.Reason, String)] = [
      (#""route": "AllSyncRoute|Pool|A""#, .stateful, "AllSyncRoute in line 8"),
      (#""route": "PoolRoute|B""#, .stateful, "no route places keys on pool 'A'"),
      (
        #""route": { "type": "HashRoute", "hash_func": "Latest", "children": "Pool|A" }"#,
        .stateful,
        "the first server that works"
      ),
      (
        #""route": { "type": "HashRoute", "hash_func": "ConstShard", "children": "Pool|A" }"#,
        .inexpressible, "the shard number"
      ),
      (
        #""route": { "type": "HashRoute", "hash_func": "Md5", "children": "Pool|A" }"#, .rejected,
        "Unknown hash function: Md5"
      ),
      (
        #""route": { "type": "PoolRoute", "pool": "A", "shard_splits": { "a": 2 } }"#,
        .inexpressible,
        "'shard_splits'"
      ),
      (#""route": "@myRoute(A)""#, .undecided, "the macro '@myRoute'"),
      (
        #""route": { "type": "HashRoute", "hash_func": "Rendezvous", "tags": [ "x" ], "children": "Pool|A" }"#,
        .rejected, "number of tags"
      ),
    ]
    for (route, reason, part) in cases {
      let error = try #require(try Self.failure(route), "\(route)")
      #expect(error.reason == reason, "\(route): \(error)")
      #expect(error.problem.contains(part), "\(route): \(error)")
      #expect(!error.remedy.isEmpty)
    }
  }

  @Test func mistakesHaveALine() throws {
    let cases: [(String, Int, String)] = [
      (#"{ "pools": { "A": {} }, "route": "PoolRoute|A" }"#, 1, "Pool A: servers not found"),
      (
        "{ \"pools\": {\n \"A\": { \"servers\": [\n \"a:1\",\n \"a\" ] } }, \"route\": \"PoolRoute|A\" }",
        4, "Pool A: invalid server a"
      ),
      ("{ \"pools\": {},\n \"route\": \"PoolRoute|A\" }", 2, "Can not read pool: A"),
      (#"{ "pools": {} }"#, 1, "No route/routes in config"),
      ("{ \"route\": \"NullRoute\",\n\"routes\": [] }", 2, "both 'route' and 'routes'"),
      ("{ \"routes\": [\n{ \"route\": \"NullRoute\" } ] }", 2, "no aliases"),
    ]
    for (text, line, part) in cases {
      let first = try #require(try Self.read(text).problems.first, "\(text)")
      #expect(first.location.line == line, "\(text): \(first)")
      #expect(first.message.contains(part), "\(text): \(first)")
      #expect(first.severity == .error)
    }
  }

  @Test func onlyJSONIsRead() throws {
    let cases: [(String, Int)] = [
      ("{ \"route\": \"a\",\n # no\n }", 2), ("{ route: \"a\" }", 1), ("{ \"route\": a }", 1),
      ("/* never ends\n {", 1), ("{ \"route\": 'a' }", 1), ("", 1), ("{} {}", 1),
      ("{ \"a\": \"\\uD83D\" }", 1), ("{\n\"a\": [ 1,\n", 3),
      // libyaml puts the missing value on a line after the text.
      ("---", 1),
    ]
    for (text, line) in cases {
      #expect {
        try Self.read(text)
      } throws: {
        ($0 as? ConfigurationError)?.location.line == line
      }
    }
    // A comment's signs in a string are a part of it; a tab is a space.
    let reading = try Self.read(
      "{\t\"pools\": { \"/*//\":\t{ \"servers\": [ \"a:1\" ] } },\n\t\"route\": \"PoolRoute|/*//\" }"
    )
    #expect(reading.clusters.map(\.name) == ["/*//"])
  }

  @Test func filesAreKnownByTheirContents() {
    let readers: [any ConfigurationReader] = [MCRouterReader()]
    func isKnown(_ text: String) -> Bool {
      readers.reader(for: Array(text.utf8), file: "x") != nil
    }
    #expect(isKnown(Self.text(#""route": "PoolRoute|A""#)))
    #expect(isKnown("// first\n{ \"route\": \"NullRoute\" }"))
    #expect(!isKnown(#"{ "nodes": [ "a:1" ], "route": 1 }"#))
    #expect(!isKnown(#"{ "name": "a" }"#))
    #expect(!isKnown("route: a\n"))
  }

  /// Names that refer to each other end.
  @Test func namesThatGoInCirclesEnd() throws {
    let reading = try Self.read(
      Self.text(
        #"""
        "named_handles": { "x": { "type": "AllSyncRoute", "name": "x", "children": [ "y", "y" ] },
          "y": { "type": "AllSyncRoute", "name": "y", "children": [ "x", "x", "PoolRoute|A" ] } },
        "route": "x"
        """#))
    #expect(try #require(reading.clusters.first).cluster().nodes.count == 3)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingTraps(seed: UInt64) {
    var state = seed
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let original = Self.text(
      #""route": { "type": "HashRoute", "salt": "a", "children": [ "Pool|A", "x" ], "weights": [1] }"#
    )
    let pieces = [
      "\"", "|", "/*", "*/", "//", "{", "}", "[", "]", ",", ":", "@a", "%a%", "\\", "0x",
    ]
    var read = 0
    for _ in 0..<3000 {
      var bytes = Array(original.utf8)
      for _ in 0...random(below: 3) {
        let place = random(below: bytes.count)
        switch random(below: 3) {
        case 0: bytes.removeSubrange(place..<min(place + random(below: 9), bytes.count))
        case 1: bytes.insert(contentsOf: pieces[random(below: pieces.count)].utf8, at: place)
        default: bytes[place] = UInt8(random(below: 256))
        }
      }
      let reading = try? MCRouterReader().reading(
        of: bytes, file: "a", files: ConfigurationFiles([:]))
      read += reading == nil ? 0 : 1
      for part in reading?.clusters ?? [] {
        if let placed = try? part.cluster() {
          #expect(placed.nodes.count == part.nodeLocations.count)
        }
      }
    }
    #expect(read > 300)
  }
}
