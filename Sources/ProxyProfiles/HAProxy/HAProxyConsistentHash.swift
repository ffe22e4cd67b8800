public import ConsistentHashing

/// What HAProxy picks under `hash-type consistent`, bit for bit.
///
/// Rule (read in `lb_chash.c` and `backend.c`, recorded from HAProxy 2.6.12; the same in all of 2.x,
/// in 3.0 to 3.2 since the mend of October 2025, and later; see ``HAProxyHashKey/idOf30`` for before):
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
/// first is down), and from there back to the first server, again and again; a third one is never
/// tried, nor are backups.
///
/// `hash-key` and `none` are newer than 2.6 and follow the source; everything else was compared with
/// the running program. Not modelled, because no configuration determines it: load
/// (`hash-balance-factor`, `maxconn`), slow start, and in which order servers came back that share
/// places.
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

  private let pool: HAProxyPool

  /// Where the reach of each node ends, in the high 32 bits, in ring order.
  ///
  /// Nil when no key is hashed. The first end at or after a hash belongs to the nearest node.
  private let reaches: RingPoints?

  /// Builds HAProxy's ring for a cluster.
  ///
  /// - Complexity: O(n log n) for n nodes, 16 for each unit of weight.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole or above 256, or an id
  ///   stands twice.
  public init(
    _ cluster: Cluster, keyHash: HAProxyKeyHash = HAProxyKeyHash(isAvalanche: true),
    hashKey: HAProxyHashKey = .id, usesAllBackups: Bool = false
  ) throws(ClusterError) {
    try self.init(
      nodes: cluster.nodes, servers: HAProxyPool.servers(of: cluster), keyHash: keyHash,
      hashKey: hashKey, usesAllBackups: usesAllBackups)
  }

  /// Builds HAProxy's ring for server lines.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each line.
  ///   - servers: The lines, in the order of the configuration, on which automatic ids depend.
  ///   - keyHash: How keys are hashed.
  ///   - hashKey: What identifies servers that do not say it themselves.
  ///   - usesAllBackups: Whether `option allbackups` is set.
  /// - Throws: `ClusterError` as ``init(_:keyHash:hashKey:usesAllBackups:)`` does.
  public init(
    nodes: [Node], servers: [HAProxyServer],
    keyHash: HAProxyKeyHash = HAProxyKeyHash(isAvalanche: true), hashKey: HAProxyHashKey = .id,
    usesAllBackups: Bool = false
  ) throws(ClusterError) {
    let pool = try HAProxyPool(servers, for: nodes.count, usesAllBackups: usesAllBackups)
    self.nodes = nodes
    self.keyHash = keyHash
    self.pool = pool
    reaches = pool.onlyServer == nil ? try Self.reaches(of: pool, hashKey) : nil
  }

  private static func reaches(
    of pool: HAProxyPool, _ hashKey: HAProxyHashKey
  ) throws(ClusterError) -> RingPoints {
    let total = pool.candidates.reduce(0) { $0 + pool.servers[$1].weight * nodesPerWeight }
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "HAProxy's ring would have \(total) nodes",
        remedy: "lower the weights; at most \(KetamaRing.maximumPoints) are built")
    }
    // Places in the high half, the order in which nodes are made in the low one, so that sorting
    // leaves equal places in configuration order.
    var places: [UInt64] = []
    places.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for position in pool.candidates {
      let server = pool.servers[position]
      let hashKey = server.hashKey ?? hashKey
      guard !hashKey.isOfAddress || server.hasKnownAddress else {
        throw ClusterError(
          .invalidAddress, .node(position),
          "hash-key \(hashKey.rawValue) takes the address that '\(server.address)' resolves to, which "
            + "no configuration says",
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
    // Half the way to the next node belongs to this one, the middle included. A node with another
    // one behind it at the same place reaches that place and no farther.
    let ends = places.indices.map { index in
      let place = UInt32(truncatingIfNeeded: places[index] >> 32)
      let next = UInt32(
        truncatingIfNeeded: places[index + 1 == total ? 0 : index + 1] >> 32)
      // The end of the last node may lie behind 0, where it is the first in ring order.
      return UInt64(place &+ (next &- place) / 2) << 32
    }
    return RingPoints(
      values: ends, owners: places.map { owners[Int(truncatingIfNeeded: $0 & 0xFFFF_FFFF)] },
      bound: pool.servers.count)
  }

  /// The server that HAProxy picks for a key; nil for a key without anything to hash, which goes to
  /// round robin.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
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
    var position = reaches.first(atOrAfter: UInt64(hash) << 32)
    let first = reaches.owner(position)
    if position == reaches.count { position = 0 }
    guard visit(first) else { return .stopped }
    // Every candidate has nodes and there are two at least, so this ends.
    while reaches.owner(position) == first {
      position = position + 1 == reaches.count ? 0 : position + 1
    }
    guard visit(reaches.owner(position)) else { return .stopped }
    return pool.usableCount == 2 ? .everyNode : .stateful("the first server again")
  }
}
