public import ConsistentHashing

/// What lua-resty-balancer's `resty.chash` finds, bit for bit; `upstream-hash-by` of ingress-nginx uses
/// it.
///
/// Rule (lua-resty-balancer 0.02 and later, read in `chash.lua` and `chash.c`; the ring of 0.01
/// differed in its base and looked up the point before): a server with the id I and weight w owns 160·w
/// points, `point = crc32(I LE32(previous))` with 0 before the first. Points sort by value, equal ones
/// stay. A key goes to the first point that is at least `crc32(key)`, wrapping. `next()` goes from
/// point to point, so it may give the same server again; the preference leaves repetitions out.
///
/// The id is the node's id. ingress-nginx gives `IP:PORT`, each with weight 1, which is the id of a
/// node that is written as its address. There is no zero byte between host and port as in nginx's own
/// ring, so the two send the same key to different servers.
///
/// `resty.chash` does not know which servers are up: a node that is down stays on the ring, and callers
/// go on by `next()`. (ingress-nginx drops it from the list.)
///
/// Equal points of two servers stand in the order of a Lua table, which no configuration determines;
/// here the first in the list keeps them (about one point in 2³² / points).
public struct RestyChash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let ring: CRC32Ring
  private let isDown: [Bool]
  private let memberCount: Int

  /// Builds the ring of a cluster.
  ///
  /// - Complexity: O(points) expected, 160 for each unit of weight.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the ring would have
  ///   more than `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster) throws(ClusterError) {
    ring = try CRC32Ring(
      cluster, of: TargetSystem("resty.chash"), keepingFirstOfEqual: false
    ) { node, _ in Array(node.id.text.utf8) }
    nodes = cluster.nodes
    isDown = nodes.map { !$0.isAvailable }
    memberCount = nodes.count(where: \.isMember)
  }

  /// The number of points, `npoints` in Lua.
  package var pointCount: Int { ring.points.count }

  /// The index of the point that `find()` returns beside the id.
  package func point(for key: Span<UInt8>) -> Int { ring.position(of: key) }

  /// The node that owns a point.
  package func owner(ofPoint point: Int) -> Int { ring.points.owner(at: point) }

  /// The node that `find()` returns, or the first after it that is up.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let owner = ring.owner(of: key)
    return isDown[owner] ? firstOfPreference(for: key) : owner
  }

  private func firstUp(from start: Int) -> Int? {
    var position = start
    while isDown[ring.points.owner(position)] {
      position = ring.position(after: position)
      if position == start { return nil }
    }
    return ring.points.owner(position)
  }

  /// The nodes that `find()` and then `next()` return, each once.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    ring.points.walkOwners(
      fromPosition: ring.position(of: key), bound: nodes.count, count: memberCount
    ) { isDown[$0] || visit($0) }
  }

  /// CRC-32 of the key.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(ring.hash(of: key)) }

  /// The intervals between points, each with the first node from its point on that is up.
  ///
  /// - Complexity: O(points) while most nodes are up.
  public func keySpace() -> KeySpace {
    ring.keySpace(stateRule: "no server") { firstUp(from: $0) }
  }
}
