public import ConsistentHashing

/// What libketama picks (Last.fm's library, where ketama comes from), bit for bit.
///
/// Rule (libketama of 2007 and later, read in `ketama.c` and checked against the digest that its own
/// test prints for a million keys; 64-bit Linux, never fused):
///
/// - Of n servers one with `memory` of all memory owns `4 · floor(share · 40 · n)` points: the share in
///   single precision, the products in double, rounded to single before truncation. They are the
///   four little-endian words of the MD5 of `ADDRESS-k`, ADDRESS as the server file has it.
/// - Points sort by value, equal ones stay in the order of the file (glibc's `qsort` is stable); a key
///   goes to the first point that is at least the first word of its own MD5, wrapping.
///
/// The weight of a node is its memory, a whole number above 0. Nodes in state `drain` are left out of
/// the file. libketama does not handle failures: a node that is down keeps its points, and the calling
/// program decides what happens to its keys.
///
/// Not modelled: that keys are C strings and end at a zero byte, and that the ring must fit a shared
/// memory segment of fixed size.
public struct LibketamaRing: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Points in the high 32 bits.
  private let points: RingPoints

  private static let system = TargetSystem("libketama", weights: 1...Int(Int32.max))

  /// The longest address that the server file can hold, in bytes.
  private static let longestAddress = 22

  private static let stateRule = "the calling program"

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, or libketama would refuse an address or a weight.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    var listed: [(position: Int, weight: Int)] = []
    for (position, node) in cluster.nodes.enumerated() where node.state != .drain {
      listed.append((position, try Self.system.weight(of: node, at: position)))
      guard node.address.utf8.count <= Self.longestAddress else {
        throw ClusterError(
          .invalidAddress, .node(position), "the address \(quoted(node.address)) is too long",
          remedy: "libketama's addresses have at most \(Self.longestAddress) bytes")
      }
    }
    let memory = Float(listed.reduce(0) { $0 + $1.weight })
    let servers = Double(Float(listed.count))
    let counts = listed.map { _, weight in
      let share = Float(weight) / memory
      return Int(Float(Double(share) * 40 * servers)) * 4
    }
    let total = counts.reduce(0, +)
    try Self.system.check(points: total)
    var list = PointList(capacity: total)
    for ((position, _), count) in zip(listed, counts) {
      let name = MD5Stream(hyphenating: cluster.nodes[position].address.utf8)
      KetamaPoints.forEach(name, in: 0..<count) { list.append($0, owner: position) }
    }
    nodes = cluster.nodes
    points = list.ring(bound: nodes.count)
  }

  /// The number of points on the ring.
  package var pointCount: Int { points.count }

  /// The first little-endian word of the MD5.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(MD5.digest(key).0) }

  /// The node that libketama names for a key; nil if it is down.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let hash = MD5.digest(key).0
    let node = points.owner(points.first(atOrAfter: UInt64(hash) << 32))
    return nodes[node].isAvailable ? node : nil
  }

  /// The nodes for many keys, looked up together.
  public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try points.indicesByMD5(
      forKeys: keys, ends: ends, into: &indices, shiftedBy: 32
    ) { owner, _ in nodes[owner].isAvailable ? owner : nil }
  }

  /// Visits the one node that libketama names.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let node = index(for: key) else { return .stateful(Self.stateRule) }
    if !visit(node) { return .stopped }
    return nodes.count(where: \.isAvailable) == 1 ? .everyNode : .stateful(Self.stateRule)
  }

  /// The intervals between points; those of a node that is down are left to the calling program.
  public func keySpace() -> KeySpace {
    let intervals = points.intervals(
      .bits32, byOwner: { nodes[$0].isAvailable ? .node($0) : .state })
    return KeySpace(
      domain: .bits32, keyHash: MemcacheHash.Function.md5.identity, form: .intervals(intervals),
      stateRule: intervals.owners.namesEveryNode ? nil : Self.stateRule)
  }
}
