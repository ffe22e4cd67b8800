/// Maglev hashing (Eisenbud and others, NSDI 2016), weighted as Envoy does it, hashed with XXH3.
///
/// Every node lists the slots of a table of prime size in an order of its own, and the nodes take
/// turns to claim their next free slot. A lookup is one hash and one load, whatever the number of
/// nodes, and shares differ by at most one slot. The price: when the membership changes, a few keys
/// move between nodes that did not change: typically up to 0.3·√(nodes/size) of them, rarely several
/// times that, so choose a size at least 100 times the number of nodes.
///
/// The exact rule, with vectors, is in `docs/hashing.md`.
public struct MaglevTable: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The number of slots.
  public let tableSize: Int

  /// The seed of the key hash.
  public let seed: UInt64

  @usableFromInline let table: NodeTable

  /// The number of nodes in ``nodes``, which marks a slot whose member is down.
  @usableFromInline let downMark: Int

  /// Where a member stands in the order of ids, by its position in ``nodes``; -1 for others.
  private let rank: [Int32]

  /// Members in the order of their ids.
  private let members: [Int]

  /// The member of each slot, kept only while some members are down.
  private let membersOfSlots: NodeTable?

  /// The table size unless given.
  public static let defaultTableSize = 65_537

  /// The largest table size, as in Envoy.
  public static let maximumTableSize = 5_000_011

  /// How many re-hashes in a row may meet no new node before the rest follow in the order of ids.
  private static let patience = 64

  /// Builds the table of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Drained nodes take no part; nodes that are down keep their slots, and
  ///     their keys are hashed again.
  ///   - tableSize: The number of slots: prime, at least the number of nodes, at most
  ///     ``maximumTableSize``.
  ///   - seed: The seed of the key hash.
  /// - Complexity: O(size · log size) expected; one byte a slot up to 255 nodes, two up to 65 535.
  /// - Throws: ``ClusterError`` if no node is available or the size is not one of those.
  public init(_ cluster: Cluster, tableSize: Int = defaultTableSize, seed: UInt64 = 0)
    throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    guard tableSize <= Self.maximumTableSize, isPrime(tableSize) else {
      let next = Self.prime(atLeast: max(2, tableSize))
      throw ClusterError(
        .invalidOption, .option("table-size"),
        "the table size \(tableSize) is not a prime from 2 to \(Self.maximumTableSize)",
        remedy: "use \(next ?? Self.maximumTableSize)")
    }
    guard tableSize >= members.count else {
      let next = Self.prime(atLeast: members.count * 100) ?? Self.prime(atLeast: members.count)
      throw ClusterError(
        .invalidOption, .option("table-size"),
        "the table size \(tableSize) is smaller than the number of nodes, \(members.count)",
        remedy: next.map { "use \($0) or more" } ?? "use fewer nodes; this algorithm has no room")
    }

    let size = UInt64(tableSize)
    let permutations = members.map { index in
      let id = nodes[index].id.text
      return MaglevPlacement.Permutation(
        offset: UInt32(XXH3.hash(id, seed: 0) % size),
        skip: UInt32(XXH3.hash(id, seed: 1) % (size - 1) + 1))
    }
    let weights = MaglevPlacement.normalised(members.map { nodes[$0].weight })
    let table = MaglevPlacement.table(
      permutations, weights: weights, size: tableSize, marks: members.map { UInt32($0) },
      bound: nodes.count + 1)

    self.nodes = nodes
    self.tableSize = tableSize
    self.seed = seed
    self.members = members
    downMark = nodes.count
    var rank = [Int32](repeating: -1, count: nodes.count)
    for (place, index) in members.enumerated() { rank[index] = Int32(place) }
    self.rank = rank
    guard members.contains(where: { !nodes[$0].isAvailable }) else {
      membersOfSlots = nil
      self.table = table
      return
    }
    membersOfSlots = table
    let marks = nodes.indices.map { UInt32(nodes[$0].isAvailable ? $0 : nodes.count) }
    self.table = NodeTable((0..<tableSize).map { marks[table[$0]] }, bound: nodes.count + 1)
  }

  /// Builds the table of a list of nodes; see ``init(_:tableSize:seed:)``.
  public init(nodes: [Node], tableSize: Int = defaultTableSize, seed: UInt64 = 0)
    throws(ClusterError)
  {
    try self.init(Cluster(nodes: nodes), tableSize: tableSize, seed: seed)
  }

  /// The smallest prime table size that is at least `bound`; nil if there is none within
  /// ``maximumTableSize``.
  public static func prime(atLeast bound: Int) -> Int? {
    guard bound <= maximumTableSize else { return nil }
    return (max(2, bound)...maximumTableSize).first(where: isPrime)
  }

  /// The bytes that the table takes: one for each slot up to 255 nodes, two up to 65 535, four above,
  /// as many once more while some nodes are down, and twelve for each node.
  ///
  /// The list of nodes is not counted.
  public var memoryFootprint: Int {
    table.memoryFootprint + (membersOfSlots?.memoryFootprint ?? 0)
      + MemoryLayout<Int32>.stride * rank.count + MemoryLayout<Int>.stride * members.count
  }

  /// The function that hashes keys: XXH3 under ``seed``.
  public var keyHash: KeyHashIdentity { XXH3(seed: seed).identity }

  /// XXH3 of the key under ``seed``.
  @inlinable @inline(__always) public func hash(of key: Span<UInt8>) -> UInt64 {
    XXH3(seed: seed).hash(key)
  }

  /// The slot of a hash: the high 64 bits of the 128-bit product of hash and table size, so that
  /// every slot is one interval of the hash space.
  @inlinable @inline(__always) func slot(_ hash: UInt64) -> Int {
    Int(
      truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: tableSize)).high)
  }

  /// The node that the table holds for the hash; if that node is down, the first along h₁, h₂, … that
  /// is not.
  ///
  /// - Complexity: O(1), one load; without allocation unless the node is down.
  @inlinable @inline(__always) public func index(forHash hash: UInt64) -> Int {
    let index = table[slot(hash)]
    return index == downMark ? indexPastDown(hash) : index
  }

  @usableFromInline func indexPastDown(_ hash: UInt64) -> Int {
    let hashes = RehashSequence(hash)
    // The first 64 re-hashes cannot use the patience up, so nodes met need no record yet.
    for t in 1...Self.patience {
      let index = table[slot(hashes[t])]
      if index != downMark { return index }
    }
    var found = 0
    walkPreference(forHash: hash) { index in
      found = index
      return false
    }
    return found
  }

  /// The distinct nodes met along h₀, h₁, …; after 64 hashes in a row that meet no new one, the others
  /// in the order of their ids after the last one met, wrapping.
  ///
  /// Nodes that are down are met, but not visited.
  ///
  /// - Complexity: O(n log n) expected for all n nodes, about k for the first k.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let hashes = RehashSequence(hash)
    let slots = membersOfSlots ?? table
    var met = IndexSet(bound: nodes.count)
    var last = 0
    var misses = 0
    var t = 0
    while misses < Self.patience, met.count < members.count {
      let index = slots[slot(hashes[t])]
      t += 1
      if met.insert(index) {
        if nodes[index].isAvailable, !visit(index) { return .stopped }
        last = index
        misses = 0
      } else {
        misses += 1
      }
    }
    if met.count < members.count {
      let start = Int(rank[last])
      for step in 1..<members.count {
        let index = members[(start + step) % members.count]
        if met.insert(index), nodes[index].isAvailable, !visit(index) { return .stopped }
      }
    }
    return .everyNode
  }
}
