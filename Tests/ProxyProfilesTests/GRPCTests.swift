import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct GRPCTests {
  private static let addresses = (1...6).map { "10.0.0.\($0):50051" }

  /// Envoy's ring of hosts in the order of their keys, or of the list.
  @Test(arguments: [1, 2, 3, 4] as [UInt64], [.sorted, .listed] as [GRPCRingHash.EndpointOrder])
  func buildsEnvoysRing(seed: UInt64, order: GRPCRingHash.EndpointOrder) throws {
    var dice = Dice(seed)
    let cluster = try dice.cluster(weighted: true)
    let ring = try GRPCRingHash(cluster, order: order)
    let endpoints = order == .listed ? cluster.nodes : cluster.nodes.sorted { $0.id < $1.id }
    let points = TextbookRing.points(endpoints, minimum: 1024, maximum: 4096)
    let different = (0..<2000).filter { _ in
      let hash = dice.next()
      let owner = endpoints[points[points.firstIndex { $0.value >= hash } ?? 0].node].id
      return cluster.nodes[ring.index(forHash: hash)].id != owner
    }
    #expect(different.isEmpty, "seed \(seed)")
    #expect(ring.pointCount == points.count)
  }

  @Test func doesNotDependOnTheOrder() throws {
    let nodes = Self.addresses.map { Node(address: $0) }
    let ring = try GRPCRingHash(Cluster(nodes: nodes), minimumRingSize: 7)
    let reversed = try GRPCRingHash(Cluster(nodes: nodes.reversed()), minimumRingSize: 7)
    let keys = sampleKeys(500)
    #expect(
      keys.map { ring.index(for: $0.span) }
        == keys.map { 5 - reversed.index(for: $0.span) })
  }

  /// An endpoint in transient failure is walked past; nobody else's keys move.
  @Test func walksPastFailingEndpoints() throws {
    var nodes = Self.addresses.map { Node(address: $0) }
    let whole = try GRPCRingHash(Cluster(nodes: nodes))
    nodes[2].state = .down
    nodes[4].state = .down
    let partly = try GRPCRingHash(Cluster(nodes: nodes))
    var different: [String] = []
    for key in sampleKeys(2000) {
      let left = whole.preference(for: key.span).filter { $0 != 2 && $0 != 4 }
      if partly.preference(for: key.span) != Preference(every: left)
        || partly.index(for: key.span) != left.first
      {
        different.append(String(decoding: key, as: UTF8.self))
      }
    }
    #expect(different.isEmpty)
  }

  @Test func cutsSizesToTheCap() throws {
    let cluster = try Cluster(nodes: Self.addresses.map { Node(address: $0) })
    let capped = try GRPCRingHash(cluster, minimumRingSize: 8000, maximumRingSize: 100_000)
    #expect(capped.pointCount == 4096)
    let raised = try GRPCRingHash(
      cluster, minimumRingSize: 8000, maximumRingSize: 100_000, ringSizeCap: 8000)
    #expect(raised.pointCount == 8000)
  }

  @Test func refusesSizesAndWeightsThatGRPCRefuses() throws {
    let cluster = try Cluster(nodes: Self.addresses.map { Node(address: $0) })
    #expect(throws: ClusterError.self) {
      try GRPCRingHash(cluster, minimumRingSize: 5000, maximumRingSize: 4096)
    }
    #expect(throws: ClusterError.self) {
      try GRPCRingHash(Cluster(nodes: [Node(address: "a:1", weight: 0.5)]))
    }
    // One point for two endpoints, and its owner is failing.
    #expect(throws: ClusterError.self) {
      try GRPCRingHash(
        Cluster(nodes: [Node(address: "a:1", state: .down), "b:1"]), minimumRingSize: 1,
        maximumRingSize: 1)
    }
  }
}
