import CXXHash
import ConsistentHashing
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
        var scores = places
        unsafe cxxhash_rendezvous_batch(
          keys.map { EightByteXXH3.valuePart($0) }, &places, &scores, count, nodes, nodeCount,
          instructions)
        if places.dropLast() != expected.map(\.place)[...]
          || scores.dropLast() != expected.map(\.score)[...]
        {
          differences.append("\(count) keys, \(nodeCount) nodes")
        }
        if places.last != .max || scores.last != .max {
          differences.append("\(count) keys: written behind the last")
        }
      }
    }
    #expect(differences == [])
  }
}
