import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

@Suite struct MemcachePromisesTests {
  /// Where a server that is down counts as removed, the rest is the cluster without it.
  @Test(
    arguments: [
      PlacementRule.libmemcachedKetama, .libmemcachedKetamaWeighted, .libmemcachedSpyWeighted,
      .twemproxyKetama, .twemproxyModula,
    ].map(\.name))
  func takesDownForRemoved(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    #expect(!rule.promises.downIsSkipped)
    let nodes = (0..<6).map { Node(address: "10.6.0.\($0):11212", weight: Double(1 + $0 % 3)) }
    var degraded = nodes
    degraded[2].state = .down
    let down = try rule.selector(for: Cluster(nodes: degraded))
    let removed = try rule.selector(for: Cluster(nodes: Array(nodes[..<2] + nodes[3...])))
    let rest = [0, 1, 3, 4, 5]
    let different = (0..<1000).filter { key in
      let expected = removed.preference(for: "key-\(key)").map { rest[$0] }
      return Array(down.preference(for: "key-\(key)")) != expected
        || down.index(for: "key-\(key)") != expected.first
    }
    #expect(different.isEmpty)
  }
}
