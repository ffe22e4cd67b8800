import CAllocationCounter
import ConsistentHashing
import ConsistentHashingTesting
import Testing

#if DEBUG || !os(Linux)
private let countsAllocations = false
#else
private let countsAllocations = allocations_on_this_thread() >= 0
#endif

/// Routing allocates nothing.
///
/// Meaningful in release builds only:
/// `swift test -c release -Xswiftc -enable-testing --filter AllocationTests`.
@Suite(.enabled(if: countsAllocations)) struct AllocationTests {
  static let nodes = (0..<100).map {
    Node(address: "10.0.0.\($0):80", weight: $0 % 3 == 0 ? 2 : 1)
  }

  /// How many allocations routing keys and hashes through a selector takes.
  @inline(never)
  private static func allocations(_ selector: some HashedSelector) -> Int64 {
    let keys = (0..<64).map { length in (0..<length * 5).map { UInt8(truncatingIfNeeded: $0) } }
    var generator = SeededGenerator(seed: 1)
    let up = HealthMask((0..<selector.nodes.count).map { $0 % 2 == 0 })
    var found: [Int32] = [0, 0, 0]
    var buffer = found.mutableSpan
    var sum = 0
    let before = allocations_on_this_thread()
    for key in keys {
      sum &+= selector.index(for: key.span)
      sum &+= selector.index(for: key.span, among: up) ?? 0
      sum &+= selector.walkPreference(for: key.span) { $0 >= 0 } == .everyNode ? 1 : 0
      sum &+= selector.preference(for: key.span, into: &buffer)
    }
    for _ in 0..<5000 {
      let hash = generator.next()
      sum &+= selector.index(forHash: hash)
      sum &+= selector.index(forHash: hash, among: up) ?? 0
    }
    let after = allocations_on_this_thread()
    return sum >= 0 ? after - before : -1
  }

  /// The same behind `any HashedSelector`.
  @inline(never)
  private static func allocations(behind selector: any HashedSelector) -> Int64 {
    var generator = SeededGenerator(seed: 1)
    let key = Array("a key of some forty bytes, as cookies are".utf8)
    var sum = 0
    let before = allocations_on_this_thread()
    for _ in 0..<5000 {
      sum &+= selector.index(forHash: generator.next())
      sum &+= selector.index(for: key.span)
    }
    let after = allocations_on_this_thread()
    return sum >= 0 ? after - before : -1
  }

  /// How many allocations batches of hashes and of keys take.
  @inline(never)
  private static func allocations(ofBatches selector: some HashedSelector) -> Int64 {
    var generator = SeededGenerator(seed: 1)
    let hashes = (0..<1000).map { _ in generator.next() }
    let bytes = (0..<16_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let ends = (1...1000).map { $0 * 16 }
    var indices = [Int32](repeating: -1, count: 1000)
    let up = HealthMask((0..<selector.nodes.count).map { $0 % 2 == 0 })
    var isRefused = false
    let before = allocations_on_this_thread()
    do {
      var places = indices.mutableSpan
      try selector.indices(forHashes: hashes.span, into: &places)
      try selector.indices(forHashes: hashes.span, among: up, into: &places)
      try selector.indices(forKeys: bytes.span, ends: ends.span, among: up, into: &places)
      try selector.indices(forKeys: bytes.span, ends: ends.span, into: &places)
    } catch {
      isRefused = true
    }
    let after = allocations_on_this_thread()
    return isRefused || indices.contains { $0 < 0 } ? -1 : after - before
  }

  @Test func batchesAllocateNothing() throws {
    let weighted = Self.nodes
    let equal = weighted.map { Node(address: $0.address) }
    #expect(Self.allocations(ofBatches: try KetamaRing(nodes: weighted)) == 0)
    #expect(Self.allocations(ofBatches: try KetamaRing(nodes: equal, virtualNodes: 1000)) == 0)
    #expect(Self.allocations(ofBatches: try JumpHash(nodes: weighted)) == 0)
    #expect(Self.allocations(ofBatches: try RendezvousHash(nodes: weighted)) == 0)
    #expect(Self.allocations(ofBatches: try RendezvousHash(nodes: equal)) == 0)
    #expect(Self.allocations(ofBatches: try MaglevTable(nodes: weighted)) == 0)
    #expect(
      Self.allocations(ofBatches: try MaglevTable(nodes: weighted, tableSize: 1_000_003)) == 0)
  }

  @Test func theCounterCounts() {
    let before = allocations_on_this_thread()
    let array = (0..<1000).map { $0 &* 3 }
    let after = allocations_on_this_thread()
    #expect(array.count == 1000)
    #expect(after > before)
  }

  @Test func ketamaAllocatesNothing() throws {
    let selector = try KetamaRing(nodes: Self.nodes)
    #expect(Self.allocations(selector) == 0)
    #expect(Self.allocations(behind: selector) == 0)
  }

  @Test func jumpAllocatesNothing() throws {
    let selector = try JumpHash(nodes: Self.nodes)
    #expect(Self.allocations(selector) == 0)
    #expect(Self.allocations(behind: selector) == 0)
  }

  @Test func jumpAllocatesNothingPastVacantSlots() throws {
    let selector = try JumpHash(nodes: Self.nodes, slotCount: 300)
    #expect(Self.allocations(selector) == 0)
    #expect(Self.allocations(behind: selector) == 0)
  }

  @Test func rendezvousAllocatesNothing() throws {
    let selector = try RendezvousHash(nodes: Self.nodes)
    #expect(Self.allocations(selector) == 0)
    #expect(Self.allocations(behind: selector) == 0)
  }

  @Test func maglevAllocatesNothing() throws {
    let selector = try MaglevTable(nodes: Self.nodes)
    #expect(Self.allocations(selector) == 0)
    #expect(Self.allocations(behind: selector) == 0)
  }

  @Test func anotherKeyHashAllocatesNothing() throws {
    let selector = try KetamaRing(nodes: Self.nodes).keyed(by: XXH64())
    #expect(Self.allocations(selector) == 0)
    #expect(Self.allocations(behind: selector) == 0)
  }
}
