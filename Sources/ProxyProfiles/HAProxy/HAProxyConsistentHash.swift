public import ConsistentHashing

/// What HAProxy picks under `hash-type consistent`, bit for bit.
///
/// Rule (read in `lb_chash.c` and `backend.c`, recorded from HAProxy 2.6.12; the same in all of 2.x,
/// in 3.0 to 3.2 since the fix of October 2025, and later; see ``HAProxyHashKey/idOf30`` for before):
///
/// - A server of weight w owns 16·w nodes. Node j stands at `mix(base + j)`, modulo 2³²; the base
///   comes from what identifies the server, see ``HAProxyHashKey``, and `mix` is what the
///   configuration calls `avalanche`. Names and addresses are not hashed unless `hash-key` says so.
/// - The hash of a key is 32 bits, see ``HAProxyKeyHash``: bytes are unsigned, so the platform does
///   not matter. IPv4 addresses of servers are read as little-endian numbers, as on x86 and ARM.
/// - The *nearest* node takes the key, not the next: with `next` the first node at or after the hash
///   and `previous` the one before it (both wrapping), `previous` if it is not farther away. Of nodes
///   at the same place the first in configuration order counts as next, the last as previous.
/// - Servers that are down, draining, disabled or of weight 0 have no nodes.
/// - Backup servers stand on a ring of their own, which is used when no active server is left: under
///   `option allbackups` all of it, otherwise the first usable one takes every key.
/// - With one usable server nothing is hashed.
///
/// Preference: the order of one request under `option redispatch`. It goes from the key's node upwards
/// to the first node of another server (which need not be the server that takes the key when the
/// first is down), and from there back to the first server, again and again. HAProxy never tries a third
/// server, nor backups.
///
/// `hash-key` and `none` are newer than 2.6 and follow the source; everything else was compared with
/// the running program. Load under `hash-balance-factor` is modelled if it is given
/// (`index(for:under:)`). Not modelled, because no configuration determines it: `maxconn`, slow start, and
/// in which order servers came back that share places.
public struct HAProxyConsistentHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// How keys are hashed.
  public let keyHash: HAProxyKeyHash

  /// Nodes of a server of weight 1.
  public static let nodesPerWeight = 16

  /// The numeric id of each server: its own, or the one that its position gives it.
  ///
  /// Writing these into the configuration keeps every key where it is, and keeps them there when a
  /// line is removed.
  public var serverIDs: [Int] { pool.ids }

  let pool: HAProxyPool

  /// Where the reach of each node ends, in the high 32 bits, in ring order.
  ///
  /// Nil when no key is hashed. The first end at or after a hash belongs to the nearest node.
  let reaches: RingPoints?

  /// Builds HAProxy's ring for a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The servers, in the order of the configuration, on which automatic ids depend.
  ///   - options: What the backend says.
  ///   - key: Where the key is, if the options do not say it.
  /// - Complexity: O(n log n) for n nodes, 16 for each unit of weight.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole or above 256, an id is
  ///   given twice, or an option is out of range.
  public init(_ cluster: Cluster, _ options: Options, key: KeySource? = nil) throws(ClusterError) {
    try options.check(for: "haproxy-consistent")
    try self.init(
      cluster, keyHash: options.hashing.keyHash(from: key, isConsistent: true),
      hashKey: options.hashKey, usesAllBackups: options.usesAllBackups)
  }

  /// Builds the ring of HAProxy 3.0 to 3.2 before October 2025; see the other initialiser.
  public init(_ cluster: Cluster, _ options: OptionsOf30, key: KeySource? = nil)
    throws(ClusterError)
  {
    try options.check(for: "haproxy-consistent-3.0")
    try self.init(
      cluster, keyHash: options.hashing.keyHash(from: key, isConsistent: true),
      hashKey: options.hashKey == .id ? .idOf30 : options.hashKey,
      usesAllBackups: options.usesAllBackups)
  }

  /// Builds HAProxy's ring for a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The servers, in the order of the configuration.
  ///   - keyHash: How keys are hashed.
  ///   - hashKey: What identifies servers.
  ///   - usesAllBackups: Whether `option allbackups` is set.
  /// - Throws: `ClusterError` as the other initialiser does.
  public init(
    _ cluster: Cluster, keyHash: HAProxyKeyHash = HAProxyKeyHash(isAvalanche: true),
    hashKey: HAProxyHashKey = .id, usesAllBackups: Bool = false
  ) throws(ClusterError) {
    let pool = try HAProxyPool(cluster, usesAllBackups: usesAllBackups)
    nodes = cluster.nodes
    self.keyHash = keyHash
    self.pool = pool
    reaches = pool.onlyServer == nil ? try Self.reaches(of: pool, hashKey) : nil
  }

  private static func reaches(
    of pool: HAProxyPool, _ hashKey: HAProxyHashKey
  ) throws(ClusterError) -> RingPoints {
    let total = pool.candidates.reduce(0) { $0 + pool.servers[$1].weight * nodesPerWeight }
    try TargetSystem.haproxy.check(points: total)
    // Places in the high half, the order in which nodes are made in the low one, so that sorting
    // leaves equal places in configuration order.
    var places: [UInt64] = []
    places.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for position in pool.candidates {
      let server = pool.servers[position]
      guard !hashKey.isOfAddress || server.hasKnownAddress else {
        throw ClusterError(
          .invalidAddress, .node(position),
          "hash-key \(hashKey.rawValue) takes the address that \(quoted(server.address)) resolves to, "
            + "which no configuration says",
          remedy: "write the address as a number")
      }
      let base = hashKey.base(of: server, id: pool.ids[position])
      for node in 0..<UInt32(server.weight * nodesPerWeight) {
        places.append(
          UInt64(HAProxyAvalanche.mix(base &+ node)) << 32
            | UInt64(truncatingIfNeeded: places.count))
        owners.append(UInt32(position))
      }
    }
    places.sort()
    // Half the way to the next node belongs to this one, the middle included. A node followed by
    // another one at the same place reaches that place and no farther.
    var ends = PointList(capacity: total)
    for (index, place) in places.enumerated() {
      let next = UInt32(truncatingIfNeeded: places[index + 1 == total ? 0 : index + 1] >> 32)
      let here = UInt32(truncatingIfNeeded: place >> 32)
      // The end of the last node may wrap past 0, where it is the first in ring order.
      ends.append(
        here &+ (next &- here) / 2, owner: Int(owners[Int(truncatingIfNeeded: place & 0xFFFF_FFFF)])
      )
    }
    return ends.ring(bound: pool.servers.count)
  }

  /// The server that HAProxy picks for a key; nil for a key without anything to hash, which goes to
  /// round robin.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    guard let reaches else { return pool.onlyServer }
    guard let hash = keyHash.hash(key) else { return nil }
    return reaches.owner(reaches.first(atOrAfter: UInt64(hash) << 32))
  }

  /// The servers in the order in which HAProxy tries them for one request under `option redispatch`.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let reaches else {
      guard let only = pool.onlyServer, visit(only) else { return .stopped }
      return pool.usableCount == 1 ? .everyNode : .stateful("the same server again")
    }
    guard let hash = keyHash.hash(key) else { return .stateful("round robin") }
    // Every candidate has nodes, and there are at least two.
    let end = reaches.walkOwners(from: UInt64(hash) << 32, bound: nodes.count, count: 2, visit)
    if end == .stopped { return end }
    return pool.usableCount == 2 ? .everyNode : .stateful("the first server again")
  }

  /// The hash of a key; nil if HAProxy finds nothing to hash in it.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    keyHash.hash(key).map { UInt64($0) }
  }

  /// The reaches of the nodes, each with the server of its node.
  ///
  /// - Complexity: O(nodes).
  public func keySpace() -> KeySpace {
    guard let reaches else {
      return KeySpace(
        everyKeyTo: pool.candidates[0], domain: .bits32, keyHash: keyHash.identity)
    }
    return KeySpace(
      reaches.intervals(.bits32, byOwner: { .node($0) }), keyHash: keyHash.identity,
      stateRule: "round robin", hashesEveryKey: keyHash.hashesEveryKey)
  }
}

extension HAProxyConsistentHash {
  /// The options of the rule.
  public struct Options: RuleOptions, HAProxyOptions {
    /// How keys are hashed.
    public var hashing = HAProxyHashing()
    /// `option allbackups`: whether all backup servers are used together.
    public var usesAllBackups = false
    /// What identifies a server: any but ``HAProxyHashKey/idOf30``.
    public var hashKey = HAProxyHashKey.id

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] =
      sharedFields(isConsistent: true)
      + [hashKeyField(\.hashKey, of: [.id, .address, .addressAndPort, .id32, .guid])]
  }

  /// The options of the rule as HAProxy 3.0 to 3.2 had it before October 2025.
  public struct OptionsOf30: RuleOptions, HAProxyOptions {
    /// How keys are hashed.
    public var hashing = HAProxyHashing()
    /// `option allbackups`: whether all backup servers are used together.
    public var usesAllBackups = false
    /// What identifies a server: an id, an address, or an address and a port.
    public var hashKey = HAProxyHashKey.id

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] =
      sharedFields(isConsistent: true)
      + [hashKeyField(\.hashKey, of: [.id, .address, .addressAndPort])]
  }
}
