public import ConsistentHashing

/// What Python's uhashring picks by default, bit for bit.
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
  }

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, a weight is not whole, or the ring would have more than
  ///   `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let system = TargetSystem("uhashring")
    var counts = Array(repeating: 0, count: nodes.count)
    for (position, node) in nodes.enumerated() where node.isMember {
      counts[position] = Self.virtualNodes * (try system.weight(of: node, at: position))
    }
    let total = counts.reduce(0, +)
    try system.check(points: total)
    var points: [Point] = []
    points.reserveCapacity(total)
    for (position, count) in counts.enumerated() where count > 0 {
      let name = MD5Stream(hyphenating: nodes[position].id.text.utf8)
      for j in 0..<count {
        let (high, low) = Self.halves(name.digest(with: j))
        points.append(Point(high: high, low: low, owner: UInt32(position)))
      }
    }
    // Of equal points the last owner comes first, and is the one that is found.
    points.sort { ($0.high, $0.low, $1.owner) < ($1.high, $1.low, $0.owner) }
    self.nodes = nodes
    self.points = RingPoints(
      values: points.map(\.high), owners: points.map(\.owner), bound: nodes.count)
    lowerHalves = points.map(\.low)
  }

  /// A digest as a number of 128 bits.
  private static func halves(
    _ words: (UInt32, UInt32, UInt32, UInt32)
  ) -> (high: UInt64, low: UInt64) {
    (
      UInt64(words.0.byteSwapped) << 32 | UInt64(words.1.byteSwapped),
      UInt64(words.2.byteSwapped) << 32 | UInt64(words.3.byteSwapped)
    )
  }

  /// The position of the first point above a key's hash.
  private func position(of key: Span<UInt8>) -> Int {
    let hash = Self.halves(MD5.digest(key))
    var position = points.first(atOrAfter: hash.high)
    while position < points.count, points.value(position) == hash.high,
      lowerHalves[position] <= hash.low
    {
      position &+= 1
    }
    return position
  }

  /// The upper half of the MD5; the lower half decides only between points with the same upper half.
  public func hash(of key: Span<UInt8>) -> UInt64? { Self.halves(MD5.digest(key)).high }

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
    points.walkOwners(fromPosition: position(of: key), bound: nodes.count) {
      !nodes[$0].isAvailable || visit($0)
    }
  }

  /// The intervals between the upper halves of points.
  ///
  /// A key whose upper half is that of a point goes to the owner before or after, as its lower half
  /// decides. Where these differ, such a hash is an interval of its own, of rehashed keys. Their shares
  /// are known, as lower halves are spread evenly.
  public func keySpace() -> KeySpace {
    let owners = points.answeringOwners { nodes[$0].isAvailable }
    var intervals = OwnedIntervals(.bits64, capacity: 2 * points.count + 1)
    var parts = [Double](repeating: 0, count: nodes.count)
    var rehashed = 0.0
    var start = 0
    while start < points.count {
      let value = points.value(start)
      var end = start + 1
      while end < points.count, points.value(end) == value { end += 1 }
      if value > 0 { intervals.append(through: value - 1, owners[start]) }
      // The owners of the points of this value, and the one after them.
      let here = (start...end).map { owners[$0 % points.count] }
      if here.allSatisfy({ $0 == here[0] }) {
        intervals.append(through: value, here[0])
      } else {
        intervals.append(through: value, .rehashed)
        rehashed += 1
        let borders = [0] + lowerHalves[start..<end].map { Double($0) / 0x1p64 } + [1]
        for (owner, (low, high)) in zip(here, zip(borders, borders.dropFirst())) {
          if case .node(let node) = owner { parts[node] += high - low }
        }
      }
      start = end
    }
    intervals.appendRest(owners[0])
    return KeySpace(
      domain: .bits64, keyHash: KeyHashIdentity(function: "md5-high64"),
      form: .intervals(intervals),
      rehashedShares: rehashed > 0 ? parts.map { $0 / rehashed } : nil)
  }
}
