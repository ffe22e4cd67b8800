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

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The number of slots: a prime, best 100 times the number of nodes or more.
    public var tableSize = MaglevTable.defaultTableSize
    /// The seed of the key hash.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "table-size", \.tableSize, in: 2...MaglevTable.maximumTableSize,
        "number of slots: a prime, best 100 times the number of nodes or more"),
      .seed("seed", \.seed, "seed of the key hash"),
    ]
  }

  /// The number of slots.
  public let tableSize: Int

  /// The seed of the key hash.
  public let seed: UInt64

  @usableFromInline let owners: MaglevOwners

  /// The table size unless given.
  public static let defaultTableSize = 65_537

  /// The largest table size, as in Envoy.
  public static let maximumTableSize = 5_000_011

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
    var options = Options()
    options.tableSize = tableSize
    options.seed = seed
    try self.init(cluster, options)
  }

  /// Builds the table of a cluster; see ``init(_:tableSize:seed:)``.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let tableSize = options.tableSize
    let nodes = cluster.nodes
    let members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    guard tableSize >= 2, tableSize <= Self.maximumTableSize, MaglevPlacement.isPrime(tableSize)
    else {
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
    seed = options.seed
    let isAvailable = nodes.map(\.isAvailable)
    guard members.contains(where: { !isAvailable[$0] }) else {
      owners = MaglevOwners(
        members: members, isAvailable: isAvailable, table: table, membersOfSlots: nil)
      return
    }
    let marks = nodes.indices.map { UInt32(isAvailable[$0] ? $0 : nodes.count) }
    let marked = NodeTable((0..<tableSize).map { marks[table[$0]] }, bound: nodes.count + 1)
    owners = MaglevOwners(
      members: members, isAvailable: isAvailable, table: marked, membersOfSlots: table)
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
    return (max(2, bound)...maximumTableSize).first(where: MaglevPlacement.isPrime)
  }

  /// The bytes that the table takes: one for each slot up to 255 nodes, two up to 65 535, four above,
  /// as many once more while some nodes are down, and 13 for each node.
  ///
  /// The list of nodes is not counted.
  public var memoryFootprint: Int { owners.memoryFootprint }

  /// The function that hashes keys: XXH3 under ``seed``.
  public var keyHash: KeyHashIdentity { XXH3(seed: seed).identity }

  /// XXH3 of the key under ``seed``.
  @inlinable @inline(__always) public func hash(of key: Span<UInt8>) -> UInt64 {
    XXH3(seed: seed).hash(key)
  }

  /// The node that the table holds for the hash; if that node is down, the first along h₁, h₂, … that
  /// is not.
  ///
  /// - Complexity: O(1), one load; without allocation unless the node is down.
  @inlinable @inline(__always) public func index(forHash hash: UInt64) -> Int {
    owners[hash]
  }
}
