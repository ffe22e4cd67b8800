import ConsistentHashing
import ConsistentHashingTesting
import Testing

@Suite struct JumpHashTests {
  /// The published vectors of Lamping and Veach's function and of its ports.
  @Test func givesThePublishedSlots() {
    #expect(
      (0..<20).map { JumpHash.slot(forHash: $0, count: 100) } == [
        0, 55, 62, 8, 45, 59, 86, 97, 82, 59, 73, 37, 17, 56, 86, 21, 90, 37, 38, 83,
      ])
    #expect(JumpHash.slot(forHash: 10_863_919_174_838_991, count: 11) == 6)
    #expect(JumpHash.slot(forHash: 2_016_238_256_797_177_309, count: 11) == 3)
    #expect(JumpHash.slot(forHash: 1_673_758_223_894_951_030, count: 11) == 5)
    #expect(JumpHash.slot(forHash: 2, count: 100_001) == 80343)
    #expect(JumpHash.slot(forHash: 2201, count: 100_001) == 22152)
    #expect(JumpHash.slot(forHash: 2202, count: 100_001) == 15018)
  }

  /// Recorded from another implementation, from 1 to 2³¹ − 1 slots.
  @Test func givesTheRecordedSlots() throws {
    let rows = try Fixture.rows("jump.tsv")
    let counts = try rows[0].dropFirst().map { try #require(Int($0)) }
    var failures: [String] = []
    for row in rows.dropFirst() {
      let key = try #require(UInt64(row[0]))
      for (count, slot) in zip(counts, row.dropFirst())
      where String(JumpHash.slot(forHash: key, count: count)) != slot {
        failures.append("\(key) of \(count)")
      }
    }
    #expect(failures == [])
    #expect(rows.count == 601)
    #expect(counts.last == 2_147_483_647)
  }

  /// Recorded with texts as keys, hashed with XXH64.
  @Test func givesTheRecordedSlotsOfTexts() throws {
    let rows = try Fixture.rows("jump-xxh64.tsv")
    let counts = try rows[0].dropFirst().map { try #require(Int($0)) }
    var failures: [Substring] = []
    for row in rows.dropFirst() {
      let slots = counts.map { JumpHash.slot(forHash: XXH64.hash(String(row[0])), count: $0) }
      if slots.map(String.init) != row.dropFirst().map(String.init) { failures.append(row[0]) }
    }
    #expect(failures == [])
    #expect(rows.count == 301)
  }

  @Test func numbersOfSlotsOutOfRangeCountAsTheNearest() {
    for hash in [0, 1, 12345, .max] as [UInt64] {
      #expect(JumpHash.slot(forHash: hash, count: 0) == 0)
      #expect(JumpHash.slot(forHash: hash, count: -7) == 0)
      #expect(
        JumpHash.slot(forHash: hash, count: .max)
          == JumpHash.slot(forHash: hash, count: 2_147_483_647))
    }
  }

  @Test func oneSlotMoreMovesKeysToItOnly() {
    var generator = SeededGenerator(seed: 4)
    var failures: [String] = []
    for _ in 0..<2000 {
      let hash = generator.next()
      var slot = 0
      for count in 2...60 {
        let next = JumpHash.slot(forHash: hash, count: count)
        if next != slot && next != count - 1 { failures.append("\(hash) of \(count)") }
        slot = next
      }
    }
    #expect(failures == [])
  }

  /// A cluster of one node in a thousand slots: nearly every key meets vacant slots until patience
  /// ends, and then the slots in order.
  @Test func aLonelyNodeIsFoundFromEverySlot() throws {
    let selector = try JumpHash(Cluster(nodes: ["a"], slots: [[700]], slotCount: 1000))
    var generator = SeededGenerator(seed: 5)
    for hash in [0, .max] + (0..<200).map({ _ in generator.next() }) {
      #expect(selector.index(forHash: hash) == 0)
      #expect(selector.preference(forHash: hash) == Preference([0], end: .everyNode))
    }
  }

  @Test func replacementTakesOverTheSlots() throws {
    let before = try JumpHash(nodes: ["a", "b", "c", "d"])
    let after = try JumpHash(
      Cluster(nodes: ["d", "new", "a", "c"], slots: [[3], [1], [0], [2]]))
    var generator = SeededGenerator(seed: 6)
    var moved = 0
    for _ in 0..<5000 {
      let hash = generator.next()
      let old = before.nodes[before.index(forHash: hash)].address
      let new = after.nodes[after.index(forHash: hash)].address
      if new != (old == "b" ? "new" : old) { moved += 1 }
    }
    #expect(moved == 0)
  }
}
