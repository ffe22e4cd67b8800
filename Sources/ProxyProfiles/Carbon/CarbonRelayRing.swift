public import ConsistentHashing

/// What carbon-c-relay picks in clusters of the types `carbon_ch` and `fnv1a_ch`, bit for bit.
///
/// Rule (carbon-c-relay 3.2 and later, checked against 3.7.3 on Debian for x86, where `char` is signed):
///
/// - A server owns 100 points of 16 bits. Under `carbon_ch` they are the first two bytes of the MD5 of
///   `('HOST', 'INSTANCE'):i`, or `('HOST', None):i` without an instance: the port does not count. Under
///   `fnv1a_ch` they are the two halves, one upon the other by exclusive or, of the FNV-1a of
///   `i-INSTANCE`, or `i-HOST:PORT` without an instance. i is 0 to 99.
/// - Of equal points that of the smaller host counts, by the bytes of its text; then under `carbon_ch`
///   that of the smaller instance, none being the largest; under `fnv1a_ch` that of the smaller port. The
///   others are lost.
/// - A metric goes to the first point that is at least its own hash, wrapping. With `replication n` the
///   distinct servers met from there on get a copy: that is the preference.
///
/// HOST is written as in the configuration, IPv6 without brackets; the port is 2003 unless it is written. The
/// instance is the node's id where that is not the address. One of digits only loses leading zeros.
///
/// The key is the name of the metric as the relay has cleansed it, up to the first `;` (tags) or space.
/// The relay takes repeated dots away and puts `_` for other bytes than letters, digits and `-_:#.`.
/// `route using` replaces the key.
///
/// There are no weights. A server that is down keeps its metrics: they wait in the relay's queue and are
/// dropped when that is full. Under `dynamic` other servers take them from the queue, whoever is first.
/// Nodes in state `drain` are left out. The program of Debian takes at most 64 servers a cluster.
public struct CarbonRelayRing: NodeSelector {
  /// The types of clusters that are rings.
  public enum ClusterType: String, CaseIterable, Sendable {
    /// `carbon_ch`.
    case carbon = "carbon_ch"
    /// `fnv1a_ch`.
    case fnv1a = "fnv1a_ch"

    var hash: CarbonHash { self == .carbon ? .md5 : .fnv1aSigned }
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let hash: CarbonHash
  private let ring: CarbonRing

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, one has a weight other than 1, or 0 for drained, or
  ///   carbon-c-relay would refuse a server.
  public init(_ cluster: Cluster, type: ClusterType = .carbon) throws(ClusterError) {
    let servers = try CarbonRelay.servers(cluster)
    nodes = cluster.nodes
    hash = type.hash
    let ranked = servers.enumerated().sorted { first, second in
      let (a, b) = (first.element, second.element)
      if a.host != b.host { return a.host.utf8.lexicographicallyPrecedes(b.host.utf8) }
      switch type {
      case .carbon:
        // Equal ones stay as they are listed.
        guard a.instance != b.instance else { return first.offset < second.offset }
        guard let left = a.instance else { return false }
        guard let right = b.instance else { return true }
        return left.utf8.lexicographicallyPrecedes(right.utf8)
      case .fnv1a: return a.port < b.port
      }
    }.map(\.element)
    // The first server at a position keeps it.
    var owners = [Int](repeating: -1, count: 1 << 16)
    for server in ranked {
      let name = server.instance ?? "\(server.host):\(server.port)"
      for point in hash.points(pair: server.pair, name: name) where owners[Int(point)] < 0 {
        owners[Int(point)] = server.node
      }
    }
    ring = CarbonRing(
      owners.indices.filter { owners[$0] >= 0 }.map { ($0, owners[$0]) }, nodeCount: nodes.count
    ) { _ in true }
  }

  private func position(of key: Span<UInt8>) -> UInt16 {
    hash.position(key.extracting(CarbonRelay.name(of: key)))
  }

  /// The hash of a metric's name, of 16 bits.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(position(of: key)) }

  /// The node that a metric goes to; nil if it is down.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let node = ring.owner(position(of: key))
    return nodes[node].isAvailable ? node : nil
  }

  /// Visits the nodes that get a copy, up to the first that is down.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var isDown = false
    let count = ring.walk(from: position(of: key)) { node in
      isDown = !nodes[node].isAvailable
      return !isDown && visit(node)
    }
    if isDown { return .stateful(CarbonRelay.queue) }
    guard let count else { return .stopped }
    return count == nodes.count(where: \.isMember) ? .everyNode : .stateful(CarbonRelay.noPoints)
  }

  /// The intervals between points; those of a server that is down are left to its queue.
  public func keySpace() -> KeySpace {
    let intervals = ring.intervals { nodes[$0].isAvailable ? .node($0) : .state }
    return KeySpace(
      domain: intervals.domain, keyHash: CarbonRelay.identity(hash.rawValue),
      form: .intervals(intervals),
      stateRule: intervals.owners.namesEveryNode ? nil : CarbonRelay.queue)
  }
}
