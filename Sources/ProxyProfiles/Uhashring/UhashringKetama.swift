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

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, a weight is not whole, or the ring would be too large.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    var listed: [(position: Int, weight: Int)] = []
    for (position, node) in nodes.enumerated() where node.state != .drain {
      listed.append((position, try node.wholeWeight(at: position, for: "uhashring")))
    }
    let sum = listed.reduce(0) { $0 + $1.weight }
    // 160 points a node on average.
    guard listed.count <= KetamaRing.maximumPoints / 160 else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(160 * listed.count) points",
        remedy: "list fewer nodes; at most \(KetamaRing.maximumPoints) points are built")
    }
    var values: [UInt64] = []
    var owners: [UInt32] = []
    // From the last, since of equal points the first given is kept.
    for (position, weight) in listed.reversed() {
      let count = 4 * (40 * listed.count * weight / sum)
      KetamaPoints.forEach(name: Array(nodes[position].id.text.utf8), count: count) { point in
        values.append(UInt64(point) << 32)
        owners.append(UInt32(position))
      }
    }
    self.nodes = nodes
    points = RingPoints(
      values: values, owners: owners, bound: nodes.count, keepingFirstOfEqual: true)
  }

  /// The position of the first point above a key's hash.
  ///
  /// Beyond the largest hash that is the first of all, to which 2³² wraps.
  @inline(__always) private func position(of key: Span<UInt8>) -> Int {
    points.first(atOrAfter: UInt64(MD5.digest(key).0 &+ 1) << 32)
  }

  /// The node that uhashring names.
  ///
  /// - Complexity: O(length of the key), without allocation while the node is up.
  public func choice(for key: Span<UInt8>) -> Int? {
    let node = points.owner(position(of: key))
    if nodes[node].isAvailable { return node }
    return firstOfPreference(for: key)
  }

  /// The nodes that `range(key)` lists.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var left = nodes.count(where: \.isAvailable)
    let end = points.walkOwners(fromPosition: position(of: key), bound: nodes.count) { node in
      guard nodes[node].isAvailable else { return true }
      left -= 1
      return visit(node)
    }
    // A node whose share is too small for a point is in no list.
    return end == .everyNode && left > 0 ? .stateful("nodes without points are never picked") : end
  }
}
