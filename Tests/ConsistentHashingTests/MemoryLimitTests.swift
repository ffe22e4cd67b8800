import ConsistentHashing
import Testing

/// Clusters that need more memory than is allowed are refused before any is taken.
@Suite struct MemoryLimitTests {
  private static func cluster(_ weights: [Double]) throws -> Cluster {
    try Cluster(
      nodes: weights.enumerated().map { Node(address: "10.0.0.\($0):80", weight: $1) })
  }

  @Test func memoryGrowsWithPoints() throws {
    let one = try PlacementRule.ketama.memory(for: Self.cluster([1, 1]))
    let many = try PlacementRule.ketama.memory(for: Self.cluster([1, 100_000]))
    #expect(one < 10_000)
    // 14 bytes for each of 16 million points.
    #expect((220e6...230e6).contains(many))
    #expect(
      try PlacementRule.ketama.memory(
        for: Self.cluster([1, 100_000]), options: ["virtual-nodes": "16"]) < 23e6)
    #expect(try PlacementRule.rendezvous.memory(for: Self.cluster([1, 100_000])) < 10_000)
  }

  @Test func whatIsNotAllowedIsRefused() throws {
    let cluster = try Self.cluster([1, 100_000, 2])
    let error = #expect(throws: ClusterError.self) {
      try PlacementRule.$memoryLimit.withValue(MemoryLimit(bytes: 1e8, remedy: "buy some")) {
        try PlacementRule.ketama.selector(for: cluster)
      }
    }
    #expect(
      error
        == ClusterError(
          .tooLarge, .node(1),
          "ketama takes about 0.2 GB of memory for 3 nodes with weights up to 100000, and 0.1 GB are "
            + "allowed",
          remedy: "buy some"))
    // Other rules, and smaller clusters, go on.
    try PlacementRule.$memoryLimit.withValue(MemoryLimit(bytes: 1e8)) {
      _ = try PlacementRule.rendezvous.selector(for: cluster)
      _ = try PlacementRule.ketama.selector(for: Self.cluster([1, 2]))
    }
  }

  /// The largest weights are refused by the memory of the machine.
  @Test func theMachineIsTheLimit() throws {
    #expect(MemoryLimit.machine.bytes > 1e8)
    let huge = try Self.cluster([1, 1e9])
    #expect(throws: ClusterError.self) { try PlacementRule.ketama.selector(for: huge) }
  }

  /// A mistake in the options is reported as such.
  @Test func otherMistakesComeFirst() throws {
    let error = #expect(throws: ClusterError.self) {
      try PlacementRule.$memoryLimit.withValue(MemoryLimit(bytes: 1)) {
        try PlacementRule.ketama.selector(
          for: Self.cluster([1, 2]), options: ["virtual-nodes": "x"])
      }
    }
    #expect(error?.code == .invalidOption)
  }
}
