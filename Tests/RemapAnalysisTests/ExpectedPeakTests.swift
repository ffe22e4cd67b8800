import ConsistentHashing
import RemapAnalysis
import Testing

/// The peak that theory expects, against means of simulations.
@Suite struct ExpectedPeakTests {
  /// Enough keys for their number not to matter.
  static let manyKeys = 1_000_000_000_000_000

  static func ring(_ nodes: Int, _ virtual: Int) -> Double? {
    ExpectedPeak(
      balance: .ring(virtualNodes: 160), options: ["virtual-nodes": "\(virtual)"],
      weights: Array(repeating: 1, count: nodes), keys: manyKeys
    ).value
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
      let expected = try #require(
        ExpectedPeak(
          balance: .sizedRing(minimum: 1024, maximum: 4096, cap: 4096),
          options: [
            "minimum-ring-size": "\(size)", "maximum-ring-size": "\(nodes > 100 ? size : 4096)",
          ],
          weights: Array(repeating: 1, count: nodes), keys: Self.manyKeys
        ).value)
      if abs(expected / peak - 1) > 0.03 {
        wrong.append("\(nodes) × \(size): \(expected), not \(peak)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  @Test func countsOfExactSharesPeakAsCountsDo() throws {
    let peak = try #require(
      ExpectedPeak(
        balance: .exactShares, options: [:], weights: Array(repeating: 1, count: 100),
        keys: 100_000
      ).value)
    #expect(abs(peak - 1.079) < 0.005, "\(peak)")
  }

  @Test func tablesPeakByOneSlotAtMost() throws {
    let peak = try #require(
      ExpectedPeak(
        balance: .slots(65537), options: [:], weights: Array(repeating: 1, count: 1000),
        keys: Self.manyKeys
      ).value)
    #expect(peak > 1 && peak < 1.0155, "\(peak)")
  }

  @Test func cornersHaveAnAnswer() {
    func peak(_ balance: AlgorithmPromises.Balance, _ weights: [Double], _ keys: Int) -> Double? {
      ExpectedPeak(balance: balance, options: [:], weights: weights, keys: keys).value
    }
    #expect(peak(.none, [1, 1], 100) == nil)
    #expect(peak(.exactShares, [], 100) == nil)
    #expect(peak(.exactShares, [1, 1], 0) == nil)
    #expect(peak(.ring(virtualNodes: 160), [5], 100) == 1)
    var strange: [String] = []
    for weights in [[1e-6, 1e9], [1e9, 1e9, 1e-6], [1, 2, 3]] {
      for keys in [1, 1000, Int.max] {
        for balance in [.exactShares, .ring(virtualNodes: 160), .slots(65537)]
          as [AlgorithmPromises.Balance]
        {
          let peak = peak(balance, weights, keys) ?? .nan
          if !(peak >= 1) { strange.append("\(balance) \(weights) \(keys): \(peak)") }
        }
      }
    }
    #expect(strange.isEmpty, "\(strange)")
  }

  /// Neighbouring shapes are taken together when there are very many; that must not change the result.
  @Test func manyDifferentWeightsPeakLikeTheFewTheyAreNear() throws {
    func peak(_ weights: [Double]) throws -> Double {
      try #require(
        ExpectedPeak(
          balance: .ring(virtualNodes: 160), options: [:], weights: weights, keys: Self.manyKeys
        ).value)
    }
    let few = try peak((0..<20_000).map { $0 < 10_000 ? 1 : 3 })
    let many = try peak((0..<20_000).map { ($0 < 10_000 ? 1 : 3) + Double($0) * 1e-7 })
    #expect(abs(few / many - 1) < 0.003, "\(few) \(many)")
  }
}
