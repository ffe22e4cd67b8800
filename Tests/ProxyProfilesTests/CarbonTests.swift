import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct CarbonTests {
  /// Recorded from the ring of carbon 1.1.10, with destinations taken off it as well.
  @Test(arguments: try MemcacheTable.load("graphite"))
  func sendsMetricsWhereGraphiteDid(table: MemcacheTable) throws {
    let type: GraphiteRing.HashType = table.setting.hasSuffix("fnv1a_ch") ? .fnv1a : .carbon
    let different = try table.differences(from: GraphiteRing(table.cluster(), hashType: type))
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  private typealias Points = [(position: Int, node: Int)]

  /// The distinct nodes met from the first point at or after a position.
  private static func order(_ points: Points, from position: Int, of count: Int) -> [Int] {
    var place = points.firstIndex { $0.position >= position } ?? 0
    var order: [Int] = []
    var met: Set<Int> = []
    while order.count < count {
      if met.insert(points[place].node).inserted { order.append(points[place].node) }
      place = (place + 1) % points.count
    }
    return order
  }

  private static func position(_ text: String, isMD5: Bool) -> Int {
    if isMD5 {
      let digest = TextbookMD5.digest(Array(text.utf8))
      return Int(digest[0]) << 8 | Int(digest[1])
    }
    var hash: UInt32 = 2_166_136_261
    for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Int(hash >> 16 ^ hash & 0xFFFF)
  }

  /// The rules word by word, with so many nodes that points meet.
  @Test(arguments: [true, false])
  func walksTheRing(isMD5: Bool) throws {
    let nodes = (0..<150).map { index in
      Node(
        id: index % 3 == 0 ? nil : NodeID("i\(index)"),
        address: "10.0.\(index % 3).\(index % 3 == 0 ? index : 1):\(2003 + index)")
    }
    let cluster = try Cluster(nodes: nodes)
    var relayPoints: [(position: Int, host: String, rest: String, node: Int)] = []
    var graphitePoints: Points = []
    var taken: Set<Int> = []
    for (index, node) in nodes.enumerated() {
      let host = String(node.address.prefix { $0 != ":" })
      let instance = node.id.text == node.address ? nil : node.id.text
      for i in 0..<100 {
        let pair = "('\(host)', \(instance.map { "'\($0)'" } ?? "None")):\(i)"
        let position = Self.position(
          isMD5 ? pair : "\(i)-\(instance ?? node.address)", isMD5: isMD5)
        // No instance comes after all, and ports here have as many digits as each other.
        let rest = isMD5 ? instance ?? "~" : node.address
        relayPoints.append((position, host, rest, index))
        var place = Self.position(isMD5 ? pair : "\(i)-\(instance ?? "None")", isMD5: isMD5)
        while !taken.insert(place).inserted { place += 1 }
        graphitePoints.append((place, index))
      }
    }
    relayPoints.sort { ($0.position, $0.host, $0.rest) < ($1.position, $1.host, $1.rest) }
    graphitePoints.sort { $0.position < $1.position }
    var positions: Set<Int> = []
    let kept = relayPoints.filter { positions.insert($0.position).inserted }
      .map { (position: $0.position, node: $0.node) }
    #expect(kept.count < relayPoints.count - 100)
    let relay = try CarbonRelayRing(cluster, type: isMD5 ? .carbon : .fnv1a)
    let graphite = try GraphiteRing(cluster, hashType: isMD5 ? .carbon : .fnv1a)
    for number in 0..<100 {
      let key = "servers.web-\(number).load"
      let position = Self.position(key, isMD5: isMD5)
      let ofRelay = Self.order(kept, from: position, of: nodes.count)
      let ofGraphite = Self.order(graphitePoints, from: position, of: nodes.count)
      #expect(Array(relay.preference(for: key)) == ofRelay)
      #expect(Array(graphite.preference(for: key)) == ofGraphite)
      #expect(relay.hash(of: key.utf8.span) == UInt64(position))
    }
  }

  /// Points that find no free place up to 65 535 follow behind it, before the wrap.
  @Test func pointsOfGraphiteGoOnBehindTheLastPosition() throws {
    let cluster = try Cluster(
      nodes: (0..<800).map { Node(address: "10.2.\($0 / 200).\($0 % 200)") })
    let space = try GraphiteRing(cluster).keySpace()
    let shares = try #require(space.shares(nodeCount: 800))
    // 80 000 points on 65 536 positions: the last node to come has few that a key can find.
    #expect(shares.state == 0)
    #expect(abs(shares.nodes.reduce(0, +) - 1) < 1e-9)
    #expect(shares.nodes[799] < shares.nodes[0] / 2)
  }

  @Test func tagsAreNotHashedByTheRelay() throws {
    let cluster = try Cluster(nodes: (1...9).map { Node(address: "10.0.0.\($0):2003") })
    let rules: [PlacementRule] = [.carbonCh, .carbonFNV1aCh, .carbonJumpFNV1aCh]
    for rule in rules {
      let selector = try rule.selector(for: cluster)
      for number in 0..<100 {
        let name = "disk\(number)"
        #expect(selector.preference(for: "\(name);a=1") == selector.preference(for: name))
        #expect(selector.hash(of: "\(name) 1 1".utf8.span) == selector.hash(of: name.utf8.span))
      }
    }
    let graphite = try GraphiteRing(cluster)
    #expect((0..<100).contains { graphite.index(for: "d;a=\($0)") != graphite.index(for: "d") })
  }

  /// A server that is down keeps its metrics under carbon-c-relay; Graphite takes it off the ring.
  @Test func serversThatAreDown() throws {
    var nodes = (1...6).map { Node(address: "10.0.0.\($0):2003") }
    let all = try Cluster(nodes: nodes)
    nodes[2].state = .down
    let down = try Cluster(nodes: nodes)
    let rules: [PlacementRule] = [
      .carbonCh, .carbonFNV1aCh, .carbonJumpFNV1aCh, .graphiteCarbonCh,
    ]
    for rule in rules {
      let (before, after) = (try rule.selector(for: all), try rule.selector(for: down))
      for number in 0..<300 {
        let key = "metric-\(number)"
        let order = Array(before.preference(for: key))
        if rule.name == "graphite-carbon-ch" {
          #expect(Array(after.preference(for: key)) == order.filter { $0 != 2 })
        } else {
          #expect(Array(after.preference(for: key)) == Array(order.prefix { $0 != 2 }))
          #expect(after.preference(for: key).end == .stateful("the relay's queue"))
        }
        #expect(after.index(for: key) == after.preference(for: key).first)
      }
    }
  }

  @Test func moreServersThanWalksKeepOnTheStack() throws {
    let nodes = (0..<600).map { Node(address: "10.0.\($0 / 200).\($0 % 200):2003") }
    let many = try CarbonRelayJump(Cluster(nodes: nodes))
    for number in 0..<50 {
      let order = Array(many.preference(for: "metric-\(number)"))
      #expect(Set(order).count == 600)
      #expect(order[0] == many.index(for: "metric-\(number)"))
    }
  }

  @Test func refusesWhatTheProgramsRefuse() throws {
    func code(_ rule: PlacementRule, _ nodes: [Node]) -> ClusterError.Code? {
      do {
        _ = try rule.selector(for: Cluster(nodes: nodes))
        return nil
      } catch { return error.code }
    }
    let weighted = [Node(address: "a:1", weight: 2), Node(address: "b:1")]
    let socket: [Node] = ["unix:/run/carbon.sock"]
    // 2003 is the default.
    let twice: [Node] = [
      Node(id: "a", address: "10.0.0.1"), Node(id: "b", address: "10.0.0.1:2003"),
    ]
    let long = [Node(id: NodeID(String(repeating: "x", count: 240)), address: "10.0.0.1:1")]
    let sameHost: [Node] = ["10.0.0.1:1", "10.0.0.1:2"]
    let quote = [Node(id: "it's", address: "10.0.0.1:1")]
    for rule in [PlacementRule.carbonCh, .carbonFNV1aCh, .carbonJumpFNV1aCh] {
      #expect(code(rule, weighted) == .invalidWeight)
      #expect(code(rule, socket) == .invalidAddress)
      #expect(code(rule, twice) == .duplicateAddress)
      #expect(code(rule, long) == .invalidID)
      #expect(code(rule, sameHost) == nil)
    }
    for rule in [PlacementRule.graphiteCarbonCh, .graphiteFNV1aCh] {
      #expect(code(rule, weighted) == .invalidWeight)
      #expect(code(rule, socket) == .invalidAddress)
      #expect(code(rule, twice) == nil)
      #expect(code(rule, sameHost) == .duplicateID)
      #expect(code(rule, quote) == .invalidID)
    }
  }
}
