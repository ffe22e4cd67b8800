import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

@Suite struct HAProxyMapHashTests {
  private static func nodes(_ weights: [Double]) -> [Node] {
    weights.enumerated().map { Node(address: "10.0.0.\($0 + 1):80", weight: $1) }
  }

  /// Published with HAProxy's own tests, `reg-tests/balance/balance-uri.vtc`.
  @Test func agreesWithThePublishedVectors() throws {
    let selector = try PlacementRule.haproxyMap.selector(
      for: Cluster(nodes: Self.nodes([1, 1, 1, 1])), options: ["balance": "uri"])
    #expect((1...4).map { selector.index(for: "/url\($0)") } == [1, 2, 3, 0])
  }

  /// Recorded from HAProxy 2.6.12.
  @Test(
    arguments: [
      ([2, 3, 1], [0, 1, 0, 1, 1, 2]), ([4, 6, 2, 2], [0, 1, 1, 0, 1, 2, 3]),
      ([20, 30, 10], [0, 1, 0, 1, 1, 2]), ([0, 2, 2], [1, 2]), ([256], [0]),
    ] as [([Double], [UInt32])])
  func fillsTheTableAsHAProxyDoes(weights: [Double], table: [UInt32]) throws {
    #expect(try HAProxyMapHash(Cluster(nodes: Self.nodes(weights))).table == table)
  }

  @Test func agreesWithTheTextbook() throws {
    let seed: UInt64 = 5
    var generator = SeededGenerator(seed: seed)
    var different: [String] = []
    for round in 0..<150 {
      let scale = 1 + generator.below(3)
      let servers = (0..<(1 + generator.below(12))).map { index in
        Node.server(
          "s\(index)", "10.0.0.\(index):80", weight: scale * generator.below(9),
          isDisabled: generator.below(6) == 0, isBackup: generator.below(2) == 0)
      }
      let usesAllBackups = generator.below(2) == 0
      let whole = servers.map { Int($0.weight) }
      let usable = servers.indices.filter { whole[$0] > 0 && servers[$0].state == .up }
      guard !usable.isEmpty else { continue }
      let active = usable.filter { servers[$0].properties["backup"] == nil }
      let sharing = active.isEmpty ? usable : active
      let divisor = (1...256).last { d in whole.allSatisfy { $0 % d == 0 } } ?? 1
      let weights = sharing.map { whole[$0] / divisor }
      let size = active.isEmpty && !usesAllBackups ? weights[0] : weights.reduce(0, +)
      let table = TextbookHAProxy.table(weights: weights, size: size).map { sharing[$0] }
      let selector = try HAProxyMapHash(
        Cluster(nodes: servers), usesAllBackups: usesAllBackups)
      let isSame = (0..<50).allSatisfy { i in
        let key = "key-\(i)"
        let hash = TextbookHAProxy.hash(.sdbm, Array(key.utf8))
        return selector.index(for: key) == table[Int(hash) % size]
      }
      if !isSame || selector.table.map(Int.init) != table {
        different.append("round \(round): \(table), here \(selector.table)")
      }
    }
    #expect(different.isEmpty, "seed \(seed), \(different.count), such as \(different.prefix(2))")
  }

  /// Up to 300 equal servers take turns, as the rule works out.
  @Test func givesEqualServersOneEntryEach() {
    let wrong = (2...300).filter {
      TextbookHAProxy.table(weights: Array(repeating: 1, count: $0), size: $0)
        != Array(0..<$0)
    }
    #expect(wrong == [])
  }

  /// HAProxy 2.6.12 with one server disabled and backups of weights 5, 3 and 2, of which it says that
  /// only the first is used, sent 80 of 400 keys to the second; with weights 4, 3 and 9 all to the
  /// third.
  @Test func usesOtherBackupsThanTheFirst() throws {
    func counts(_ weights: [Int], _ balance: HAProxyBalance) throws -> [Int] {
      let servers =
        [Node.server("s1", "10.0.0.1:80", isDisabled: true)]
        + weights.map { .server("b\($0)", "10.0.0.2:80", weight: $0, isBackup: true) }
      let selector = try HAProxyMapHash(
        Cluster(nodes: servers, allowsRepeatedAddresses: true),
        keyHash: HAProxyKeyHash(isAvalanche: false, balance: balance))
      var counts = [0, 0, 0]
      for i in 0..<400 {
        if let index = selector.index(for: "key\(i)") { counts[index - 1] += 1 }
      }
      return counts
    }
    #expect(try counts([5, 3, 2], .urlParameter) == [320, 80, 0])
    #expect(try counts([4, 3, 9], .urlParameter) == [0, 0, 400])
    #expect(try counts([4, 3, 9], .header) == [0, 0, 400])
    #expect(try counts([1, 3, 2], .urlParameter) == [400, 0, 0])
    #expect(try counts([5, 3, 2], .header) == [400, 0, 0])
  }

  /// HAProxy 2.6.12 with redispatch answered 503 for every key of a server that refuses.
  @Test func triesTheSameServerAgain() throws {
    let selector = try HAProxyMapHash(Cluster(nodes: Self.nodes([1, 1, 1])))
    let preference = selector.preference(for: "key")
    #expect(preference.count == 1)
    #expect(preference.end == .stateful("the same server again"))
    let one = try HAProxyMapHash(Cluster(nodes: Self.nodes([1])))
    #expect(one.preference(for: "key") == Preference([0], end: .everyNode))
    let empty = try HAProxyMapHash(
      Cluster(nodes: Self.nodes([1, 1])),
      keyHash: HAProxyKeyHash(isAvalanche: false, balance: .header))
    #expect(
      empty.preference(for: "") == Preference([], end: .stateful("round robin")))
  }

  @Test func refusesTablesThatTakeTooLong() throws {
    let many = (0..<20_000).map {
      Node(
        address: "10.\($0 / 65_536).\($0 / 256 % 256).\($0 % 256):80", weight: Double(255 + $0 % 2))
    }
    let error = #expect(throws: ClusterError.self) { try HAProxyMapHash(Cluster(nodes: many)) }
    #expect(error?.code == .tooLarge)
    let equal = try HAProxyMapHash(
      Cluster(nodes: many.map { Node(address: $0.address, weight: 256) }))
    #expect(equal.table.count == 20_000)
  }
}
