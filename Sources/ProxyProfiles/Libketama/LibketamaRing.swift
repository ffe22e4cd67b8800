public import ConsistentHashing

/// What libketama picks (Last.fm's library, where ketama comes from), bit for bit.
///
/// Rule (libketama of 2007 and later, read in `ketama.c` and checked against the digest that its own
/// test prints for a million keys; 64-bit Linux, never fused):
///
/// - Of n servers one with `memory` of all memory owns `4 · floor(share · 40 · n)` points: the share in
///   single precision, the products in double, rounded to single before cutting off. They are the
///   four little-endian words of the MD5 of `ADDRESS-k`, ADDRESS as the server file has it.
/// - Points sort by value, equal ones stay in the order of the file (glibc's `qsort` is stable); a key
///   goes to the first point that is at least the first word of its own MD5, wrapping.
///
/// The weight of a node is its memory, a whole number above 0. Nodes in state `drain` are left out of
/// the file. libketama knows no failures: a node that is down keeps its points, and what becomes of
/// its keys is left to the program that asked.
///
/// Not modelled: that keys are C strings and end at a zero byte, and that the ring must fit a shared
/// memory segment of fixed size.
public struct LibketamaRing: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The longest address that the server file can hold, in bytes.
  public static let longestAddress = 22

  /// Points in the high 32 bits.
  private let points: RingPoints

  /// Builds the ring of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, or libketama would refuse an address or a weight.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    var listed: [Int] = []
    var weights: [Int] = []
    for (position, node) in nodes.enumerated() where node.state != .drain {
      let weight = try node.wholeWeight(at: position, for: "libketama")
      guard weight > 0 else {
        throw ClusterError(
          .invalidWeight, .node(position),
          "node \(quoted(node.id.text)) has the weight 0, for which libketama refuses the server file",
          remedy: "give it the state drain, or take it off the list")
      }
      guard node.address.utf8.count <= Self.longestAddress else {
        throw ClusterError(
          .invalidAddress, .node(position), "the address \(quoted(node.address)) is too long",
          remedy: "libketama's addresses have at most \(Self.longestAddress) bytes")
      }
      listed.append(position)
      weights.append(weight)
    }
    let counts = Self.counts(weights: weights)
    let total = counts.reduce(0, +)
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(total) points",
        remedy: "list fewer servers; at most \(KetamaRing.maximumPoints) points are built")
    }
    var values: [UInt64] = []
    values.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for (position, count) in zip(listed, counts) {
      KetamaPoints.forEach(name: Array(nodes[position].address.utf8), count: count) { point in
        values.append(UInt64(point) << 32)
        owners.append(UInt32(position))
      }
    }
    self.nodes = nodes
    points = RingPoints(values: values, owners: owners, bound: nodes.count)
  }

  private static func counts(weights: [Int]) -> [Int] {
    let memory = Float(weights.reduce(0, +))
    let servers = Double(Float(weights.count))
    return weights.map { weight in
      let share = Float(weight) / memory
      return Int(Float(Double(share) * 40 * servers)) * 4
    }
  }

  /// The number of points on the ring.
  public var pointCount: Int { points.count }

  /// The node that libketama names for a key; nil if it is down.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    let hash = MD5.digest(key).0
    let node = points.owner(points.first(atOrAfter: UInt64(hash) << 32))
    return nodes[node].isAvailable ? node : nil
  }

  /// The choices for many keys, looked up together.
  public func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try points.chooseByMD5(
      forKeys: keys, ends: ends, into: &choices, shiftedBy: 32
    ) { owner, _ in nodes[owner].isAvailable ? owner : nil }
  }

  /// The one node that libketama names.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let node = choice(for: key) else { return .stateful("the program that asked") }
    if !visit(node) { return .stopped }
    let others = nodes.count(where: \.isAvailable) - 1
    return others == 0 ? .everyNode : .stateful("the program that asked")
  }
}
