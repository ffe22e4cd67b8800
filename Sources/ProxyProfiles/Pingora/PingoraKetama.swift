public import ConsistentHashing

/// What pingora's consistent hashing picks, bit for bit.
///
/// Rule (`pingora-ketama`, version 1 of its ring, and `Consistent` of `pingora-load-balancing`; read in
/// the source, checked against its published vectors): nginx's ring, but servers are socket addresses
/// and are hashed as Rust prints them. The bytes are IP, a zero byte, PORT and the previous point as
/// four little-endian bytes. An IPv6 address stands *without* brackets, in the form of RFC 5952, so for
/// IPv6 the ring differs from nginx's; for IPv4 with a port it is the same. 160 points for a unit of
/// weight; of equal points one is kept. A key goes to the first point that is at least its CRC-32,
/// wrapping.
///
/// A backend that is not healthy is skipped from point to point. `select()` looks at `max_iterations`
/// points at most, repetitions included, and then gives none; the preference ends there.
///
/// Of equal points of two servers Rust's unstable sort decides which is kept; here the first in the
/// list (about one point in 2³² / points).
public struct PingoraKetama: NodeSelector {
  /// The options of the rule.
  public struct Options: RuleOptions {
    /// How many points `select()` looks at (`max_iterations`); all if nil.
    public var maximumIterations: Int?

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "max-iterations", \.maximumIterations, in: 1...Int.max,
        "how many points select() looks at; all unless given")
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let ring: CRC32Ring
  private let isDown: [Bool]
  private let memberCount: Int

  /// How many points are looked at.
  private let pointLimit: Int

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The backends; drained ones are left out.
  ///   - options: The options.
  /// - Complexity: O(points) expected, 160 for each unit of weight.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, an address is not an IP
  ///   address with a port, or the ring would have more than `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try options.check(for: "pingora")
    ring = try CRC32Ring(cluster, of: .pingora, keepingFirstOfEqual: true) {
      (node, position) throws(ClusterError) in
      let server = try TargetSystem.pingora.address(of: node, at: position)
      let ip = server.address.text
      // Rust refuses leading zeros in an IPv4 address.
      guard server.address.isIPv6 || node.address.utf8.starts(with: "\(ip):".utf8) else {
        throw ClusterError(
          .invalidAddress, .node(position),
          "the address \(quoted(node.address)) of node \(quoted(node.id.text)) has leading zeros",
          remedy: "write \(ip):\(server.port)")
      }
      return Array("\(ip)\0\(server.port)".utf8)
    }
    nodes = cluster.nodes
    isDown = nodes.map { !$0.isAvailable }
    memberCount = nodes.count(where: \.isMember)
    pointLimit = min(options.maximumIterations ?? .max, ring.points.count)
  }

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The backends; drained ones are left out.
  ///   - maximumIterations: The `max_iterations` of `select()`; all points unless given.
  /// - Throws: `ClusterError` as ``init(_:_:)`` does.
  public init(_ cluster: Cluster, maximumIterations: Int? = nil) throws(ClusterError) {
    var options = Options()
    options.maximumIterations = maximumIterations
    try self.init(cluster, options)
  }

  /// The nodes of the points from a key on, which may repeat: what `node_iter()` gives first.
  package func iterator(for key: Span<UInt8>, count: Int) -> [Int] {
    let start = ring.position(of: key)
    return (0..<max(count, 0)).map { ring.points.owner((start + $0) % ring.points.count) }
  }

  /// The node that pingora picks; nil if all points that it looks at are of nodes that are down.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let owner = ring.owner(of: key)
    return isDown[owner] ? firstOfPreference(for: key) : owner
  }

  private func firstUp(from position: Int) -> Int? {
    var position = position
    for _ in 0..<pointLimit {
      let owner = ring.points.owner(position)
      if !isDown[owner] { return owner }
      position = ring.position(after: position)
    }
    return nil
  }

  /// The nodes in the order in which pingora tries them as each is found unhealthy.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    var position = ring.position(of: key)
    for _ in 0..<pointLimit {
      let owner = ring.points.owner(position)
      if met.insert(owner), !isDown[owner], !visit(owner) { return .stopped }
      if met.count == memberCount { return .everyNode }
      position = ring.position(after: position)
    }
    // Equal points may have left a member without any.
    return pointLimit == ring.points.count ? .everyNode : .stateful("no backend")
  }

  /// CRC-32 of the key.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(ring.hash(of: key)) }

  /// The intervals between points, each with the node that answers: points of nodes that are down are
  /// skipped.
  ///
  /// - Complexity: O(points) while most nodes are up.
  public func keySpace() -> KeySpace {
    ring.keySpace(stateRule: "no backend") { firstUp(from: $0) }
  }
}

extension TargetSystem {
  fileprivate static let pingora = TargetSystem("pingora")
}
