import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

@Suite struct MemcachePromisesTests {
  /// The checks that anyone's selector can be put to, under the promises that these rules keep.
  @Test(
    arguments: [
      Algorithm.libketama, .libmemcachedModula, .libmemcachedKetama, .libmemcachedKetamaWeighted,
      .twemproxyKetama, .twemproxyModula, .uhashring,
      .uhashringKetama, .pymemcache, .redisCluster,
    ].map(\.name))
  func keepsItsPromises(name: String) throws {
    #expect(conformanceViolations(of: try Algorithm.named(name), seed: 1) == [])
  }

  /// Where a server that is down counts as removed, the rest is the cluster without it.
  @Test(
    arguments: [
      Algorithm.libmemcachedKetama, .libmemcachedKetamaWeighted, .libmemcachedSpyWeighted,
      .twemproxyKetama, .twemproxyModula,
    ].map(\.name))
  func takesDownForRemoved(name: String) throws {
    let algorithm = try Algorithm.named(name)
    #expect(!algorithm.promises.downIsSkipped)
    let nodes = (0..<6).map { Node(address: "10.6.0.\($0):11212", weight: Double(1 + $0 % 3)) }
    var degraded = nodes
    degraded[2].state = .down
    let down = try algorithm.selector(for: Cluster(nodes: degraded, algorithm: name))
    let removed = try algorithm.selector(
      for: Cluster(nodes: Array(nodes[..<2] + nodes[3...]), algorithm: name))
    let rest = [0, 1, 3, 4, 5]
    let different = (0..<1000).filter { key in
      let expected = removed.preference(for: "key-\(key)").indices.map { rest[$0] }
      return down.preference(for: "key-\(key)").indices != expected
        || down.choice(for: "key-\(key)") != expected.first
    }
    #expect(different.isEmpty)
  }
}
