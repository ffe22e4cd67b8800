import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct UhashringTests {
  /// Recorded from uhashring 2.5, both kinds of ring.
  @Test(arguments: try MemcacheTable.load("uhashring"))
  func sendsKeysWhereUhashringDid(table: MemcacheTable) throws {
    let rule: PlacementRule =
      table.setting.contains("ketama") ? .uhashringKetama : .uhashring
    let selector = try rule.selector(for: try table.nameCluster())
    let different = try table.differences(from: selector)
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  /// `range(key)`: the distinct nodes from the first point above the key, found by a linear search.
  @Test func walksTheRing() throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = TestGenerator(seed: seed)
    var different: [String] = []
    for round in 0..<4 {
      let nodes = (0..<Int.random(in: 1...6, using: &generator)).map { index in
        Node(
          id: NodeID("n\(round)-\(index)"), address: "10.7.\(round).\(index)",
          weight: Double(Int.random(in: 1...4, using: &generator)))
      }
      let cluster = try Cluster(nodes: nodes)
      let ketama = try UhashringKetama(cluster)
      let standard = try UhashringDefault(cluster)
      let points = [Self.ketamaPoints(nodes), Self.standardPoints(nodes)]
      for _ in 0..<40 {
        let key = generator.key()
        let digest = TextbookMD5.digest(key)
        let hashes = [Array(digest[..<4].reversed()), digest]
        let expected = zip(points, hashes).map { points, hash in
          let start =
            points.firstIndex { hash.lexicographicallyPrecedes($0.value) } ?? 0
          var order: [Int] = []
          for point in points[start...] + points[..<start] where !order.contains(point.node) {
            order.append(point.node)
          }
          return Preference(order, end: .everyNode)
        }
        if [ketama.preference(for: key.span), standard.preference(for: key.span)] != expected {
          different.append("\(nodes.map(\.weight)) \(key)")
        }
      }
    }
    #expect(different.isEmpty, "seed \(seed)")
  }

  private typealias Points = [(value: [UInt8], node: Int)]

  private static func ketamaPoints(_ nodes: [Node]) -> Points {
    let sum = nodes.reduce(0) { $0 + Int($1.weight) }
    var points: Points = []
    for (index, node) in nodes.enumerated() {
      for j in 0..<(40 * nodes.count * Int(node.weight) / sum) {
        let digest = TextbookMD5.digest(Array("\(node.id)-\(j)".utf8))
        for word in 0..<4 {
          points.append((Array(digest[(4 * word)..<(4 * word + 4)].reversed()), index))
        }
      }
    }
    return points.sorted { $0.value.lexicographicallyPrecedes($1.value) }
  }

  private static func standardPoints(_ nodes: [Node]) -> Points {
    var points: Points = []
    for (index, node) in nodes.enumerated() {
      for j in 0..<(160 * Int(node.weight)) {
        points.append((TextbookMD5.digest(Array("\(node.id)-\(j)".utf8)), index))
      }
    }
    return points.sorted { $0.value.lexicographicallyPrecedes($1.value) }
  }

  /// A key that falls on a point belongs to the next one.
  @Test func passesAPointThatAKeyFallsOn() throws {
    let cluster = try Cluster(nodes: ["a", "b", "c", "d", "e"])
    let standard = try UhashringDefault(cluster)
    let ketama = try UhashringKetama(cluster)
    let standardPoints = Self.standardPoints(cluster.nodes)
    let ketamaPoints = Self.ketamaPoints(cluster.nodes)
    var different: [String] = []
    for node in cluster.nodes {
      for j in 0..<40 {
        let key = "\(node.id)-\(j)"
        let digest = TextbookMD5.digest(Array(key.utf8))
        let first = Array(digest[..<4].reversed())
        let afterStandard =
          (standardPoints.firstIndex { $0.value == digest } ?? 0) + 1
        let afterKetama = (ketamaPoints.firstIndex { $0.value == first } ?? 0) + 1
        let expected = [
          standardPoints[afterStandard % standardPoints.count].node,
          ketamaPoints[afterKetama % ketamaPoints.count].node,
        ]
        if [standard.index(for: key), ketama.index(for: key)] != expected {
          different.append(key)
        }
      }
    }
    #expect(different.isEmpty)
  }

  @Test func countsNodesWithoutWeight() throws {
    let two = try Cluster(nodes: ["a", "b"])
    let three = try Cluster(nodes: ["a", "b", Node(address: "c", weight: 0)])
    let small = try UhashringKetama(two)
    let large = try UhashringKetama(three)
    let moved = (0..<3000).count { small.index(for: "k\($0)") != large.index(for: "k\($0)") }
    // 60 points instead of 40 move keys between nodes that did not change.
    #expect(moved > 0)
    #expect((0..<3000).allSatisfy { large.index(for: "k\($0)") != 2 })
    let same = try UhashringDefault(three)
    let without = try UhashringDefault(two)
    #expect((0..<3000).allSatisfy { same.index(for: "k\($0)") == without.index(for: "k\($0)") })
  }

  @Test func refusesBrokenWeights() throws {
    let cluster = try Cluster(nodes: [Node(address: "a", weight: 1.5)])
    #expect(throws: ClusterError.self) { try UhashringKetama(cluster) }
    #expect(throws: ClusterError.self) { try UhashringDefault(cluster) }
    let heavy = try Cluster(nodes: [Node(address: "a", weight: 100_000_000)])
    let error = #expect(throws: ClusterError.self) { try UhashringDefault(heavy) }
    #expect(error?.code == .tooLarge)
  }
}

extension MemcacheTable {
  /// The cluster of a table whose servers have names only.
  func nameCluster() throws -> Cluster {
    try Cluster(nodes: servers.map { Node(address: $0.name ?? "", weight: Double($0.weight)) })
  }
}
