public import ConsistentHashing

/// What pingora's consistent hashing picks, bit for bit.
///
/// Rule (`pingora-ketama`, version 1 of its ring, and `Consistent` of `pingora-load-balancing`; read in
/// the source, checked against its published vectors): nginx's ring, but servers are socket addresses
/// and are hashed as Rust prints them. The bytes are IP, a zero byte, PORT and the previous point as
/// four little-endian bytes. An IPv6 address stands *without* brackets, in the form of RFC 5952, so for
/// IPv6 the ring is not nginx's; for IPv4 with a port it is. 160 points for a unit of weight; of equal
/// points one is kept. A key goes to the first point that is at least its CRC-32, wrapping.
///
/// A backend that is not healthy is passed from point to point. `select()` looks at `max_iterations`
/// points at most, repetitions included, and then gives none; the preference ends there.
///
/// Of equal points of two servers Rust's unstable sort decides which is kept; here the first in the
/// list (about one point in 2³² / points).
public struct PingoraKetama: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// How many points are looked at, at most; nil if all.
  public let maximumIterations: Int?

  private let ring: CRC32Ring
  private let isDown: [Bool]

  /// Builds the ring of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The backends; drained ones are left out.
  ///   - maximumIterations: The `max_iterations` of `select()`; all points unless given.
  /// - Complexity: O(points) expected, 160 for each unit of weight.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, an address is not an IP
  ///   address with a port, or the ring would have more than `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster, maximumIterations: Int? = nil) throws(ClusterError) {
    guard maximumIterations.map({ $0 >= 1 }) ?? true else {
      throw ClusterError(
        .invalidOption, .option("max-iterations"), "select() would look at no point",
        remedy: "use 1 or more")
    }
    let members = try CRC32Ring.members(of: cluster, for: "pingora") {
      (node, position) throws(ClusterError) in
      guard let address = RustSocketAddress(node.address) else {
        throw ClusterError(
          .invalidAddress, .node(position),
          "the address '\(node.address)' of node '\(node.id)' is no IP address with a port",
          remedy: "pingora's ring has socket addresses only: write 192.0.2.1:80 or [2001:db8::1]:80"
        )
      }
      return Array(address.ip.utf8) + [0] + Array(String(address.port).utf8)
    }
    nodes = cluster.nodes
    self.maximumIterations = maximumIterations
    isDown = nodes.map { !$0.isAvailable }
    ring = CRC32Ring(members, bound: nodes.count, keepingFirstOfEqual: true)
  }

  /// The nodes of the points from a key on, which may repeat: what `node_iter()` gives first.
  public func iterator(for key: Span<UInt8>, count: Int) -> [Int] {
    let start = ring.position(of: key)
    return (0..<max(count, 0)).map { ring.owner(at: (start + $0) % ring.count) }
  }

  /// The node that pingora picks; nil if all points that it looks at are of nodes that are down.
  ///
  /// - Complexity: O(length of the key), without allocation while the node is up.
  public func choice(for key: Span<UInt8>) -> Int? {
    let owner = ring.owner(of: key)
    if !isDown[owner] { return owner }
    return firstOfPreference(for: key)
  }

  /// The nodes in the order in which pingora tries them as each is found unhealthy.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    switch ring.walk(
      from: key, maximumPoints: maximumIterations ?? .max, { isDown[$0] || visit($0) })
    {
    case true: .everyNode
    case false: .stopped
    case nil: .stateful("no backend")
    }
  }
}
