import ConsistentHashing
import ProxyProfiles
import Testing

/// Numbers that lua-resty-balancer's own tests (`t/chash.t`) expect.
@Suite struct RestyChashTests {
  private func selector(_ weights: [Double]) throws -> RestyChash {
    try RestyChash(
      Cluster(
        nodes: weights.enumerated().map {
          Node(id: NodeID("server\($0 + 1)"), address: "10.0.0.\($0 + 1):80", weight: $1)
        }))
  }

  private static let keys = (1...100_000).map { "\($0)" }

  @Test func findsAsOftenAsPublished() throws {
    let selector = try selector([10, 2, 1])
    #expect(selector.pointCount == 2080)
    var counts = [0, 0, 0]
    for key in Self.keys { if let index = selector.index(for: key) { counts[index] += 1 } }
    #expect(counts == [77_075, 14_743, 8182])
  }

  @Test func findsThePublishedPoints() throws {
    let selector = try selector([2, 2, 1])
    let key = "foo"
    #expect(selector.point(for: key.utf8.span) == 434)
    #expect(selector.index(for: "foo") == 0)
    #expect(selector.owner(ofPoint: 534) == 1)
  }

  @Test func movesAsManyKeysAsPublished() throws {
    let before = try selector([7, 2, 1])
    let increased = try selector([8, 2, 1])
    let decreased = try selector([8, 2, 0])
    var same = (0, 0)
    for key in Self.keys {
      let middle = increased.index(for: key)
      if before.index(for: key) == middle { same.0 += 1 }
      if decreased.index(for: key) == middle { same.1 += 1 }
    }
    #expect(same == (97_606, 90_255))
  }

  /// Without the zero byte between host and port the ring is another.
  @Test func isNotTheRingOfNginx() throws {
    let cluster = try Cluster(nodes: (1...5).map { Node(address: "10.0.0.\($0):80") })
    let (nginx, resty) = (try NginxConsistentHash(cluster), try RestyChash(cluster))
    let same = (0..<10_000).count { nginx.index(for: "\($0)") == resty.index(for: "\($0)") }
    #expect((1500...2500).contains(same), "a fifth by chance")
  }

  /// The ring written for reading.
  private static func textbook(
    _ nodes: [Node], _ id: (Node) -> String
  ) -> [(point: UInt32, node: Int)] {
    var ring: [(point: UInt32, node: Int)] = []
    for (index, node) in nodes.enumerated() {
      var point: UInt32 = 0
      for _ in 0..<(160 * Int(node.weight)) {
        let little = (0..<4).map { UInt8(truncatingIfNeeded: point >> (8 * $0)) }
        point = textbookCRC32(Array(id(node).utf8) + little)
        ring.append((point, index))
      }
    }
    return ring.sorted { $0.point < $1.point }
  }

  /// APISIX puts a zero byte in the place of each colon, so the rule of nginx says what it picks.
  @Test func asAPISIXUsesItItIsTheRingOfNginx() throws {
    let addresses = ["10.0.0.1:8080", "10.0.0.2:81", "app.example:80"]
    let nodes = zip(addresses, [1, 3, 2]).map { Node(address: $0, weight: $1) }
    let ring = Self.textbook(nodes) { $0.address.replacing(":", with: "\0") }
    let nginx = try NginxConsistentHash(Cluster(nodes: nodes))
    for key in (0..<5_000).map({ "session-\($0)" }) {
      let hash = textbookCRC32(Array(key.utf8))
      let owner = (ring.first { $0.point >= hash } ?? ring[0]).node
      #expect(nginx.index(for: key) == owner, "\(key)")
    }
  }

  /// The rule written for reading, on random clusters, to the end of every preference.
  @Test(arguments: [1, 2] as [UInt64])
  func agreesWithTheTextbook(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var different: [String] = []
    for _ in 0..<8 {
      let nodes = (0..<Int.random(in: 1...8, using: &random)).map { index in
        Node(
          id: NodeID("10.\(UInt8.random(in: 0...255, using: &random)).0.\(index):8080"),
          address: "10.0.0.\(index):80", weight: Double(Int.random(in: 1...4, using: &random)),
          state: index > 0 && Int.random(in: 0..<3, using: &random) == 0 ? .down : .up)
      }
      let ring = Self.textbook(nodes) { $0.id.text }
      let selector = try RestyChash(Cluster(nodes: nodes))
      for _ in 0..<150 {
        let key = "session-\(UInt32.random(in: 0...(.max), using: &random))"
        let hash = textbookCRC32(Array(key.utf8))
        let start = ring.firstIndex { $0.point >= hash } ?? 0
        var order: [Int] = []
        for entry in ring[start...] + ring[..<start] where !order.contains(entry.node) {
          order.append(entry.node)
        }
        let up = order.filter { nodes[$0].state == .up }
        if selector.preference(for: key) != Preference(up, end: .everyNode)
          || selector.index(for: key) != up.first
        {
          different.append("seed \(seed), \(key) of \(nodes)")
        }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.first ?? "")")
  }

  @Test func refusesBrokenWeights() throws {
    let error = #expect(throws: ClusterError.self) { try selector([1.5]) }
    #expect(error?.code == .invalidWeight)
    #expect(throws: ClusterError.self) { try selector([1e9]) }
  }
}
