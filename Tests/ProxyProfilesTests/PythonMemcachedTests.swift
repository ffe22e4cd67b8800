import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct PythonMemcachedTests {
  /// CRC-32 bit by bit.
  static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  private static func hash(_ text: String, _ function: PythonMemcached.Hash) -> UInt32 {
    switch function {
    case .crc32: crc32(text.utf8)
    case .cmemcache: crc32(text.utf8) >> 16 & 0x7FFF
    case .cmemcacheWithoutZero: max(1, crc32(text.utf8) >> 16 & 0x7FFF)
    }
  }

  /// The rule word by word: up to ten servers, of which those that are up count once each.
  @Test(arguments: PythonMemcached.Hash.allCases)
  func goesOnFromDeadServers(function: PythonMemcached.Hash) throws {
    let weights = [1, 3, 0, 2, 5, 1, 1, 7]
    let down: Set<Int> = [1, 4, 7]
    let nodes = weights.enumerated().map { index, weight in
      Node(
        address: "10.0.0.\(index):11211", weight: Double(weight),
        state: index == 5 ? .drain : down.contains(index) ? .down : .up)
    }
    var buckets: [Int] = []
    for (index, weight) in weights.enumerated() where index != 5 {
      buckets += Array(repeating: index, count: weight)
    }
    let selector = try PythonMemcached(Cluster(nodes: nodes), keyHash: function)
    var ends: Set<String> = []
    for number in 0..<2_000 {
      let key = "session-\(number)"
      var order: [Int] = []
      var hash = Self.hash(key, function)
      for attempt in 0..<10 {
        let server = buckets[Int(hash) % buckets.count]
        if !down.contains(server), !order.contains(server) { order.append(server) }
        hash = Self.hash("\(hash)\(attempt)", function)
      }
      let preference = selector.preference(for: key)
      #expect(Array(preference) == order)
      #expect(selector.index(for: key) == order.first)
      #expect((preference.end == .everyNode) == (order.count == 3))
      ends.insert("\(preference.end)")
    }
    #expect(ends.count == 2)
  }

  /// Up to 1.59 a hash of 0 was 1.
  @Test func zeroWasOne() throws {
    let cluster = try Cluster(nodes: ["a:1", "b:1", "c:1"])
    let new = try PythonMemcached(cluster)
    let old = try PythonMemcached(cluster, keyHash: .cmemcacheWithoutZero)
    let keys = (0..<200_000).map { "key-\($0)" }
    let different = keys.filter { new.index(for: $0) != old.index(for: $0) }
    #expect(!different.isEmpty)
    #expect(different.allSatisfy { Self.hash($0, .cmemcache) == 0 && old.index(for: $0) == 1 })
    #expect(old.keySpace().owner(ofHash: 0) == .node(1))
    #expect(new.keySpace().owner(ofHash: 0) == .node(0))
  }

  /// Recorded from python-memcached 1.59, of keys whose hash is 0, with the second server up and dead.
  @Test func agreesWithOlderVersions() throws {
    let keys = [
      "key-35014", "key-68930", "key-147602", "key-153068", "key-173827", "key-206476",
      "key-266986", "key-286756",
    ]
    var nodes = zip(0..., [1, 1, 3, 2, 1]).map { index, weight in
      Node(address: "10.0.0.\(index):11211", weight: Double(weight))
    }
    let up = try PythonMemcached(Cluster(nodes: nodes), keyHash: .cmemcacheWithoutZero)
    nodes[1].state = .down
    let dead = try PythonMemcached(Cluster(nodes: nodes), keyHash: .cmemcacheWithoutZero)
    #expect(keys.allSatisfy { up.index(for: $0) == 1 && dead.index(for: $0) == 3 })
  }

  /// Each of the 32 768 hashes is known, also where servers are dead.
  @Test func keySpaceIsWholeWithDeadServers() throws {
    let nodes = (0..<10).map {
      Node(address: "10.0.0.\($0):11211", state: $0 < 9 ? .down : .up)
    }
    let selector = try PythonMemcached(Cluster(nodes: nodes))
    let space = selector.keySpace()
    for number in 0..<5_000 {
      let key = "key-\(number)"
      let owner = try #require(space.owner(ofHash: selector.hash(of: key.utf8.span) ?? 0))
      #expect(owner == (selector.index(for: key) == nil ? .state : .node(9)))
    }
    let shares = try #require(space.shares(nodeCount: 10))
    // Ten attempts all miss the one that is up in 0.9¹⁰ of all cases.
    #expect(abs(shares.state - 0.3487) < 0.02)
    #expect(space.stateRule == "no server after ten attempts")
  }

  @Test func takesWholeWeights() throws {
    let cluster = try Cluster(nodes: [Node(address: "a:1", weight: 1.5)])
    #expect(throws: ClusterError.self) { try PythonMemcached(cluster) }
  }
}
