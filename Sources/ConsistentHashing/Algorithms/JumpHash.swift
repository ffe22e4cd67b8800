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

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The seed of the key hash.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .seed("seed", \.seed, "seed of the key hash")
    ]
  }

  /// The seed of the key hash.
  public let seed: UInt64

  /// The owner of each slot; -1 if the slot is vacant.
  @usableFromInline let owners: [Int32]

  @usableFromInline let slotCount: Int

  let availableCount: Int

  /// How many jumps in a row may bring no new slot before the rest of the slots follow in order.
  @usableFromInline static let patience = 64

  /// Builds the selector of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes with their slots; see ``SlotAssignment``. Slots of nodes that are drained or
  ///     down are vacant.
  ///   - seed: The seed of the key hash.
  /// - Complexity: O(slots), 4 bytes each.
  /// - Throws: ``ClusterError`` if no node is available, a weight is not whole, or there are too many
  ///   or too few slots.
  public init(_ cluster: Cluster, seed: UInt64 = 0) throws(ClusterError) {
    var options = Options()
    options.seed = seed
    try self.init(cluster, options)
  }

  /// Builds the selector of a cluster; see ``init(_:seed:)``.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    for (position, node) in nodes.enumerated() { try Self.check(node, at: position) }
    // More slots than may be given can come from weights.
    try SlotAssignment.check(count: cluster.slots.count, owned: cluster.slots.ownedCount)
    self.nodes = nodes
    seed = options.seed
    owners = cluster.slots.owners().map { $0 >= 0 && nodes[Int($0)].isAvailable ? $0 : -1 }
    slotCount = owners.count
    availableCount = nodes.count(where: \.isAvailable)
  }

  /// Throws unless a weight is a number of slots.
  private static func check(_ node: Node, at position: Int) throws(ClusterError) {
    guard let units = Int(exactly: node.weight) else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but jump's weights are whole "
          + "numbers of slots",
        remedy: "multiply all weights until they are whole")
    }
    guard units <= SlotAssignment.maximumCount else {
      throw ClusterError(
        .tooLarge, .node(position), "jump would need \(units) slots for \(quoted(node.id.text))",
        remedy: "lower the weights; at most \(SlotAssignment.maximumCount) slots are kept")
    }
  }

  /// Builds the selector of a list of nodes.
  ///
  /// - Parameters:
  ///   - nodes: The nodes.
  ///   - slotCount: The number of slots, vacant ones included; as many as the nodes need unless given.
  ///   - seed: The seed of the key hash.
  /// - Throws: ``ClusterError`` as ``init(_:seed:)`` does.
  public init(nodes: [Node], slotCount: Int? = nil, seed: UInt64 = 0) throws(ClusterError) {
    try self.init(Cluster(nodes: nodes, slotCount: slotCount), seed: seed)
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
}
