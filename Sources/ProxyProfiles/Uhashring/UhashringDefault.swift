public import ConsistentHashing

/// What Python's uhashring picks unless told otherwise, bit for bit.
///
/// Rule (uhashring 1.0 to 2.5, recorded from 2.5): a node of weight w owns 160·w points, the MD5 of
/// `NAME-j` as one number of 128 bits, most significant byte first; NAME is the node's id. Of equal
/// points the node that was added last keeps them. A key goes to the first point above its own MD5,
/// wrapping.
///
/// The preference is `range(key)`: the distinct nodes met from there on. State `down` is a node to be
/// skipped along it; weight 0 and state `drain` are a node that is removed. Keys are texts and hashed
/// as UTF-8.
public struct UhashringDefault: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Points of a node of weight 1.
  public static let virtualNodes = 160

  /// The upper halves of points.
  private let points: RingPoints

  /// The lower halves, in the order of the points.
  private let lowerHalves: [UInt64]

  private struct Point {
    let high: UInt64
    let low: UInt64
    let owner: UInt32

    init(_ text: Span<UInt8>, owner: Int) {
      (high, low) = UhashringDefault.hash(text)
      self.owner = UInt32(owner)
    }
  }

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, a weight is not whole, or the ring would have more than
  ///   `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    var counts = Array(repeating: 0, count: nodes.count)
    var total = 0
    for (position, node) in nodes.enumerated() where node.isMember {
      counts[position] =
        Self.virtualNodes * (try node.wholeWeight(at: position, for: "uhashring"))
      total += counts[position]
    }
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(total) points",
        remedy: "lower the weights; at most \(KetamaRing.maximumPoints) points are built")
    }
    var points: [Point] = []
    points.reserveCapacity(total)
    for (position, count) in counts.enumerated() where count > 0 {
      var text = Array(nodes[position].id.text.utf8) + [UInt8(ascii: "-")]
      let length = text.count
      for j in 0..<count {
        text.removeSubrange(length...)
        text.append(decimal: j)
        points.append(Point(text.span, owner: position))
      }
    }
    // Of equal points the last owner comes first, and is the one that is found.
    points.sort { ($0.high, $0.low, $1.owner) < ($1.high, $1.low, $0.owner) }
    self.nodes = nodes
    self.points = RingPoints(
      values: points.map(\.high), owners: points.map(\.owner), bound: nodes.count)
    lowerHalves = points.map(\.low)
  }

  private static func hash(_ text: Span<UInt8>) -> (high: UInt64, low: UInt64) {
    let words = MD5.digest(text)
    return (
      UInt64(words.0.byteSwapped) << 32 | UInt64(words.1.byteSwapped),
      UInt64(words.2.byteSwapped) << 32 | UInt64(words.3.byteSwapped)
    )
  }

  /// The position of the first point above a key's hash.
  private func position(of key: Span<UInt8>) -> Int {
    let hash = Self.hash(key)
    var position = points.first(atOrAfter: hash.high)
    while position < points.count, points.value(position) == hash.high,
      lowerHalves[position] <= hash.low
    {
      position &+= 1
    }
    return position
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
    points.walkOwners(fromPosition: position(of: key), bound: nodes.count) {
      !nodes[$0].isAvailable || visit($0)
    }
  }
}
