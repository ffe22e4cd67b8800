import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct RedisClusterTests {
  /// Slots recorded from Redis 7.0.15: `CLUSTER KEYSLOT`, with and without tags, ASCII and not.
  @Test(arguments: try MemcacheTable.load("redis"))
  func namesTheSlotsThatRedisDid(table: MemcacheTable) throws {
    let different = try table.differences { String(RedisKeySlot.slot(of: $0)) }
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  /// From the Redis Cluster specification.
  @Test func agreesWithTheSpecification() {
    #expect(RedisKeySlot.slot(of: "123456789") == 0x31C3)
    #expect(RedisKeySlot.slot(of: "{user1000}.following") == RedisKeySlot.slot(of: "user1000"))
    #expect(RedisKeySlot.slot(of: "foo{}{bar}") != RedisKeySlot.slot(of: "bar"))
    #expect(RedisKeySlot.slot(of: "foo{{bar}}zap") == RedisKeySlot.slot(of: "{bar"))
    #expect(RedisKeySlot.slot(of: "foo{bar}{zap}") == RedisKeySlot.slot(of: "bar"))
    #expect(RedisKeySlot.slot(of: "") == 0)
  }

  /// `redis-cli --cluster create` prints these for three masters.
  @Test func splitsSlotsAsRedisCLIDoes() throws {
    let three = try RedisCluster(Cluster(nodes: ["a:6379", "b:6379", "c:6379"]))
    let owners = [0, 5460, 5461, 10_922, 10_923, 16_383].map { three.index(forSlot: $0) }
    #expect(owners == [0, 0, 1, 1, 2, 2])
    var wrong: [Int] = []
    for count in [1, 2, 6, 7, 30, 100, 1000] {
      let nodes = (0..<count).map { Node(address: "n\($0):6379") }
      let cluster = try RedisCluster(Cluster(nodes: nodes))
      var sizes = Array(repeating: 0, count: count)
      var last = 0
      for slot in 0..<RedisKeySlot.count {
        let owner = cluster.index(forSlot: slot) ?? -1
        if owner < last { wrong.append(count) }
        last = max(owner, 0)
        if owner >= 0 { sizes[owner] += 1 }
      }
      let (least, most) = (sizes.min() ?? 0, sizes.max() ?? 0)
      if sizes.reduce(0, +) != RedisKeySlot.count || most - least > 1 { wrong.append(count) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func takesSlotsFromNodes() throws {
    func node(_ address: String, _ slots: String, _ state: Node.State = .up) -> Node {
      Node(address: address, state: state, properties: [RedisCluster.slotProperty: slots])
    }
    let cluster = try RedisCluster(
      Cluster(nodes: [node("a:1", "0-99,200"), node("b:1", "100-199", .down), "c:1"]))
    #expect([0, 99, 200].map { cluster.index(forSlot: $0) } == [0, 0, 0])
    #expect([100, 201, -1, 16_384].map { cluster.index(forSlot: $0) } == [nil, nil, nil, nil])
    #expect(cluster.preference(for: "key").count <= 1)
    for slots in ["0-16384", "5-3", "x", "", "1-2-3", "-1"] {
      let error = #expect(throws: ClusterError.self) {
        try RedisCluster(Cluster(nodes: [node("a:1", slots)]))
      }
      #expect(error?.code == .invalidProperty)
    }
    let error = #expect(throws: ClusterError.self) {
      try RedisCluster(Cluster(nodes: [node("a:1", "0-9"), node("b:1", "9")]))
    }
    #expect(error?.subject == .node(1))
  }

  @Test func leavesFailoverToTheCluster() throws {
    let cluster = try RedisCluster(Cluster(nodes: ["a:1", "b:1"]))
    #expect(cluster.preference(for: "key").end == .stateful("failover within the cluster"))
    #expect(throws: ClusterError.self) {
      try RedisCluster(Cluster(nodes: [Node(address: "a:1", weight: 2)]))
    }
  }
}
