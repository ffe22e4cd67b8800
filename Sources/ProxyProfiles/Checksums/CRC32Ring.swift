internal import ConsistentHashing

/// A ring of CRC-32 chains, as nginx builds it and others have ported it.
///
/// From a name follows a chain of points, each the checksum of the name and the point before as four
/// little-endian bytes, 0 before the first. A key goes to the first point that is at least its
/// checksum, wrapping.
struct CRC32Ring: Sendable {
  /// A member of the ring.
  struct Member {
    /// The bytes that its chain starts from.
    var name: [UInt8]
    var weight: Int
    /// The position of the node that owns its points.
    var owner: Int
  }

  /// Points of a member of weight 1.
  static let virtualNodes = 160

  /// The function that keys are hashed by.
  static let keyHash = KeyHashIdentity(function: "crc32")

  /// Points in the high 32 bits.
  let points: RingPoints

  private let crc = CRC32()

  /// Builds the ring of at least one member.
  ///
  /// - Parameters:
  ///   - members: In the order in which equal points stay.
  ///   - system: The system, for errors.
  ///   - bound: What all owners are below.
  ///   - keepingFirstOfEqual: Whether of equal points only the first is kept.
  /// - Throws: `ClusterError` if there would be more than `KetamaRing.maximumPoints` points.
  init(_ members: [Member], of system: TargetSystem, bound: Int, keepingFirstOfEqual: Bool)
    throws(ClusterError)
  {
    // A weight is at most 10⁹.
    let total = members.reduce(0) { $0 + $1.weight * Self.virtualNodes }
    try system.check(points: total)
    var list = PointList(capacity: total)
    for member in members {
      let base = crc.update(CRC32.initial, member.name.span)
      var point: UInt32 = 0
      for _ in 0..<(member.weight * Self.virtualNodes) {
        point = ~crc.update(base, littleEndian: point)
        list.append(point, owner: member.owner)
      }
    }
    points = list.ring(bound: bound, keepingFirstOfEqual: keepingFirstOfEqual)
  }

  /// Builds the ring of a cluster's members.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; drained ones are left out.
  ///   - system: The system, which takes whole weights.
  ///   - keepingFirstOfEqual: Whether of equal points only the first is kept.
  ///   - name: The bytes that the chain of a node starts from.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or there would be more
  ///   than `KetamaRing.maximumPoints` points.
  init(
    _ cluster: Cluster, of system: TargetSystem, keepingFirstOfEqual: Bool,
    name: (Node, Int) throws(ClusterError) -> [UInt8]
  ) throws(ClusterError) {
    try cluster.requireAvailableNode()
    var members: [Member] = []
    for (position, node) in cluster.nodes.enumerated() where node.isMember {
      let weight = try system.weight(of: node, at: position)
      members.append(
        Member(name: try name(node, position), weight: weight, owner: position))
    }
    try self.init(
      members, of: system, bound: cluster.nodes.count, keepingFirstOfEqual: keepingFirstOfEqual)
  }

  /// The checksum of a key.
  @inline(__always) func hash(of key: Span<UInt8>) -> UInt32 { crc.checksum(key) }

  /// The position of the first point that is at least the checksum of a key, wrapping.
  func position(of key: Span<UInt8>) -> Int {
    let position = points.first(atOrAfter: UInt64(hash(of: key)) << 32)
    return position == points.count ? 0 : position
  }

  /// The position after another, wrapping.
  func position(after position: Int) -> Int {
    position + 1 == points.count ? 0 : position + 1
  }

  /// The owner of a key.
  @inline(__always) func owner(of key: Span<UInt8>) -> Int {
    points.owner(points.first(atOrAfter: UInt64(hash(of: key)) << 32))
  }

  /// The nodes of many keys, looked up together; see `RingPoints.indices(forKeys:ends:into:)`.
  func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>,
    choose: (_ owner: Int, _ key: Span<UInt8>) -> Int?
  ) throws(BatchError) {
    try points.indices(
      forKeys: keys, ends: ends, into: &indices, place: { UInt64(hash(of: $0)) << 32 },
      choose: choose)
  }

  /// The key space of the ring.
  ///
  /// - Parameters:
  ///   - stateRule: What happens to keys without a node.
  ///   - hashesEveryKey: Whether every key is hashed.
  ///   - node: The node of keys whose first point is at a position; nil if there is none.
  /// - Complexity: O(points).
  func keySpace(
    stateRule: String, hashesEveryKey: Bool = true, node: (_ position: Int) -> Int?
  ) -> KeySpace {
    KeySpace(
      points.intervals(.bits32, byPosition: { node($0).map { .node($0) } ?? .state }),
      keyHash: Self.keyHash, stateRule: stateRule, hashesEveryKey: hashesEveryKey)
  }
}
