import CXXHash
@testable import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// Every form of a vector loop that this processor can run gives the bits of the plain one.
@Suite struct KernelTests {
  /// The instruction sets to compare, as far as the processor has them and the environment allows.
  static let instructions = (0...cxxhash_instructions()).map { $0 }

  /// Numbers of keys and nodes on both sides of every block size.
  static let counts = Array(0...70) + [127, 128, 129, 1000]

  private static func hashes(_ count: Int, seed: UInt64) -> [UInt64] {
    var generator = SeededGenerator(seed: seed)
    let corners: [UInt64] = [0, 1, .max, .max - 1, 1 << 63, (1 << 63) - 1, 1 << 33, 0xFFFF_FFFF]
    return (0..<count).map { $0 % 3 == 0 ? corners[$0 / 3 % corners.count] : generator.next() }
  }

  /// Lamping and Veach's function as the paper prints it.
  private static func jump(_ key: UInt64, _ slots: Int64) -> Int32 {
    var key = key
    var slot: Int64 = -1
    var next: Int64 = 0
    while next < slots {
      slot = next
      key = key &* 2_862_933_555_777_941_757 &+ 1
      next = Int64(Double(slot + 1) * (Double(1 << 31) / Double((key >> 33) + 1)))
    }
    return Int32(slot)
  }

  @Test(arguments: instructions)
  func jumpBatches(_ instructions: Int32) {
    var differences: [String] = []
    for slots: Int32 in [1, 2, 3, 7, 10, 100, 1000, 65_537, 100_000, 1 << 24, .max - 1, .max] {
      for count in Self.counts {
        let keys = Self.hashes(count, seed: UInt64(count))
        let expected = keys.map { Self.jump($0, Int64(slots)) }
        var chosen = [Int32](repeating: -1, count: count + 1)
        unsafe cxxhash_jump_batch(keys, &chosen, count, slots, instructions)
        if chosen.dropLast() != expected[...] {
          differences.append("\(count) keys, \(slots) slots")
        }
        if chosen.last != -1 { differences.append("\(count) keys: written behind the last") }
      }
    }
    #expect(differences == [])
  }

  /// The first of the largest scores, each XXH3 of the key's 8 bytes by the reference code.
  private static func best(_ key: UInt64, _ seeds: [UInt64]) -> (place: UInt64, score: UInt64) {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: key >> (8 * UInt64($0))) }
    let scores = seeds.map { XXH3(seed: $0).hash(bytes.span) }
    let score = scores.max() ?? 0
    return (UInt64(scores.firstIndex(of: score) ?? 0), score)
  }

  @Test(arguments: instructions)
  func rendezvousOfOneKey(_ instructions: Int32) {
    var differences: [String] = []
    for count in Self.counts where count > 0 {
      // The second half repeats the first, so that every best score is there twice.
      let half = Self.hashes((count + 1) / 2, seed: UInt64(count))
      let seeds = Array((half + half).prefix(count))
      let nodes = seeds.map { EightByteXXH3.seedPart($0) }
      for key in Self.hashes(9, seed: 77) {
        let expected = Self.best(key, seeds)
        let bid = unsafe cxxhash_rendezvous(
          EightByteXXH3.valuePart(key), nodes, count, instructions)
        if bid.place != expected.place || bid.score != expected.score {
          differences.append("key \(key), \(count) nodes")
        }
      }
    }
    #expect(differences == [])
  }

  @Test(arguments: instructions)
  func rendezvousBatches(_ instructions: Int32) {
    var differences: [String] = []
    for nodeCount in [1, 2, 3, 4, 7, 8, 9, 33] {
      let half = Self.hashes((nodeCount + 1) / 2, seed: 5)
      let seeds = Array((half + half).prefix(nodeCount))
      let nodes = seeds.map { EightByteXXH3.seedPart($0) }
      for count in Self.counts {
        let keys = Self.hashes(count, seed: UInt64(count))
        let expected = keys.map { Self.best($0, seeds) }
        var places = [UInt64](repeating: .max, count: count + 1)
        unsafe cxxhash_rendezvous_batch(
          keys.map { EightByteXXH3.valuePart($0) }, &places, count, nodes, nodeCount, instructions)
        if places.dropLast() != expected.map(\.place)[...] {
          differences.append("\(count) keys, \(nodeCount) nodes")
        }
        if places.last != .max { differences.append("\(count) keys: written behind the last") }
      }
    }
    #expect(differences == [])
  }
}

/// Weighted rendezvous decides by estimates where they suffice; they must never decide otherwise than
/// the exact costs.
@Suite struct LogarithmEstimateTests {
  /// Scores in every binade, at its ends and between, and at both ends of every looked-up interval.
  static var scores: [UInt64] {
    var generator = SeededGenerator(seed: 20)
    var scores: [UInt64] = [0, .max, .max - 1, (1 << 11) - 1, 1 << 11]
    for bit: UInt64 in 0..<64 {
      scores += [1 << bit, (1 << bit) &- 1, .max << bit]
      for _ in 0..<200 { scores.append(generator.next() >> bit) }
    }
    for interval: UInt64 in 128..<256 {
      scores += [interval << 56, (interval << 56) - 1, (interval << 56) + (1 << 55)]
    }
    for _ in 0..<100_000 { scores.append(generator.next()) }
    return scores
  }

  @Test func staysWithinItsError() {
    var worst = 0.0
    var differences: [String] = []
    for score in Self.scores {
      let exact = NegativeLogarithm.value(NegativeLogarithm.unit(score))
      let estimate = unsafe cxxhash_logarithm_estimate(score, LogarithmEstimate.shared.intervals)
      if exact == 0 ? estimate != 0 : abs(estimate - exact) > exact * LogarithmEstimate.error {
        differences.append("score \(score): \(estimate), exactly \(exact)")
      }
      if exact > 0 { worst = max(worst, abs(estimate / exact - 1)) }
    }
    #expect(differences == [])
    // The error is no wider than it has to be.
    #expect(worst > LogarithmEstimate.error / 8)
  }

  /// Random weights, and all sizes of classes.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func neverDecidesOtherwise(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var differences: [String] = []
    for round in 0..<30 {
      var weights = (0..<(2 + generator.below(20))).map { _ in
        Double(1 + generator.below(1000)) / 10
      }
      weights += weights.prefix(generator.below(weights.count))
      let nodes = weights.enumerated().map {
        Node(address: "10.0.\(round).\($0.offset):80", weight: $0.element)
      }
      let selector = try RendezvousHash(nodes: nodes)
      for _ in 0..<300 {
        let key = EightByteXXH3.valuePart(generator.next())
        let exact = selector.placeByExactCost(key)
        if selector.placeAmongClasses(key) != exact { differences.append("round \(round), \(key)") }
      }
    }
    #expect(differences == [], "seed \(seed)")
  }

  /// Two nodes whose costs for a key differ in the last bits, or just so much that estimates tell.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func leavesTiesToExactCosts(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var differences: [String] = []
    var told = 0
    for _ in 0..<300 {
      let key = generator.next()
      let ids = ["a\(generator.next())", "b\(generator.next())"]
      let costs = ids.map {
        NegativeLogarithm.value(
          NegativeLogarithm.unit(XXH3.hash(littleEndian: key, seed: XXH3.hash($0))))
      }
      for distance in [0, 0x1p-52, -0x1p-52, 0x1p-50, -0x1p-26, 0x1p-26, 0x1p-21, -0x1p-21] {
        let weight = costs[1] / costs[0] * (1 + distance)
        guard weight != 1, weight > 1e-6, weight < 1e9 else { continue }
        let selector = try RendezvousHash(nodes: [
          Node(id: NodeID(ids[0]), address: "10.0.0.1:80"),
          Node(id: NodeID(ids[1]), address: "10.0.0.2:80", weight: weight),
        ])
        let part = EightByteXXH3.valuePart(key)
        let exact = selector.placeByExactCost(part)
        let estimated = selector.placeByEstimates(part)
        if estimated != nil { told += 1 }
        if estimated ?? exact != exact || (abs(distance) < 0x1p-25 && estimated != nil) {
          differences.append("key \(key), ids \(ids), weight \(weight)")
        }
      }
    }
    #expect(differences == [], "seed \(seed)")
    #expect(told > 300, "estimates tell what is 2⁻²¹ apart")
  }
}
