import ConsistentHashingTesting
import Testing

@testable import ConsistentHashing

/// Batches beyond what the conformance checks ask of every algorithm: tables that exceed the cache, and
/// what errors say.
@Suite struct BatchTests {
  /// The positions at which a batch differs from its hashes one by one.
  private static func differences(_ selector: some HashedSelector, seed: UInt64) throws -> [Int] {
    var generator = SeededGenerator(seed: seed)
    let hashes: [UInt64] = [0, 1, .max, .max - 1] + (0..<5003).map { _ in generator.next() }
    var indices = [Int32](repeating: -1, count: hashes.count)
    var places = indices.mutableSpan
    try selector.indices(forHashes: hashes.span, into: &places)
    return hashes.indices.filter { Int(indices[$0]) != selector.index(forHash: hashes[$0]) }
  }

  private static func nodes(_ count: Int) -> [Node] {
    (0..<count).map {
      var node = Node(address: "10.0.\($0 >> 8).\($0 & 255):80")
      if $0 % 7 == 3 { node.state = .down }
      return node
    }
  }

  @Test(arguments: [false, true]) func ringsBeyondTheCache(_ prefetching: Bool) {
    var generator = SeededGenerator(seed: 1)
    let hashes: [UInt64] = [0, 1, .max, .max - 1] + (0..<5003).map { _ in generator.next() }
    let values = (0..<10_000).map { _ in generator.next() }
    for bound in [300, 70_000] {
      let ring = RingPoints(
        values: values, owners: values.map { UInt32($0 % UInt64(bound)) }, bound: bound)
      var owners = [Int32](repeating: -1, count: hashes.count)
      var places = owners.mutableSpan
      ring.owners(forHashes: hashes.span, into: &places, prefetching: prefetching)
      #expect(
        hashes.indices.filter { Int(owners[$0]) != ring.owner(ring.first(atOrAfter: hashes[$0])) }
          == [])
    }
  }

  @Test func tablesBeyondTheCache() throws {
    let table = try MaglevTable(nodes: Self.nodes(300), tableSize: 1_000_003)
    #expect(try Self.differences(table, seed: 2) == [])
  }

  /// Batches hash under the seed of their selector, also where one call of C does it all.
  @Test func seedsCount() throws {
    let nodes = Self.nodes(40)
    let bytes = (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 5) }
    let ends = (1...100).map { $0 * 40 }
    func differences(_ selector: some HashedSelector, _ unseeded: some HashedSelector) throws -> Int
    {
      var choices = [Int32](repeating: -1, count: ends.count)
      var places = choices.mutableSpan
      try selector.indices(forKeys: bytes.span, ends: ends.span, into: &places)
      var wrong = 0
      var moved = 0
      for (position, end) in ends.enumerated() {
        let key = Array(bytes[(end - 40)..<end])
        let index = selector.index(for: key.span)
        if Int(choices[position]) != index { wrong += 1 }
        if unseeded.index(for: key.span) != index { moved += 1 }
      }
      // Otherwise the seed would not matter here.
      #expect(moved > 50)
      return wrong
    }
    #expect(try differences(MaglevTable(nodes: nodes, seed: 7), MaglevTable(nodes: nodes)) == 0)
    #expect(try differences(KetamaRing(nodes: nodes, seed: 7), KetamaRing(nodes: nodes)) == 0)
    #expect(try differences(JumpHash(nodes: nodes, seed: 7), JumpHash(nodes: nodes)) == 0)
    #expect(
      try differences(RendezvousHash(nodes: nodes, seed: 7), RendezvousHash(nodes: nodes)) == 0)
  }

  /// As the README shows it.
  @Test func keysEndToEnd() throws {
    let ring = try KetamaRing(nodes: ["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"])
    var indices: [Int32] = [0, 0]
    let ends = [10, 20]
    var places = indices.mutableSpan
    try ring.indices(forKeys: "session-42session-43".utf8.span, ends: ends.span, into: &places)
    #expect(
      indices == [Int32(ring.index(for: "session-42")), Int32(ring.index(for: "session-43"))])
  }

  @Test func errorsSayWhatDoesNotFit() throws {
    let ring = try KetamaRing(nodes: ["10.0.0.1:8080", "10.0.0.2:8080"])
    let bytes = Array("abcdef".utf8)
    func message(_ ends: [Int], places count: Int) -> String? {
      var indices = [Int32](repeating: 7, count: count)
      var places = indices.mutableSpan
      do {
        try ring.indices(forKeys: bytes.span, ends: ends.span, into: &places)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message([2, 4], places: 3)
        == "a batch of 2 keys has room for 3 answers: give two spans of one length")
    #expect(
      message([2, 1], places: 2)
        == "key 1 of the batch ends at byte 1: give an end from 2 to 6, where each key begins where "
        + "the one before it ends")
    #expect(message([2, 7], places: 2)?.hasPrefix("key 1 of the batch ends at byte 7:") == true)
    #expect(message([0, 0, 6], places: 3) == nil)
    #expect(message([], places: 0) == nil)
  }
}

/// What selectors say they hold.
@Suite struct FootprintTests {
  private static let nodes = (0..<1000).map { Node(address: "10.0.\($0 >> 8).\($0 & 255):80") }

  @Test func rendezvousTakesTwelveBytesANode() throws {
    #expect(try RendezvousHash(nodes: Self.nodes).memoryFootprint == 12_020)
    var weighted = Self.nodes
    for index in weighted.indices { weighted[index].weight = Double(index % 8 + 1) }
    #expect(try RendezvousHash(nodes: weighted).memoryFootprint == 16_160)
  }

  @Test func jumpTakesFourBytesASlot() throws {
    #expect(try JumpHash(nodes: Self.nodes, slotCount: 1200).memoryFootprint == 4800)
  }
}
