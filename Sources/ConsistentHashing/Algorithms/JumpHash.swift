public import CXXHash

/// Jump consistent hash (Lamping and Veach 2014, arXiv 1406.2294) over slots that may be vacant.
///
/// Jump maps a hash to one of n slots with perfect balance and no table, but knows only "n slots", so
/// that by itself only the last can leave. Here the slot is the identity and a node owns slots: any
/// node can leave (its slots become vacant and nothing else moves), and a replacement takes its slots
/// over (nothing moves at all). A key whose slot is vacant is hashed again and jumps again. The result
/// depends on the document only, never on the order of past changes.
///
/// The exact rule, with vectors, is in `docs/hashing.md`.
public struct JumpHash: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The seed of the key hash.
  public let seed: UInt64

  /// The owner of each slot; -1 if the slot is vacant.
  @usableFromInline let owners: [Int32]

  @usableFromInline let slotCount: Int

  private let availableCount: Int

  /// How many jumps in a row may bring no new slot before the rest of the slots follow in order.
  @usableFromInline static let patience = 64

  /// Builds the selector of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes, with their slots if they have any; see ``JumpSlots``.
  ///   - slots: The number of slots, from the number that are owned to ``JumpSlots/maximumCount``; as
  ///     many as are owned, unless given. Give it to keep the slots of a node that left vacant at the
  ///     end of the range.
  ///   - seed: The seed of the key hash.
  /// - Complexity: O(slots), 4 bytes each.
  /// - Throws: ``ClusterError`` if no node is available, a weight is not whole, or there are too many
  ///   or too few slots.
  public init(_ cluster: Cluster, slots: Int? = nil, seed: UInt64 = 0) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let assigned = try JumpSlots(nodes, count: slots)
    self.nodes = nodes
    self.seed = seed
    owners = assigned.owners.map { $0 >= 0 && nodes[Int($0)].isAvailable ? $0 : -1 }
    slotCount = owners.count
    availableCount = nodes.count(where: \.isAvailable)
  }

  /// Builds the selector of a list of nodes; see ``init(_:slots:seed:)``.
  public init(nodes: [Node], slots: Int? = nil, seed: UInt64 = 0) throws(ClusterError) {
    try self.init(Cluster(nodes: nodes), slots: slots, seed: seed)
  }

  /// Lamping and Veach's function, bit for bit.
  ///
  /// - Parameters:
  ///   - hash: A 64-bit hash of a key.
  ///   - count: The number of slots, from 1 to 2³¹ − 1. Below 1 counts as 1, above as 2³¹ − 1.
  /// - Returns: A slot from 0 to `count` − 1.
  /// - Complexity: O(log count), the harmonic number of `count` on average.
  @inlinable public static func slot(forHash hash: UInt64, count: Int) -> Int {
    Int(cxxhash_jump(hash, Int32(min(max(count, 1), Int(Int32.max)))))
  }

  /// The bytes that the owners of slots take: 4 for each slot.
  ///
  /// The list of nodes is not counted.
  public var memoryFootprint: Int { MemoryLayout<Int32>.stride * owners.count }

  /// The function that hashes keys: XXH3 under ``seed``.
  public var keyHash: KeyHashIdentity { XXH3(seed: seed).identity }

  /// XXH3 of the key under ``seed``.
  @inlinable @inline(__always) public func hash(of key: Span<UInt8>) -> UInt64 {
    XXH3(seed: seed).hash(key)
  }

  /// The owner of the first occupied slot among the jumps of h₀, h₁, ….
  ///
  /// - Complexity: One jump for each vacant slot that is met, and one; without allocation for the
  ///   first 64 of them.
  @inlinable public func index(forHash hash: UInt64) -> Int {
    let slot = Self.slot(forHash: hash, count: slotCount)
    let owner = unsafe owners.withUnsafeBufferPointer { unsafe $0[slot] }
    return owner >= 0 ? Int(owner) : indexPastVacancy(hash)
  }

  @usableFromInline func indexPastVacancy(_ hash: UInt64) -> Int {
    let hashes = RehashSequence(hash)
    // The first 64 repetitions cannot use the patience up, so slots met need no record yet.
    for t in 1...Self.patience {
      let owner = owners[Self.slot(forHash: hashes[t], count: slotCount)]
      if owner >= 0 { return Int(owner) }
    }
    var found = 0
    walkSlots(hash) { slot in
      found = Int(owners[slot])
      return found < 0
    }
    return found
  }

  /// The distinct owners of the slots in the order of the key.
  ///
  /// - Complexity: O(n log n) jumps for all n nodes, about k for the first k.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    var stopped = false
    walkSlots(hash) { slot in
      let owner = Int(owners[slot])
      guard owner >= 0, met.insert(owner) else { return true }
      stopped = !visit(owner)
      return !stopped && met.count < availableCount
    }
    return stopped ? .stopped : .everyNode
  }

  /// Visits every slot once, occupied or not: the distinct ones among the jumps of h₀, h₁, …, until
  /// 64 jumps in a row bring no new one; then the others upwards from the last that was new,
  /// wrapping.
  ///
  /// The order does not depend on who owns the slots, so a node that is skipped and a node that is
  /// gone leave the same order behind.
  private func walkSlots(_ hash: UInt64, _ visit: (Int) -> Bool) {
    let hashes = RehashSequence(hash)
    var met = IndexSet(bound: slotCount)
    var last = 0
    var misses = 0
    var t = 0
    while misses < Self.patience, met.count < slotCount {
      let slot = Self.slot(forHash: hashes[t], count: slotCount)
      t += 1
      if met.insert(slot) {
        if !visit(slot) { return }
        last = slot
        misses = 0
      } else {
        misses += 1
      }
    }
    for step in 1..<max(slotCount, 2) {
      if met.count == slotCount { break }
      let slot = (last + step) % slotCount
      if met.insert(slot), !visit(slot) { return }
    }
  }
}
