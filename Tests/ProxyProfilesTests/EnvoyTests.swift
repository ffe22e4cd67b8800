import ConsistentHashing
@testable import ProxyProfiles
import Testing

/// Envoy's rings and tables, against those that its own tests publish, and against the rule written
/// for reading.
@Suite struct EnvoyTests {
  /// Hosts 127.0.0.1:90 to :95.
  private static func hosts(_ ports: ClosedRange<Int> = 90...95, weights: [Double] = []) -> [Node] {
    ports.map { port in
      let place = port - ports.lowerBound
      return Node(
        address: "127.0.0.1:\(port)", weight: weights.isEmpty ? 1 : weights[place])
    }
  }

  private static func named(_ ports: ClosedRange<Int> = 90...95) -> [Node] {
    ports.map { Node(id: NodeID(String($0)), address: "127.0.0.1:\($0)") }
  }

  /// Each point, its owner, and that the key behind it goes to the next one.
  private func expect(_ ring: some HashedSelector, _ points: [(UInt64, Int)]) {
    for (place, point) in points.enumerated() {
      #expect(ring.index(forHash: point.0) == point.1)
      #expect(ring.index(forHash: point.0 &+ 1) == points[(place + 1) % points.count].1)
    }
    #expect(ring.index(forHash: 0) == points[0].1)
    #expect(ring.index(forHash: .max) == points[0].1)
  }

  @Test func buildsThePublishedRing() throws {
    let ring = try EnvoyRingHash(Cluster(nodes: Self.hosts()), minimumRingSize: 12)
    #expect(ring.pointCount == 12)
    expect(
      ring,
      [
        (833_437_586_790_550_860, 4), (928_266_305_478_181_108, 2), (1_033_482_794_131_418_490, 0),
        (3_551_244_743_356_806_947, 5), (3_851_675_632_748_031_481, 3),
        (5_583_722_120_771_150_861, 1), (6_311_230_543_546_372_928, 1),
        (7_700_377_290_971_790_572, 3), (13_144_177_310_400_110_813, 5),
        (13_444_792_449_719_432_967, 2), (15_516_499_411_664_133_160, 4),
        (16_117_243_373_044_804_889, 0),
      ])
  }

  @Test func buildsThePublishedMurmurRing() throws {
    let ring = try EnvoyRingHash(
      Cluster(nodes: Self.hosts(80...85)), minimumRingSize: 12, hashFunction: .murmurHash2)
    expect(
      ring,
      [
        (1_358_027_074_129_602_068, 5), (4_361_834_613_929_391_114, 3),
        (7_224_494_972_555_149_682, 4), (7_701_421_856_454_313_576, 1),
        (8_649_315_368_077_433_379, 2), (8_739_448_859_063_030_639, 4),
        (9_887_544_217_113_020_895, 1), (10_150_910_876_324_007_731, 2),
        (15_168_472_011_420_622_455, 3), (15_427_156_902_705_414_897, 0),
        (16_375_050_414_328_759_093, 5), (17_613_279_263_364_193_813, 0),
      ])
  }

  @Test func buildsThePublishedRingOfHostNames() throws {
    let ring = try EnvoyRingHash(Cluster(nodes: Self.named()), minimumRingSize: 12)
    expect(
      ring,
      [
        (1_975_508_444_536_362_413, 5), (2_376_063_919_839_173_711, 5),
        (2_386_806_903_309_390_596, 3), (6_749_904_478_991_551_885, 4),
        (6_803_900_775_736_438_537, 3), (7_225_015_537_174_310_577, 2),
        (8_787_465_352_164_086_522, 0), (11_282_020_843_382_717_940, 2),
        (13_723_418_369_486_627_818, 1), (13_776_502_110_861_797_421, 0),
        (14_338_313_586_354_474_791, 1), (15_364_271_037_087_512_980, 4),
      ])
  }

  @Test func buildsThePublishedUnevenRings() throws {
    expect(
      try EnvoyRingHash(Cluster(nodes: Self.hosts(80...81)), minimumRingSize: 3),
      [
        (5_454_692_015_285_649_509, 0), (7_859_399_908_942_313_493, 1),
        (13_838_424_394_637_650_569, 0), (16_064_866_803_292_627_174, 1),
      ])
    expect(
      try EnvoyRingHash(Cluster(nodes: Self.hosts(81...82)), minimumRingSize: 3),
      [
        (7_859_399_908_942_313_493, 0), (8_241_336_090_459_785_962, 1),
        (12_882_406_409_176_325_258, 1), (16_064_866_803_292_627_174, 0),
      ])
  }

  /// The points of hosts with shares 1/6, 2/6 and 3/6 on a ring of six.
  private static let tinyRing: [(UInt64, Int)] = [
    (928_266_305_478_181_108, 2), (4_443_673_547_860_492_590, 2), (5_583_722_120_771_150_861, 1),
    (6_311_230_543_546_372_928, 1), (13_444_792_449_719_432_967, 2),
    (16_117_243_373_044_804_889, 0),
  ]

  @Test func buildsThePublishedWeightedRing() throws {
    let ring = try EnvoyRingHash(
      Cluster(nodes: Self.hosts(90...92, weights: [1, 2, 3])), minimumRingSize: 6,
      maximumRingSize: 6)
    #expect(ring.pointCounts == [1, 2, 3])
    expect(ring, Self.tinyRing)
  }

  @Test func buildsThePublishedRingOfLocalities() throws {
    var options = EnvoyRingHash.Options()
    options.minimumRingSize = 6
    options.maximumRingSize = 6
    let ring = try EnvoyRingHash(
      localities: zip(Self.hosts(90...93), [1, 2, 3, 0]).map { host, weight in
        EnvoyLocality(weight: weight, hosts: [host])
      }, options)
    expect(ring, Self.tinyRing)
  }

  @Test func buildsThePublishedLargeRing() throws {
    let ring = try EnvoyRingHash(
      Cluster(nodes: Self.hosts(90...92, weights: [1, 2, 3])), minimumRingSize: 6144)
    #expect(ring.pointCounts == [1024, 2048, 3072])
    var counts = [0, 0, 0]
    for step in 0..<6000 as Range<UInt64> {
      counts[ring.index(forHash: step &* (UInt64.max / 6000))] += 1
    }
    #expect(counts == [987, 1932, 3081])
  }

  @Test func retriesFromPointToPoint() throws {
    let ring = try EnvoyRingHash(Cluster(nodes: Self.hosts()), minimumRingSize: 12)
    #expect(ring.preference(forHash: 0) == Preference(every: [4, 2, 0, 5, 3, 1]))
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as [UInt64])
  func agreesWithTheRingWrittenForReading(seed: UInt64) throws {
    var dice = Dice(seed)
    for _ in 0..<8 {
      let cluster = try dice.cluster(weighted: seed > 3)
      let minimum = 1 + dice.below(400)
      let maximum = minimum + dice.below(200)
      let ring = try EnvoyRingHash(cluster, minimumRingSize: minimum, maximumRingSize: maximum)
      let points = TextbookRing.points(cluster.nodes, minimum: minimum, maximum: maximum)
      let different = (0..<300).filter { _ in
        let hash = dice.next()
        let start = points.firstIndex { $0.value >= hash } ?? 0
        return ring.index(forHash: hash) != points[start].node
      }
      #expect(different.isEmpty, "seed \(seed), \(cluster.nodes.map(\.weight)), \(minimum)")
      #expect(ring.pointCount == points.count)
    }
  }

  /// With 75 equal hosts and 1024 points some own 14 and some 15.
  @Test(arguments: [(75, 14, 15), (77, 14, 15), (91, 12, 13), (99, 11, 12), (105, 10, 11)])
  func givesEqualHostsUnequalCounts(hosts: Int, few: Int, many: Int) throws {
    let nodes = (1...hosts).map { Node(address: "10.0.0.\($0):80") }
    let counts = try EnvoyRingHash(Cluster(nodes: nodes)).pointCounts
    #expect(Set(counts) == [few, many])
  }

  @Test func hashesKeysAsHeaderPoliciesDo() throws {
    let ring = try EnvoyRingHash(Cluster(nodes: Self.hosts()))
    let hash = ring.hash(of: "session-7".utf8.span)
    #expect(hash == XXH64.hash("session-7"))
    #expect(ring.index(for: "session-7") == ring.index(forHash: XXH64.hash("session-7")))
  }

  // MARK: Health

  @Test func rebuildsWithoutHostsThatAreDown() throws {
    var nodes = Self.hosts()
    nodes[1].state = .down
    let ring = try EnvoyRingHash(Cluster(nodes: nodes))
    nodes.remove(at: 1)
    let smaller = try EnvoyRingHash(Cluster(nodes: nodes))
    let keys = sampleKeys(500)
    #expect(
      keys.map { ring.nodes[ring.index(for: $0.span) ?? 1].id }
        == keys.map { nodes[smaller.index(for: $0.span) ?? 0].id })
  }

  @Test(arguments: [
    (3, 6, 50, false), (2, 6, 50, true), (2, 6, 0, false), (4, 6, 100, true), (5, 6, 100, false),
  ])
  func panicsWhenFewHostsAreHealthy(healthy: Int, count: Int, threshold: Int, panics: Bool) throws {
    #expect(EnvoyWeights.isPanic(healthy: healthy, of: count, threshold: threshold) == panics)
    var nodes = Self.hosts(90...(89 + count))
    for index in healthy..<count { nodes[index].state = .down }
    let ring = try EnvoyRingHash(Cluster(nodes: nodes), panicThreshold: threshold)
    let chosen = Set(sampleKeys(2000).compactMap { ring.index(for: $0.span) })
    #expect(chosen == Set(0..<(panics ? count : healthy)))
  }

  // MARK: Maglev

  @Test func fillsThePublishedTables() throws {
    #expect(
      try EnvoyMaglev(Cluster(nodes: Self.hosts()), tableSize: 7).slots == [2, 4, 0, 1, 5, 0, 3])
    #expect(
      try EnvoyMaglev(Cluster(nodes: Self.named()), tableSize: 7).slots == [2, 5, 0, 3, 4, 1, 0])
    let weighted = Self.hosts(90...91, weights: [1, 2])
    #expect(
      try EnvoyMaglev(Cluster(nodes: weighted), tableSize: 17).slots
        == [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1])
    #expect(
      try EnvoyMaglev(Cluster(nodes: Self.hosts(90...90, weights: [7])), tableSize: 17).slots
        == Array(repeating: 0, count: 17))
  }

  @Test func fillsThePublishedTablesOfLocalities() throws {
    func host(_ port: Int, _ weight: Double) -> Node {
      Node(address: "127.0.0.1:\(port)", weight: weight)
    }
    let same = try EnvoyMaglev(
      localities: [
        EnvoyLocality(weight: 1, hosts: [host(90, 1)]),
        EnvoyLocality(weight: 1, hosts: [host(91, 2)]),
      ], tableSize: 17)
    #expect(same.slots == [1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1])
    let different = try EnvoyMaglev(
      localities: [
        EnvoyLocality(weight: 8, hosts: [host(90, 1)]),
        EnvoyLocality(weight: 0, hosts: [host(92, 3)]),
        EnvoyLocality(weight: 2, hosts: [host(91, 2)]),
      ], tableSize: 17)
    #expect(different.slots == [2, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0])
  }

  /// The heavy host takes what 1023 light ones leave, each of which holds one slot.
  @Test func fillsThePublishedLopsidedTable() throws {
    let light = (1..<1024).map { Node(address: "127.0.0.1:\($0)") }
    let table = try EnvoyMaglev(
      localities: [
        EnvoyLocality(weight: 127, hosts: ["127.0.0.1:0"]), EnvoyLocality(weight: 1, hosts: light),
      ])
    var counts = [Int](repeating: 0, count: 1024)
    for owner in table.slots { counts[owner] += 1 }
    #expect(counts == [65_537 - 1023] + Array(repeating: 1, count: 1023))
  }

  @Test func retriesWithMutatedHashes() throws {
    let table = try EnvoyMaglev(Cluster(nodes: Self.hosts()), tableSize: 7)
    #expect(Array(table.preference(forHash: 10, limit: 3)) == [1, 0, 5])
    for hash in [0, 10, UInt64.max, 0x1234_5678_9ABC_DEF0] {
      let preference = table.preference(forHash: hash)
      #expect(Set(preference) == Set(0..<6))
      #expect(preference.end == .everyNode)
    }
  }

  @Test func neverTriesHostsWithoutASlot() throws {
    let table = try EnvoyMaglev(Cluster(nodes: Self.hosts()), tableSize: 5)
    let preference = table.preference(forHash: 3)
    #expect(Set(preference) == Set(table.slots))
    #expect(preference.end == .stateful("hosts without a slot are never tried"))
  }

  @Test(arguments: [11, 12, 13, 14, 15] as [UInt64])
  func agreesWithTheTableWrittenForReading(seed: UInt64) throws {
    var dice = Dice(seed)
    for size in [13, 101, 1009] {
      let cluster = try dice.cluster(weighted: true)
      let table = try EnvoyMaglev(cluster, tableSize: size)
      #expect(table.slots == TextbookMaglev.slots(cluster.nodes, size: size), "seed \(seed)")
    }
  }

  // MARK: Errors

  @Test func refusesWhatEnvoyRefuses() throws {
    let cluster = try Cluster(nodes: Self.hosts())
    #expect(throws: ClusterError.self) {
      try EnvoyRingHash(cluster, minimumRingSize: 20, maximumRingSize: 10)
    }
    #expect(throws: ClusterError.self) { try EnvoyRingHash(cluster, minimumRingSize: 0) }
    #expect(throws: ClusterError.self) { try EnvoyRingHash(cluster, maximumRingSize: 8_388_609) }
    #expect(throws: ClusterError.self) { try EnvoyMaglev(cluster, tableSize: 8) }
    #expect(throws: ClusterError.self) { try EnvoyMaglev(cluster, tableSize: 5_000_017) }
    let broken = try Cluster(nodes: Self.hosts(90...91, weights: [1, 1.5]))
    #expect(throws: ClusterError.self) { try EnvoyRingHash(broken) }
    let heavy = try Cluster(
      nodes: (0..<5).map { Node(address: "10.0.0.\($0):80", weight: 1_000_000_000) })
    let error = #expect(throws: ClusterError.self) { try EnvoyMaglev(heavy) }
    #expect(error?.code == .tooLarge)
    #expect(throws: ClusterError.self) {
      try EnvoyRingHash(localities: [EnvoyLocality(weight: 0, hosts: ["a:1"])], .init())
    }
  }
}

/// Envoy's ring, written for reading.
enum TextbookRing {
  static func points(_ nodes: [Node], minimum: Int, maximum: Int) -> [(value: UInt64, node: Int)] {
    let sum = nodes.map(\.weight).reduce(0, +)
    let shares = nodes.map { $0.weight / sum }
    var smallest = 1.0
    for share in shares where share < smallest { smallest = share }
    let scale = min((smallest * Double(minimum)).rounded(.up) / smallest, Double(maximum))
    var points: [(value: UInt64, node: Int)] = []
    var target = 0.0
    for (index, node) in nodes.enumerated() {
      target += scale * shares[index]
      var number = 0
      while Double(points.count) < target {
        points.append((XXH64.hash("\(node.id)_\(number)"), index))
        number += 1
      }
    }
    return points.sorted { $0.value < $1.value }
  }
}

/// Envoy's Maglev, written for reading.
enum TextbookMaglev {
  static func slots(_ nodes: [Node], size: Int) -> [Int] {
    let order = nodes.indices.sorted { nodes[$0].id < nodes[$1].id }
    let sum = nodes.map(\.weight).reduce(0, +)
    let largest = (nodes.map { $0.weight / sum }).max() ?? 0
    var slots = [Int](repeating: -1, count: size)
    var targets = [Double](repeating: 0, count: nodes.count)
    var turn = 0.0
    while slots.contains(-1) {
      turn += 1
      for index in order where slots.contains(-1) {
        if turn * (nodes[index].weight / sum) < targets[index] { continue }
        targets[index] += largest
        let offset = Int(XXH64.hash(nodes[index].id.text) % UInt64(size))
        let skip = Int(XXH64.hash(nodes[index].id.text, seed: 1) % UInt64(size - 1)) + 1
        let slot = (0..<size).lazy.map { (offset + $0 * skip) % size }.first { slots[$0] < 0 }
        if let slot { slots[slot] = index }
      }
    }
    return slots
  }
}
