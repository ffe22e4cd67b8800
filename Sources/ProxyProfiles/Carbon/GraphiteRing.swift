public import ConsistentHashing

/// What Graphite's carbon-relay picks under `RELAY_METHOD = consistent-hashing`, bit for bit.
///
/// Rule (carbon 1.0 and 1.1, `lib/carbon/hashing.py`; recorded from 1.1.10):
///
/// - A destination owns 100 points. Under `carbon_ch` they are the first two bytes of the MD5 of
///   `('HOST', 'INSTANCE'):i`, or `('HOST', None):i` without an instance. Under `fnv1a_ch` they are the two
///   halves, one upon the other by exclusive or, of the FNV-1a with 32 bits of `i-INSTANCE`, or `i-None`.
///   i is 0 to 99. The port counts in neither.
/// - Destinations join in the order of `DESTINATIONS`. A point at a position that is taken moves to the next
///   one that is free, also beyond 65 535. So the order counts, and carbon-c-relay's rings, in which such
///   points are lost, send some metrics elsewhere; see ``CarbonRelayRing``.
/// - A metric goes to the first point that is at least its own hash, wrapping. With `REPLICATION_FACTOR` n the
///   distinct destinations met from there on get a copy: that is the preference.
///
/// HOST is written as in the configuration, IPv6 without brackets. The instance is the node's id where that
/// is not the address. The key is the whole name with its tags, as it arrived or, under `TAG_RELAY_NORMALIZED`,
/// with sorted tags.
///
/// There are no weights. State `down` is a destination that carbon has taken off the ring (`DYNAMIC_ROUTER =
/// True`), which leaves all other points where they are; without that setting its metrics wait in a queue
/// and are dropped when that is full. Nodes in state `drain` are left out.
///
/// Not modelled: `mmh3_ch`, `DIVERSE_REPLICAS`, aggregated routing, and the order after a destination has
/// come back to the ring.
public struct GraphiteRing: NodeSelector {
  /// The values of `ROUTER_HASH_TYPE`.
  public enum HashType: String, CaseIterable, Sendable {
    /// `carbon_ch`, the default.
    case carbon = "carbon_ch"
    /// `fnv1a_ch`.
    case fnv1a = "fnv1a_ch"

    var hash: CarbonHash { self == .carbon ? .md5 : .fnv1a }
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let hash: CarbonHash
  private let ring: CarbonRing

  private static let system = TargetSystem("carbon")

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, one has a weight other than 1, or 0 for drained, or carbon
  ///   would refuse a destination.
  public init(_ cluster: Cluster, hashType: HashType = .carbon) throws(ClusterError) {
    let servers = try CarbonServer.list(cluster, Self.system)
    try Self.check(servers)
    let nodes = cluster.nodes
    self.nodes = nodes
    hash = hashType.hash
    // Each point takes one place, so that so many are enough.
    var places = FreePlaces((1 << 16) + servers.count * CarbonRing.replicas)
    var points: [CarbonRing.Point] = []
    for server in servers {
      for point in hash.points(pair: server.pair, name: server.instance ?? "None") {
        points.append((places.take(from: Int(point)), server.node))
      }
    }
    points.sort { $0.position < $1.position }
    ring = CarbonRing(points, nodeCount: nodes.count) { nodes[$0].isAvailable }
  }

  /// Throws if carbon would refuse a destination, or print its instance in another way.
  private static func check(_ servers: [CarbonServer]) throws(ClusterError) {
    var pairs: Set<String> = []
    for server in servers {
      let isPlain = (server.instance ?? "").unicodeScalars.allSatisfy {
        (0x20...0x7E).contains($0.value) && $0 != "'" && $0 != "\\"
      }
      guard isPlain else {
        throw ClusterError(
          .invalidID, .node(server.node),
          "the instance \(quoted(server.instance ?? "")) is not plain ASCII text",
          remedy: "Python prints it in another way; leave quotes and backslashes out")
      }
      guard pairs.insert(server.pair).inserted else {
        throw ClusterError(
          .duplicateID, .node(server.node), "two destinations are \(server.pair)",
          remedy: "carbon takes one destination of a host, or gives each an instance (here the id)")
      }
    }
  }

  /// The hash of a metric's name, of 16 bits.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(hash.position(key)) }

  /// The node that a metric goes to; never nil.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? { ring.owner(hash.position(key)) }

  /// Visits the nodes that get a copy.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let count = ring.walk(from: hash.position(key)) { !nodes[$0].isAvailable || visit($0) }
    return count == nil ? .stopped : .everyNode
  }

  /// The intervals between points.
  public func keySpace() -> KeySpace {
    let intervals = ring.intervals { .node($0) }
    return KeySpace(
      domain: intervals.domain, keyHash: KeyHashIdentity(function: hash.rawValue),
      form: .intervals(intervals))
  }
}
