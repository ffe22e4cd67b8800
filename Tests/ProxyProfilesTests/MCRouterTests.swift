import ConsistentHashing
@testable import ProxyProfiles
import Testing

/// mcrouter's hash functions, against the numbers of mcrouter's own tests.
@Suite struct MCRouterTests {
  /// Bytes −128 to 127, and back.
  private static let allBytes = (0..<256).map { UInt8(truncatingIfNeeded: $0 + 128) }

  private func pool(_ count: Int, weights: [Double]? = nil) throws -> Cluster {
    try Cluster(
      nodes: (0..<count).map {
        Node(
          id: NodeID("xxx.\($0).yy"), address: "10.\($0 / 62_500).\($0 / 250 % 250).\($0 % 250):1",
          weight: weights?[$0] ?? 1)
      })
  }

  private func counts(
    _ selector: some NodeSelector, _ count: Int, keys: Int, prefix: String = ""
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for key in 0..<keys { selector.index(for: "\(prefix)\(key)").map { counts[$0] += 1 } }
    return counts
  }

  // MARK: Ch3

  @Test func placesKeysAsPublished() throws {
    #expect(FurcHash.bucket("sample".utf8.span, of: 100) == 97)
    #expect(FurcHash.bucket("sample".utf8.span, of: 1) == 0)
    #expect(FurcHash.bucket("".utf8.span, of: 100) == 72)
    #expect(FurcHash.bucket("".utf8.span, of: FurcHash.largestCount) == 6_173_600)
    #expect(FurcHash.bucket("sample".utf8.span, of: FurcHash.largestCount) == 5_167_780)
    #expect(FurcHash.bucket(Self.allBytes.span, of: 99_999) == 31_015)
    let reversed = Array(Self.allBytes.reversed())
    #expect(FurcHash.bucket(reversed.span, of: 99_999) == 67_101)
  }

  @Test func countsKeysAsPublished() throws {
    #expect(try counts(MCRouterCh3(pool(3)), 3, keys: 1000) == [307, 342, 351])
    #expect(
      try counts(MCRouterCh3(pool(10)), 10, keys: 10_000)
        == [995, 955, 1046, 968, 1032, 972, 1016, 1038, 1010, 968])
  }

  /// One server more at the end takes keys from all others and moves no other key.
  @Test func growsAtTheEnd() throws {
    let before = try MCRouterCh3(pool(12))
    let after = try MCRouterCh3(pool(13))
    let moved = sampleKeys(3000).filter {
      let new = after.index(for: $0.span)
      return new != 12 && new != before.index(for: $0.span)
    }
    #expect(moved.isEmpty)
  }

  // MARK: WeightedCh3

  @Test func placesWeightedKeysAsPublished() throws {
    let full = try MCRouterCh3(
      pool(100, weights: Array(repeating: 1, count: 100)), isWeighted: true)
    #expect(full.index(for: "sample") == 97)
    #expect(full.index(for: "") == 72)
    #expect(
      try counts(MCRouterCh3(pool(3, weights: [1, 1, 0.7]), isWeighted: true), 3, keys: 1000)
        == [341, 371, 288])
    let weights = [0.429, 0.541, 0.117, 0.998, 0.283, 0.065, 0.109, 0.042, 0.676, 0.943]
    #expect(
      try counts(MCRouterCh3(pool(10, weights: weights), isWeighted: true), 10, keys: 10_000)
        == [1016, 1252, 288, 2354, 661, 195, 247, 122, 1668, 2197])
  }

  /// If 32 tries fail the last one counts: with next to no weight, as with the published weight of 0.
  @Test func endsAtTheLastTry() throws {
    let light = try MCRouterCh3(
      pool(100, weights: Array(repeating: 1e-6, count: 100)), isWeighted: true)
    #expect(light.index(for: "sample") == 59)
    #expect(light.index(for: "") == 45)
  }

  /// Keys of 192 bytes and more take SpookyHash's long form, on both sides of the salt.
  @Test func agreesWithTheRuleWrittenForReading() throws {
    let weights = [0.3, 0.9, 0.05, 0.6, 0.5]
    let selector = try MCRouterCh3(pool(5, weights: weights), isWeighted: true)
    var different: [Int] = []
    for length in 0..<400 {
      let key = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
      var salted = key
      var place = 0
      for attempt in 0..<32 {
        place = FurcHash.bucket(salted.span, of: 5)
        let drawn = SpookyHash.hash32(salted.span, seed: 0xFACE_2014)
        if Double(drawn) < (weights[place] * 4_294_967_295).rounded(.down) { break }
        salted = key + String(attempt).utf8.reversed()
      }
      if selector.index(for: key.span) != place { different.append(length) }
    }
    #expect(different.isEmpty)
  }

  // MARK: Rendezvous

  @Test func ranksKeysAsPublished() throws {
    let three = try MCRouterRendezvous(pool(3))
    for key in ["sample", "", "mykey"] { #expect(three.index(for: key) == 1) }
    #expect(three.index(for: Self.allBytes.span) == 1)
    let many = try MCRouterRendezvous(pool(343))
    #expect(many.index(for: Self.allBytes.span) == 183)
    #expect(["sample", "", "mykey"].map { many.index(for: $0) } == [45, 291, 132])
    #expect(counts(three, 3, keys: 1000, prefix: "mykey:") == [337, 353, 310])
    #expect(
      try counts(MCRouterRendezvous(pool(10)), 10, keys: 10_000, prefix: "mykey:")
        == [947, 1026, 1028, 981, 1016, 970, 1013, 939, 1023, 1057])
  }

  /// Keys that change their server, of 10 000, when the first, the last or the middle one of 499 goes.
  private func moved(isWeighted: Bool) throws -> [Int] {
    let pool = try pool(499)
    let before = try MCRouterRendezvous(pool, isWeighted: isWeighted)
    return try [0, 498, 249].map { gone in
      let after = try MCRouterRendezvous(
        pool.removing(pool.nodes[gone].id), isWeighted: isWeighted)
      return (0..<10_000).count { key in
        let old = before.index(for: "mykey:\(key)").map { before.nodes[$0].id }
        return old != after.index(for: "mykey:\(key)").map { after.nodes[$0].id }
      }
    }
  }

  @Test func movesAsManyKeysAsPublished() throws {
    #expect(try moved(isWeighted: false) == [14, 24, 15])
    #expect(try moved(isWeighted: true) == [19, 17, 21])
  }

  @Test func ranksWeightedKeysAsPublished() throws {
    let three = try MCRouterRendezvous(pool(3), isWeighted: true)
    #expect(["sample", "", "mykey"].map { three.index(for: $0) } == [0, 2, 1])
    #expect(three.index(for: Self.allBytes.span) == 1)
    let many = try MCRouterRendezvous(pool(343), isWeighted: true)
    #expect(many.index(for: Self.allBytes.span) == 142)
    #expect(["sample", "", "mykey"].map { many.index(for: $0) } == [115, 279, 302])
    for (weights, published) in [
      ([1, 1, 1], [3409, 3360, 3231]), ([1, 0.5, 0.1], [6292, 3118, 590]),
      ([1, 0, 0.5], [6737, 0, 3263]),
      (
        [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5],
        [1381, 1299, 1283, 1359, 1296, 667, 669, 665, 672, 709]
      ),
    ] as [([Double], [Int])] {
      let selector = try MCRouterRendezvous(
        pool(weights.count, weights: weights), isWeighted: true)
      #expect(counts(selector, weights.count, keys: 10_000, prefix: "mykey:") == published)
    }
  }

  @Test(arguments: [false, true])
  func fallsBackDownTheScores(isWeighted: Bool) throws {
    let weights: [Double]? = isWeighted ? [0.2, 1, 0.5, 0.7, 0.9, 0.3] : nil
    let pool = try pool(6, weights: weights)
    let full = try MCRouterRendezvous(pool, isWeighted: isWeighted)
    var different: [String] = []
    for key in sampleKeys(300) {
      let order = full.preference(for: key.span)
      var nodes = pool.nodes
      nodes[order[0]].state = .down
      let rest = try MCRouterRendezvous(Cluster(nodes: nodes), isWeighted: isWeighted)
      if full.index(for: key.span) != order[0]
        || Array(rest.preference(for: key.span)) != Array(order.dropFirst())
        || order.end != .everyNode || Set(order).count != 6
      {
        different.append(String(decoding: key, as: UTF8.self))
      }
    }
    #expect(different.isEmpty)
  }

  /// More servers than one pass over them ranks, with every kind of equal bids.
  @Test(arguments: [false, true])
  func ranksInPasses(tiesGoToLast: Bool) {
    var dice = Dice(3)
    for count in [0, 1, 63, 64, 65, 128, 200] {
      let scores = (0..<count).map { _ in Double(dice.below(40)) }
      let order = BidOrder<Double>(count: count, tiesGoToLast: tiesGoToLast)
      let expected = (0..<count).sorted {
        if scores[$0] != scores[$1] { return scores[$0] > scores[$1] }
        return tiesGoToLast ? $0 > $1 : $0 < $1
      }
      var found: [Int] = []
      let end = order.walk(score: { scores[$0] }) { place in
        found.append(place)
        return true
      }
      #expect(found == expected)
      #expect(end == .everyNode)
      let odd = order.best(where: { !$0.isMultiple(of: 2) }, score: { scores[$0] })
      #expect(odd == expected.first { !$0.isMultiple(of: 2) })
    }
  }

  /// With a mask the first server along the preference that is up is picked.
  @Test(arguments: [false, true])
  func skipsServersThatAreDown(isWeighted: Bool) throws {
    let weights: [Double]? = isWeighted ? (0..<90).map { 0.1 + Double($0 % 7) } : nil
    let selector = try MCRouterRendezvous(pool(90, weights: weights), isWeighted: isWeighted)
    for key in sampleKeys(20) {
      var up = HealthMask(allUp: 90)
      for index in selector.preference(for: key.span) {
        #expect(selector.index(for: key.span, among: up) == index)
        up[index] = false
      }
      #expect(selector.index(for: key.span, among: up) == nil)
    }
  }

  // MARK: Crc32, salt, failures

  @Test func takesTheChecksumAsPublished() throws {
    let hundred = try MCRouterCRC32(pool(100))
    #expect(hundred.index(for: "sample") == 7)
    #expect(hundred.index(for: "") == 0)
    let crc = CRC32()
    #expect((crc.checksum("sample".utf8.span) & 0x7FFF_FFFF) % ((1 << 30) - 1) == 822_834_884)
    #expect(Int(crc.checksum(Self.allBytes.span) & 0x7FFF_FFFF) % 99_999 == 11_697)
    let reversed = Array(Self.allBytes.reversed())
    #expect(Int(crc.checksum(reversed.span) & 0x7FFF_FFFF) % 99_999 == 97_630)
  }

  @Test func appendsTheSalt() throws {
    let pool = try pool(9, weights: Array(repeating: 0.5, count: 9))
    let pairs: [(any NodeSelector, any NodeSelector)] = [
      (try MCRouterCh3(pool), try MCRouterCh3(pool, salt: "-salt")),
      (
        try MCRouterCh3(pool, isWeighted: true),
        try MCRouterCh3(pool, isWeighted: true, salt: "-salt")
      ),
      (try MCRouterRendezvous(pool), try MCRouterRendezvous(pool, salt: "-salt")),
      (try MCRouterCRC32(pool), try MCRouterCRC32(pool, salt: "-salt")),
    ]
    for (plain, salted) in pairs {
      let keys = (0..<200).map { "key-\($0)" }
      #expect(keys.map { salted.index(for: $0) } == keys.map { plain.index(for: $0 + "-salt") })
    }
  }

  @Test func leavesKeysOfServersThatAreDownToTheFailoverRoute() throws {
    var nodes = try pool(3).nodes
    nodes[2].state = .down
    let selector = try MCRouterCh3(Cluster(nodes: nodes))
    let keys = (0..<1000).map(String.init)
    #expect(keys.count { selector.index(for: $0) == nil } == 351)
    #expect(
      keys.allSatisfy { selector.preference(for: $0).end == .stateful("the failover route") })
  }

  @Test func refusesWeightsItDoesNotKnow() throws {
    let uneven = try pool(2, weights: [1, 2])
    #expect(throws: ClusterError.self) { try MCRouterCh3(uneven) }
    #expect(throws: ClusterError.self) { try MCRouterCh3(uneven, isWeighted: true) }
    #expect(throws: ClusterError.self) { try MCRouterRendezvous(uneven) }
    #expect(throws: ClusterError.self) { try MCRouterCRC32(uneven) }
  }
}
