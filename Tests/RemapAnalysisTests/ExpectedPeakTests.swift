import ConsistentHashing
import ProxyProfiles
import RemapAnalysis
import Testing

/// The peak that theory expects, compared with means of simulations.
@Suite struct ExpectedPeakTests {
  /// So many keys that their number does not matter.
  static let manyKeys = 1_000_000_000_000_000

  static func ring(_ nodes: Int, _ virtual: Int) -> Double? {
    peak(
      Array(repeating: 1, count: nodes),
      .points(Array(repeating: Double(virtual), count: nodes)))
  }

  static func peak(
    _ weights: [Double], _ spread: SharePrediction.Spread, _ keys: Int = manyKeys
  ) -> Double? {
    ExpectedPeak(SharePrediction(weights: weights, spread: spread), keys: keys).value
  }

  /// The points of a ring of 160 virtual nodes.
  static func points(_ weights: [Double]) throws -> SharePrediction.Spread {
    let nodes = weights.enumerated().map { Node(address: "h\($0):1", weight: $1) }
    return try PlacementRule.ketama.prediction(for: Cluster(nodes: nodes)).spread
  }

  @Test func ringsPeakWhereSimulatedOnesDo() throws {
    let simulated: [(nodes: Int, virtual: Int, peak: Double)] = [
      (3, 160, 1.067), (10, 40, 1.255), (10, 100, 1.158), (10, 160, 1.125), (10, 1000, 1.049),
      (100, 100, 1.269), (100, 160, 1.209), (100, 500, 1.116), (100, 1000, 1.081),
      (1000, 100, 1.357), (1000, 160, 1.277), (1000, 500, 1.152), (1000, 1000, 1.105),
    ]
    var wrong: [String] = []
    for (nodes, virtual, peak) in simulated {
      let expected = try #require(Self.ring(nodes, virtual))
      if abs(expected / peak - 1) > 0.015 {
        wrong.append("\(nodes) × \(virtual): \(expected), not \(peak)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  /// Rings of a size of their own: with as many points each, with one more here and there, and with
  /// fewer points than nodes.
  ///
  /// Means of 800 to 20 000 simulations, known to 0.5 %.
  @Test func sizedRingsPeakWhereSimulatedOnesDo() throws {
    let simulated: [(nodes: Int, size: Int, peak: Double)] = [
      (3, 1024, 1.046), (10, 1024, 1.156), (100, 1024, 1.925), (500, 4096, 2.414),
      (1000, 2000, 4.919), (1000, 1500, 6.131), (1500, 1024, 11.01), (3000, 4096, 7.442),
    ]
    var wrong: [String] = []
    for (nodes, size, peak) in simulated {
      let cluster = try Cluster(nodes: (0..<nodes).map { Node(address: "10.0.0.1:\($0 + 1)") })
      let prediction = try RuleCatalogue.all.rule(named: "grpc-ring").prediction(
        for: cluster,
        options: [
          "minimum-ring-size": "\(size)", "maximum-ring-size": "\(nodes > 100 ? size : 4096)",
        ])
      let expected = try #require(ExpectedPeak(prediction, keys: Self.manyKeys).value)
      if abs(expected / peak - 1) > 0.03 {
        wrong.append("\(nodes) × \(size): \(expected), not \(peak)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  @Test func countsOfExactSharesPeakAsCountsDo() throws {
    let peak = try #require(
      Self.peak(Array(repeating: 1, count: 100), .exact, 100_000))
    #expect(abs(peak - 1.079) < 0.005, "\(peak)")
  }

  @Test func tablesPeakByOneSlotAtMost() throws {
    let peak = try #require(
      Self.peak(Array(repeating: 1, count: 1000), .slots(65537)))
    #expect(peak > 1 && peak < 1.0155, "\(peak)")
  }

  @Test func cornersHaveAnAnswer() throws {
    #expect(Self.peak([1, 1], .unknown, 100) == nil)
    #expect(Self.peak([], .exact, 100) == nil)
    #expect(Self.peak([1, 1], .exact, 0) == nil)
    #expect(Self.peak([0, 0], .points([0, 0]), 100) == nil)
    #expect(try Self.peak([5], Self.points([5]), 100) == 1)
    // Nodes without a share do not count.
    #expect(
      Self.peak([1, 0, 1], .points([160, 0, 160])) == Self.peak([1, 1], .points([160, 160])))
    var strange: [String] = []
    for weights in [[1e-6, 1e9], [1e9, 1e9, 1e-6], [1, 2, 3]] {
      for keys in [1, 1000, Int.max] {
        for spread in [.exact, try Self.points(weights), .slots(65537)]
          as [SharePrediction.Spread]
        {
          let peak = Self.peak(weights, spread, keys) ?? .nan
          if !(peak >= 1) { strange.append("\(spread) \(weights) \(keys): \(peak)") }
        }
      }
    }
    #expect(strange.isEmpty, "\(strange)")
  }

  /// Very many shapes are joined with their neighbours; that must not change the result.
  @Test func manyDifferentWeightsPeakLikeTheFewTheyAreNear() throws {
    func peak(_ weights: [Double]) throws -> Double {
      try #require(Self.peak(weights, Self.points(weights)))
    }
    let few = try peak((0..<20_000).map { $0 < 10_000 ? 1 : 3 })
    let many = try peak((0..<20_000).map { ($0 < 10_000 ? 1 : 3) + Double($0) * 1e-7 })
    #expect(abs(few / many - 1) < 0.003, "\(few) \(many)")
  }
}
