import Configurations
import ConsistentHashing
import ProxyProfiles
import Testing
import TwemproxyConfiguration

/// Pools become clusters that place keys as twemproxy does.
@Suite struct TwemproxyClusterTests {
  static func read(_ text: String, file: String = "a.yml") throws -> ConfigurationReading {
    try TwemproxyReader().reading(
      of: Array(text.utf8), file: file, files: ConfigurationFiles([:]))
  }

  static let two = """
    # two pools
    shards:
      listen: 127.0.0.1:22116
      hash: crc16
      distribution: ketama
      hash_tag: "{}"
      redis: true
      redis_auth: secret
      auto_eject_hosts: true
      servers:
       - 127.0.0.1:10020:1 shard-1
       - 127.0.0.1:10021:2 shard-2
       - 127.0.0.1:10020:1 shard-3
    plain:
      listen: /tmp/plain.sock 0666
      distribution: modula
      servers:
       - cache-1.example:11211:1
       - ::1:11212:1
       - /run/memcached.sock:3

    """

  @Test func directivesBecomeThePlacement() throws {
    let reading = try Self.read(Self.two)
    #expect(reading.problems == [])
    #expect(reading.clusters.map(\.name) == ["shards", "plain"])
    #expect(reading.clusters.map(\.location.line) == [2, 14])
    let shards = try reading.clusters[0].cluster()
    #expect(
      shards.placement
        == Placement(
          .twemproxyKetama, TwemproxyOptions(keyHash: .crc16, hashTag: "{}")))
    #expect(shards.nodes.map(\.id) == ["shard-1", "shard-2", "shard-3"])
    #expect(shards.nodes.map(\.weight) == [1, 2, 1])
    #expect(reading.clusters[0].nodeLocations.map(\.line) == [11, 12, 13])
    // A password stays where it is.
    #expect(shards.cluster.properties["redis"] == "true")
    #expect(!shards.cluster.properties.values.contains("secret"))
    #expect(reading.clusters[0].remarks == ["The document leaves redis_auth out."])
    let plain = try reading.clusters[1].cluster()
    #expect(plain.placement == Placement(.twemproxyModula, TwemproxyOptions()))
    #expect(
      plain.nodes.map(\.address) == [
        "cache-1.example:11211", "[::1]:11212", "unix:/run/memcached.sock",
      ])
  }

  /// The part of a key between the bytes of `hash_tag` decides.
  @Test func hashTagsApplyToKeys() throws {
    let placed = try #require(try Self.read(Self.two).clusters.first).cluster()
    let selector = try RuleCatalogue.all.selector(for: placed)
    for number in 0..<200 {
      let node = selector.index(for: "user:{\(number)}:name")
      #expect(node == selector.index(for: "{\(number)}"))
      #expect(node == selector.index(for: "\(number)"))
    }
  }

  @Test func whatIsNoChoiceByKeyIsSaid() throws {
    let text = Self.two.replacing("distribution: modula", with: "distribution: random")
    let reading = try Self.read(text)
    #expect(reading.verdict == .accepted)
    guard case .failure(let error) = reading.clusters[1].result else {
      Issue.record("a cluster of a random pool")
      return
    }
    #expect(error.reason == .stateful)
    #expect(error.description.hasPrefix("a.yml:14: pool 'plain' picks servers at random"))
  }

  @Test func mistakesOfOnePoolLeaveTheOther() throws {
    let reading = try Self.read(Self.two.replacing("hash: crc16", with: "hash: sha1"))
    #expect(
      reading.problems.map(\.description) == [
        "a.yml:4: error: directive 'hash' is not a valid hash: 'sha1'; write one of one_at_a_time, "
          + "md5, crc16, crc32, crc32a, fnv1_64, fnv1a_64, fnv1_32, fnv1a_32, hsieh, murmur, jenkins"
      ])
    #expect(throws: NoCluster.self) { try reading.clusters[0].cluster() }
    #expect(try reading.clusters[1].cluster().nodes.count == 3)
  }

  @Test func filesAreKnownByTheirContents() {
    let readers: [any ConfigurationReader] = [TwemproxyReader()]
    func isKnown(_ text: String) -> Bool {
      readers.reader(for: Array(text.utf8), file: "x") != nil
    }
    #expect(isKnown(Self.two))
    #expect(isKnown("a:\n  servers:\n   - b:1:1\n  listen: c:1\n"))
    #expect(!isKnown("name: a\nnodes:\n  - b:1\n"))
    #expect(!isKnown("services:\n  servers:\n    image: a\n"))
    #expect(!isKnown("upstream a { server b; }\n"))
    #expect(readers.reader(for: [], file: "/etc/nutcracker.yml") != nil)
  }

  /// Damaged texts: nothing traps, and what is accepted has servers.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingTraps(seed: UInt64) {
    var state = seed
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let pieces = [
      "- ", ":", "\n", "  ", "\"", "&a ", "*a", "[", "{", "servers:", " 1", "#", "\u{0}",
    ]
    var read = 0
    for _ in 0..<3000 {
      var bytes = Array(Self.two.utf8)
      for _ in 0...random(below: 3) {
        let place = random(below: bytes.count)
        switch random(below: 3) {
        case 0: bytes.removeSubrange(place..<min(place + random(below: 9), bytes.count))
        case 1: bytes.insert(contentsOf: pieces[random(below: pieces.count)].utf8, at: place)
        default: bytes[place] = UInt8(random(below: 256))
        }
      }
      guard let reading = try? TwemproxyReader().pools(in: bytes, file: "a") else { continue }
      read += 1
      for pool in reading.pools {
        if let placed = try? pool.cluster() { #expect(placed.nodes.count == pool.servers.count) }
      }
    }
    #expect(read > 500)
  }
}
