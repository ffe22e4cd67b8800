public import ConsistentHashing

/// What HAProxy picks under `hash-type map-based`, its default, bit for bit.
///
/// Rule (read in `lb_map.c` and `backend.c`, recorded from HAProxy 2.6.12):
///
/// - All weights of the backend are divided by their greatest common divisor; those of servers that
///   are out and of backups count for it.
/// - The table has as many entries as the weights of the usable servers sum up to, and is filled
///   entry by entry: every score grows by the server's weight, then the first server in
///   configuration order with the largest `(score + size) / size` (truncated as in C) gets the entry
///   and pays `size`.
/// - A key goes to entry `hash mod size`; see ``HAProxyKeyHash`` for the hash. Ids, names and addresses
///   do not matter, only the order of the lines.
/// - Servers that are down, draining, disabled or of weight 0 are left out of the table, which moves
///   most keys.
/// - Backup servers are used when no active server is left. Under `option allbackups` all share the
///   keys. Without it HAProxy means the first, but what it does, and this does, is to fill a table of
///   the size of the first one's weight with *all* usable backups; under `balance url_param` keys go
///   to its entries as above, otherwise all go to the first entry. If the first backup's weight is 1,
///   it takes every key.
///
/// Preference: a connection that fails is tried again on the same server even under `option
/// redispatch`, because the table still names it.
public struct HAProxyMapHash: NodeSelector {
  /// The options of the rule.
  public struct Options: RuleOptions, HAProxyOptions {
    /// How keys are hashed.
    public var hashing = HAProxyHashing()
    /// `option allbackups`: whether all backup servers are used together.
    public var usesAllBackups = false

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = sharedFields(isConsistent: false)
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// How keys are hashed.
  public let keyHash: HAProxyKeyHash

  /// The server of each entry.
  package let table: [UInt32]

  private let usableCount: Int

  /// The server of every key, if it is the same.
  private let only: Int?

  /// The most comparisons that filling a table may take: about five seconds.
  private static let mostComparisons = 1 << 32

  /// Builds HAProxy's table for a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The servers, in the order of the configuration.
  ///   - options: What the backend says.
  ///   - key: Where the key is, if the options do not say it.
  /// - Complexity: O(entries · servers), as in HAProxy; O(servers) for equal weights.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole or above 256, an id is
  ///   given twice, an option is out of range, or filling the table would take too long.
  public init(_ cluster: Cluster, _ options: Options, key: KeySource? = nil) throws(ClusterError) {
    try options.check(for: "haproxy-map")
    try self.init(
      cluster, keyHash: options.hashing.keyHash(from: key, isConsistent: false),
      usesAllBackups: options.usesAllBackups)
  }

  /// Builds HAProxy's table for a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The servers, in the order of the configuration.
  ///   - keyHash: How keys are hashed.
  ///   - usesAllBackups: Whether `option allbackups` is set.
  /// - Throws: `ClusterError` as ``init(_:_:key:)`` does.
  public init(
    _ cluster: Cluster, keyHash: HAProxyKeyHash = HAProxyKeyHash(isAvalanche: false),
    usesAllBackups: Bool = false
  ) throws(ClusterError) {
    let pool = try HAProxyPool(cluster, usesAllBackups: usesAllBackups)
    // At least one weight is not 0, so the divisor is not 0 either.
    let divisor = pool.servers.reduce(0) { HAProxyMapTable.divisor($0, $1.weight) }
    let weights = pool.candidates.map { pool.servers[$0].weight / divisor }
    let size = pool.usesFirstOnly ? weights[0] : weights.reduce(0, +)
    // Equal weights need no comparisons, and 2³² of them do not fit into memory.
    let isUneven = weights.contains { $0 != 1 }
    guard !isUneven || size <= Self.mostComparisons / weights.count else {
      throw ClusterError(
        .tooLarge, .cluster,
        "HAProxy's table would have \(size) entries and every one of them \(weights.count) servers "
          + "to compare",
        remedy: "use weights with a common divisor, or hash-type consistent")
    }
    let table = HAProxyMapTable.fill(weights: weights, size: size)
      .map { UInt32(pool.candidates[Int($0)]) }
    nodes = cluster.nodes
    self.keyHash = keyHash
    self.table = table
    usableCount = pool.usableCount
    // With one server in use HAProxy skips the hash, except under url_param.
    let isHashed = !pool.usesFirstOnly || keyHash.balance == .urlParameter
    only = !isHashed || table.allSatisfy { $0 == table[0] } ? Int(table[0]) : nil
  }

  /// The server that HAProxy picks for a key; nil for a key without anything to hash, which goes to
  /// round robin.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    if let only { return only }
    guard let hash = keyHash.hash(key) else { return nil }
    return Int(table[Int(hash % UInt32(truncatingIfNeeded: table.count))])
  }

  /// The server of a key, and that is all.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let index = index(for: key) else { return .stateful("round robin") }
    guard visit(index) else { return .stopped }
    return usableCount == 1 ? .everyNode : .stateful("the same server again")
  }

  /// The hash of a key; nil if HAProxy finds nothing to hash in it.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    keyHash.hash(key).map { UInt64($0) }
  }

  /// The entries of the table, which are residues of the hash.
  ///
  /// - Complexity: O(entries).
  public func keySpace() -> KeySpace {
    if let only {
      return KeySpace(everyKeyTo: only, domain: .bits32, keyHash: keyHash.identity)
    }
    var residues = OwnedIntervals(HashDomain(last: UInt64(table.count) - 1))
    for (entry, server) in table.enumerated() {
      residues.append(through: UInt64(entry), .node(Int(server)))
    }
    return KeySpace(
      domain: .bits32, keyHash: keyHash.identity, form: .residues(residues),
      stateRule: keyHash.hashesEveryKey ? nil : "round robin")
  }
}
