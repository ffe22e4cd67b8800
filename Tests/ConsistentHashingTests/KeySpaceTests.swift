import ConsistentHashing
import ConsistentHashingTesting
import Testing

@Suite struct KeySpaceTests {
  @Test func intervalsJoinTheirNeighbours() {
    var intervals = OwnedIntervals(HashDomain(last: 99))
    intervals.append(through: 9, .node(1))
    intervals.append(through: 9, .node(0))
    intervals.append(through: 19, .node(1))
    intervals.append(through: 29, .state)
    intervals.append(through: 5, .node(2))
    intervals.appendRest(.rehashed)
    #expect(intervals.ends == [19, 29, 99])
    #expect(Array(intervals.owners) == [.node(1), .state, .rehashed])
    #expect(
      [0, 19, 20, 29, 30, 99].map { intervals.owner(ofHash: $0) }
        == [.node(1), .node(1), .state, .state, .rehashed, .rehashed])
    #expect(intervals.owner(ofHash: 100) == nil)
  }

  private static func space(_ form: KeySpace.Form, last: UInt64, rehashed: [Double]? = nil)
    -> KeySpace
  {
    KeySpace(
      domain: HashDomain(last: last), keyHash: XXH3().identity, form: form,
      rehashedShares: rehashed)
  }

  @Test func sharesOfIntervalsAreTheirWidths() {
    var intervals = OwnedIntervals(HashDomain(last: 99))
    intervals.append(through: 9, .node(1))
    intervals.append(through: 29, .state)
    intervals.append(through: 69, .rehashed)
    intervals.appendRest(.node(0))
    let known = Self.space(.intervals(intervals), last: 99, rehashed: [0.25, 0.75])
    #expect(known.shares(nodeCount: 2)?.nodes == [0.4, 0.4])
    #expect(known.shares(nodeCount: 2)?.state == 0.2)
    let unknown = Self.space(.intervals(intervals), last: 99)
    #expect(unknown.shares(nodeCount: 2)?.nodes == [0.3, 0.1])
    #expect(unknown.shares(nodeCount: 2)?.rehashed == 0.4)
    #expect(!known.namesEveryNode)
  }

  /// Against counting every value of small domains.
  @Test func sharesOfResiduesAreCounts() throws {
    var failures: [String] = []
    for last in [0, 1, 6, 99, 100, 6270] as [UInt64] {
      for modulus in [1, 2, 3, 7, 50, 101, 7000] as [UInt64] {
        var residues = OwnedIntervals(HashDomain(last: modulus - 1))
        for residue in 0..<modulus { residues.append(through: residue, .node(Int(residue % 3))) }
        let space = Self.space(.residues(residues), last: last)
        var counts = [0.0, 0, 0]
        for hash in 0...last { counts[Int(hash % modulus % 3)] += 1 }
        let shares = try #require(space.shares(nodeCount: 3)).nodes
        for (share, count) in zip(shares, counts)
        where (share * Double(last + 1) - count).magnitude > 1e-6 {
          failures.append("\(last + 1) values, modulus \(modulus): \(share), not \(count)")
        }
        for hash in 0...last where space.owner(ofHash: hash) != .node(Int(hash % modulus % 3)) {
          failures.append("\(last + 1) values, modulus \(modulus), hash \(hash)")
        }
      }
    }
    #expect(failures == [])
  }

  @Test func theWholeDomainOf64BitsIsOne() {
    var intervals = OwnedIntervals(.bits64)
    intervals.appendRest(.node(0))
    #expect(
      Self.space(.intervals(intervals), last: .max).shares(nodeCount: 1)?.nodes == [1])
    var residues = OwnedIntervals(.bits64)
    residues.appendRest(.node(0))
    #expect(Self.space(.residues(residues), last: .max).owner(ofHash: .max) == .node(0))
  }

  /// Every hash of a small domain: a ring of 32-bit points, and one of 64-bit points at their ends.
  @Test func ringsAreCutAtTheirPoints() throws {
    let points = RingPoints(
      values: [5, 9, 9, 200].map { $0 << 32 }, owners: [0, 1, 2, 3], bound: 4)
    let intervals = points.intervals(.bits32, byOwner: { .node($0) })
    for hash in (0...210) as ClosedRange<UInt64> {
      #expect(intervals.owner(ofHash: hash) == .node(points.owner(ofHash: hash << 32)))
    }
    #expect(intervals.owner(ofHash: UInt64(UInt32.max)) == .node(0))
  }

  @Test func nativeRulesSayWhatTheyAre() throws {
    let nodes: [Node] = ["a", "b", Node(address: "c", weight: 2)]
    guard case .intervals = try KetamaRing(nodes: nodes).keySpace().form else {
      Issue.record("a ring is not intervals")
      return
    }
    #expect(try RendezvousHash(nodes: nodes).keySpace().form == .shares([0.25, 0.25, 0.5]))
    #expect(try JumpHash(nodes: nodes).keySpace().form == .shares([0.25, 0.25, 0.5]))
    #expect(
      try JumpHash(nodes: nodes, slotCount: 9).keySpace().form
        == .opaque("more than half of the slots are vacant"))
    let maglev = try MaglevTable(nodes: nodes, tableSize: 251).keySpace()
    let shares = try #require(maglev.shares(nodeCount: 3)).nodes
    #expect((shares[2] - 0.5).magnitude < 2.0 / 251 && maglev.namesEveryNode)
    #expect(
      try MaglevTable(nodes: nodes, seed: 4).keyed(by: XXH64(seed: 3)).keySpace().keyHash
        == XXH64(seed: 3).identity)
  }

  /// The slots of a table begin where the documentation says, for every size.
  @Test func maglevSlotsAreCutExactly() throws {
    for size in [2, 3, 251, 65_537] {
      let table = try MaglevTable(nodes: ["a", "b"], tableSize: size)
      guard case .intervals(let intervals) = table.keySpace().form else { continue }
      var wrong = 0
      intervals.forEach { range, owner in
        for hash in [range.first, range.last] where owner != .node(table.index(forHash: hash)) {
          wrong += 1
        }
      }
      #expect(wrong == 0, "\(size) slots")
    }
  }

  @Test func descriptionsAreShort() throws {
    let nodes = (0..<1000).map { Node(address: "node-\($0)") }
    let ring = try KetamaRing(nodes: nodes)
    #expect("\(ring)" == "KetamaRing(1000 nodes, 160000 points, seed 0)")
    #expect("\(ring.keySpace())".hasPrefix("KeySpace(1"))
    var dumped = ""
    dump(ring, to: &dumped)
    dump(ring.keySpace(), to: &dumped)
    dump(try MaglevTable(nodes: nodes), to: &dumped)
    #expect(dumped.utf8.count < 1000)
  }
}
