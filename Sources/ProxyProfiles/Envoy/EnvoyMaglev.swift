public import ConsistentHashing

/// What Envoy picks under the load balancing policy `maglev`, bit for bit.
///
/// Rule (`maglev_lb.cc` and `thread_aware_lb_impl.cc` since hosts are sorted, April 2022, Envoy 1.22;
/// checked against the tables that Envoy's own tests publish, and key by key against Envoy 1.40.0):
///
/// - Hosts sort by hash key, byte by byte. `offset = XXH64(key, 0) mod M`,
///   `skip = XXH64(key, 1) mod (M − 1) + 1`. Shares are `weight · locality / sum` in doubles. In turn
///   t = 1, 2, … a host fills its next free slot `(offset + skip · n) mod M` iff `t · share` is at least
///   its target, which starts at 0 and grows by the largest share with each turn taken.
/// - A key goes to the slot `hash mod M`; its hash is XXH64 with seed 0 of its bytes, as a hash policy
///   of one header, cookie or query parameter gives it.
/// - Attempt a ≥ 1 of a retry under the host predicate `previous_hosts` uses the hash exclusive-or
///   `2⁶⁴ − a`, until it meets a host that was not tried, as far as
///   `host_selection_retry_max_attempts` allows. The preference is the distinct hosts met at attempts
///   0, 1, 2, …; attempts 1 to 2ᵏ ≥ M meet every slot, so the hosts that hold one are all met by then.
///   (Without a predicate a retry goes to the same host.)
/// - A host that is not healthy is not in the table, which is filled anew without it. If fewer than
///   half of the hosts are healthy (`healthy_panic_threshold`), Envoy panics and uses all of them,
///   those that are down included. (It does so too if none is healthy, which is an error here as under
///   every rule.)
///
/// Platform: amd64, where doubles are added and multiplied separately.
///
/// Not modelled: requests without a hash (random), several hash policies combined, priorities,
/// degraded hosts, slow start, and the requests in flight unless they are given
/// (`index(for:under:)`).
public struct EnvoyMaglev: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// `table_size`: a prime up to 5 000 011.
    public var tableSize = 65_537
    /// `healthy_panic_threshold` in percent.
    public var panicThreshold = 50

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer("table-size", \.tableSize, in: 2...largestTableSize, "table_size: a prime"),
      .panicThreshold(\.panicThreshold),
    ]
  }

  /// The largest table size that Envoy takes.
  private static let largestTableSize = 5_000_011

  private let table: SlotTable

  /// The number of hosts that hold slots or should.
  private let hostCount: Int
  private let bounded: EnvoyBoundedLoad

  /// Builds Envoy's table for a cluster, given its ``Options`` one by one.
  public init(_ cluster: Cluster, tableSize: Int = 65_537, panicThreshold: Int = 50)
    throws(ClusterError)
  {
    var options = Options()
    options.tableSize = tableSize
    options.panicThreshold = panicThreshold
    try self.init(cluster, options)
  }

  /// Builds Envoy's table for a cluster: a node's id is its hash key.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order does not matter. Drained nodes are not sent to Envoy; nodes
  ///     that are down are not healthy.
  ///   - options: The options.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the size is not a
  ///   prime.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try options.check(for: "envoy-maglev")
    try self.init(
      nodes: cluster.nodes, EnvoyWeights(cluster, panicThreshold: options.panicThreshold),
      tableSize: options.tableSize)
  }

  /// Builds Envoy's table for hosts in localities, all healthy; positions refer to the hosts of all
  /// localities, one locality after the other.
  package init(localities: [EnvoyLocality], tableSize: Int = 65_537) throws(ClusterError) {
    try self.init(
      nodes: localities.flatMap(\.hosts), EnvoyWeights(localities), tableSize: tableSize)
  }

  private init(nodes: [Node], _ weights: EnvoyWeights, tableSize: Int) throws(ClusterError) {
    // 2 is prime, but its second hash would be taken modulo 1 and its one skip is 1.
    try TargetSystem.envoy.check(
      tableSize: tableSize, atMost: Self.largestTableSize, such: 65_537)
    let hosts = weights.entries.sorted { NodeID($0.hashKey) < NodeID($1.hashKey) }
    let size = UInt64(tableSize)
    let permutations = hosts.map { host in
      MaglevPlacement.Permutation(
        offset: UInt32(XXH64.hash(host.hashKey) % size),
        skip: UInt32(XXH64.hash(host.hashKey, seed: 1) % (size - 1) + 1))
    }
    self.nodes = nodes
    bounded = EnvoyBoundedLoad(hosts: weights.entries)
    hostCount = hosts.count
    table = SlotTable(
      MaglevPlacement.table(
        permutations, weights: hosts.map(\.share), size: tableSize,
        marks: hosts.map { UInt32($0.index) }, bound: nodes.count))
  }

  /// The host of each slot, as a position in ``nodes``.
  package var slots: [Int] { table.slots }

  /// XXH64 with seed 0.
  public var keyHash: KeyHashIdentity { XXH64().identity }

  /// XXH64 of the key, as Envoy's hash policies compute it.
  public func hash(of key: Span<UInt8>) -> UInt64 { XXH64().hash(key) }

  /// The host of slot `hash mod M`.
  ///
  /// - Complexity: O(1), without allocation.
  public func index(forHash hash: UInt64) -> Int { table[hash] }

  /// The host under `hash_balance_factor`; see ``EnvoyRingHash/index(for:under:)``.
  public func index(for key: Span<UInt8>, under load: NodeLoad) -> Int? {
    let hash: UInt64 = hash(of: key)
    return bounded.index(first: index(forHash: hash), hash: hash, under: load)
  }

  /// The distinct hosts met at attempts 0, 1, 2 and so on.
  ///
  /// Hosts that hold no slot, because there are more hosts than slots, are never met.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    var last: UInt64 = 1
    while last < UInt64(table.entries.count) { last *= 2 }
    for attempt in 0...last {
      let owner = index(forHash: attempt == 0 ? hash : hash ^ (0 &- attempt))
      if met.insert(owner), !visit(owner) { return .stopped }
      if met.count == hostCount { return .everyNode }
    }
    return .stateful("hosts without a slot are never tried")
  }

  /// The residues of M with their hosts.
  ///
  /// - Complexity: O(slots).
  public func keySpace() -> KeySpace {
    KeySpace(domain: .bits64, keyHash: keyHash, form: table.residues())
  }
}
