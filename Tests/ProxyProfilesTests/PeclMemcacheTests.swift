import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct PeclMemcacheTests {
  private static func selector(
    _ strategy: String, _ hash: String, _ cluster: Cluster
  ) throws -> any NodeSelector {
    try RuleCatalogue.all.selector(
      for: PlacedCluster(
        cluster,
        Placement(
          rule: strategy == "standard" ? "pecl-memcache-standard" : "pecl-memcache",
          options: ["hash": hash])))
  }

  @Test func hasAllTables() throws {
    #expect(try MemcacheTable.load("pecl-memcache").count == 40)
  }

  /// Recorded from Debian's extension: both strategies and hashes, weights, failed servers, names, IPv6
  /// and sockets, keys with blanks.
  @Test(arguments: try MemcacheTable.load("pecl-memcache"))
  func sendsKeysWhereTheExtensionDid(table: MemcacheTable) throws {
    let setting = table.setting.split(separator: " ").map { String($0) }
    let selector = try Self.selector(setting[0], setting[1], table.cluster())
    let different = try table.differences(from: selector)
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  private static func hash(_ bytes: [UInt8], _ function: PeclMemcacheHash) -> UInt32 {
    switch function {
    case .fnv:
      bytes.reduce(0x811C_9DC5) {
        ($0 ^ UInt32(bitPattern: Int32(Int8(bitPattern: $1)))) &* 0x0100_0193
      }
    case .crc32: PythonMemcachedTests.crc32(bytes)
    }
  }

  /// The rule word by word, of the bytes that are sent, with servers that failed.
  @Test(arguments: PeclMemcacheHash.allCases, ["standard", "consistent"])
  func goesOnFromFailedServers(function: PeclMemcacheHash, strategy: String) throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = TestGenerator(seed: seed)
    let weights = [1, 3, 0, 2, 5, 1, 1, 7]
    let down: Set<Int> = [1, 4, 7]
    let nodes = weights.enumerated().map { index, weight in
      Node(
        address: "10.0.0.\(index):11211", weight: Double(weight),
        state: index == 5 ? .drain : down.contains(index) ? .down : .up)
    }
    var list: [Int] = []
    var points: [(point: UInt32, owner: Int)] = []
    for (index, weight) in weights.enumerated() where index != 5 {
      list += Array(repeating: index, count: weight)
      points += (0..<(160 * weight)).map {
        (Self.hash(Array("10.0.0.\(index):11211-\($0)".utf8), function), index)
      }
    }
    if strategy == "consistent" {
      list = (0..<1024).map { bucket in
        points.filter { $0.point >= UInt32(bucket) * 4_194_303 }.min { $0.point < $1.point }?.owner
          ?? points.min { $0.point < $1.point }?.owner ?? -1
      }
    }
    func server(_ key: [UInt8]) -> Int {
      let hash = Self.hash(key, function)
      let place = strategy == "consistent" ? hash : max(1, hash >> 16 & 0x7FFF)
      return list[Int(place) % list.count]
    }
    let selector = try Self.selector(strategy, function.rawValue, Cluster(nodes: nodes))
    var ends: Set<String> = []
    for number in 0..<1_000 {
      // Lengths on both sides of the limit, and every byte.
      let random = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let key = number % 2 == 0 ? random : Array("session-\(number)".utf8)
      let sent = key.prefix(250).map { $0 > 0x20 ? $0 : 0x5F }
      var order: [Int] = []
      for text in [[]] + (0..<20).map({ Array("-\($0)".utf8) }) {
        let server = server(sent + text)
        if !down.contains(server), !order.contains(server) { order.append(server) }
      }
      let preference = selector.preference(for: key.span)
      #expect(Array(preference) == order, "seed \(seed)")
      #expect(selector.index(for: key.span) == order.first, "seed \(seed)")
      #expect((preference.end == .everyNode) == (order.count == 3), "seed \(seed)")
      ends.insert("\(preference.end)")
    }
    #expect(ends.count == 2)
  }

  /// A port without zeros before it, 11211 where there is none.
  @Test func portsAreNumbers() throws {
    let written = try Cluster(nodes: [
      Node(id: "a", address: "10.0.0.1:011211"), Node(id: "b", address: "10.0.0.2"),
    ])
    let plain = try Cluster(nodes: [
      Node(id: "a", address: "10.0.0.1:11211"), Node(id: "b", address: "10.0.0.2:11211"),
    ])
    let selectors = try [written, plain].map { try PeclMemcacheConsistent($0) }
    for key in 0..<1_000 {
      #expect(selectors[0].index(for: "key-\(key)") == selectors[1].index(for: "key-\(key)"))
    }
  }

  @Test func refusesWhatItCannotBuild() throws {
    let fraction = try Cluster(nodes: [Node(address: "a:1", weight: 1.5)])
    let huge = try Cluster(nodes: [Node(address: "a:1", weight: 1_000_000_000)])
    #expect(throws: ClusterError.self) { try PeclMemcacheConsistent(fraction) }
    #expect(throws: ClusterError.self) { try PeclMemcacheStandard(fraction) }
    #expect(throws: ClusterError.self) { try PeclMemcacheConsistent(huge) }
    #expect(try PeclMemcacheStandard(huge).index(for: "key") == 0)
  }
}
