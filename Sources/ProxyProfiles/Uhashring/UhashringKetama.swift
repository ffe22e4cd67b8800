public import ConsistentHashing

/// What Python's uhashring picks under `hash_fn="ketama"`, bit for bit.
///
/// Rule (uhashring 1.0 to 2.5, recorded from 2.5): of n nodes one of weight w of the sum W owns
/// `4 · ⌊40 · n · w / W⌋` points in whole numbers, the four little-endian words of the MD5 of `NAME-j`
/// each; NAME is the node's id. Of equal points the node that was added last keeps them. A key goes to
/// the first point *above* the first word of its MD5, wrapping: one that falls on a point passes it,
/// unlike in libketama.
///
/// The preference is `range(key)`: the distinct nodes met from there on. State `down` is a node to be
/// skipped along it. A node of weight 0 owns no points but counts in n; a node in state `drain` is
/// removed. Keys are texts and hashed as UTF-8.
public struct UhashringKetama: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Points in the high 32 bits.
  private let points: RingPoints

  private static let stateRule = "nodes without points are never picked"

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, a weight is not whole, or the ring would be too large.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let system = TargetSystem("uhashring")
    var listed: [(position: Int, weight: Int)] = []
    for (position, node) in cluster.nodes.enumerated() where node.state != .drain {
      listed.append((position, try system.weight(of: node, at: position)))
    }
    let sum = listed.reduce(0) { $0 + $1.weight }
    // 160 points a node on average.
    try system.check(points: 160 * listed.count)
    var list = PointList(capacity: 160 * listed.count)
    // From the last, since of equal points the first given is kept.
    for (position, weight) in listed.reversed() {
      let name = MD5Stream(hyphenating: cluster.nodes[position].id.text.utf8)
      let count = 4 * (40 * listed.count * weight / sum)
      KetamaPoints.forEach(name, in: 0..<count) { list.append($0, owner: position) }
    }
    nodes = cluster.nodes
    points = list.ring(bound: nodes.count, keepingFirstOfEqual: true)
  }

  /// The position of the first point above a key's hash.
  ///
  /// Beyond the largest hash that is the first of all, to which 2³² wraps.
  @inline(__always) private func position(of key: Span<UInt8>) -> Int {
    points.first(atOrAfter: UInt64(MD5.digest(key).0 &+ 1) << 32)
  }

  /// The first little-endian word of the MD5.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(MD5.digest(key).0) }

  /// The node that uhashring names.
  ///
  /// - Complexity: O(length of the key) while the node is up, O(points passed) otherwise; without
  ///   allocation for up to 4096 nodes.
  public func index(for key: Span<UInt8>) -> Int? {
    let node = points.owner(position(of: key))
    if nodes[node].isAvailable { return node }
    return firstOfPreference(for: key)
  }

  /// Visits the nodes that `range(key)` lists.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var left = nodes.count(where: \.isAvailable)
    let end = points.walkOwners(fromPosition: position(of: key), bound: nodes.count) { node in
      guard nodes[node].isAvailable else { return true }
      left -= 1
      return visit(node)
    }
    // A node whose share is too small for a point is in no list.
    return end == .everyNode && left > 0 ? .stateful(Self.stateRule) : end
  }

  /// The intervals between points; a hash on a point is in the next.
  public func keySpace() -> KeySpace {
    let owners = points.answeringOwners { nodes[$0].isAvailable }
    var intervals = OwnedIntervals(.bits32, capacity: points.count + 1)
    for (position, owner) in owners.enumerated() {
      let point = points.value(position) >> 32
      // Only the largest hash goes to a point of 0, which is in the rest.
      if point > 0 { intervals.append(through: point - 1, owner) }
    }
    intervals.appendRest(owners[0])
    return KeySpace(
      domain: .bits32, keyHash: MemcacheHash.Function.md5.identity, form: .intervals(intervals),
      stateRule: intervals.owners.namesEveryNode ? nil : Self.stateRule)
  }
}
