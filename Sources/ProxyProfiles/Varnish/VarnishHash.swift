public import ConsistentHashing

/// What Varnish's hash director picks, bit for bit.
///
/// Rule (`vmod_directors`; read in the source of Varnish 7 and checked on Varnish 7.1.1): the last four
/// bytes of SHA-256 of the key, read as a little-endian number, are scaled from 2³² to the sum of the
/// weights of the healthy backends; the healthy backends are walked in the order in which they were
/// added, summing weights, and the first whose sum is above takes the key. All in IEEE doubles, in this
/// order.
///
/// This is no consistent hash: a backend that is added, removed, reweighted, or that turns sick moves
/// keys between all others as well. So a node that is down is not skipped along a preference; the rule
/// is applied to the nodes that are left. The preference of a key is what it goes to as each of its
/// choices in turn is found sick.
///
/// The key is what `backend()` is given. Order matters, names and addresses do not.
public struct VarnishHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The nodes that are healthy, and for each the sum of weights up to and with it.
  private let healthy: [Int]
  private let ends: [Double]

  /// Takes the backends of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is available.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    nodes = cluster.nodes
    let nodes = nodes
    let healthy = nodes.indices.filter { nodes[$0].isAvailable }
    var sum = 0.0
    self.healthy = healthy
    ends = healthy.map { index in
      sum += nodes[index].weight
      return sum
    }
  }

  /// The backend that Varnish picks, never nil.
  ///
  /// - Complexity: O(length of the key + log nodes). SHA-256 itself keeps its state in one short-lived
  ///   allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    let target = Self.fraction(of: key) * (ends.last ?? 0)
    var low = 0
    var high = ends.count - 1
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > target { high = middle } else { low = middle + 1 }
    }
    return healthy[low]
  }

  /// The backend that Varnish picks while the others are sick; not the first of the preference.
  ///
  /// - Complexity: O(length of the key + nodes).
  public func choice(for key: Span<UInt8>, where isAvailable: (Int) -> Bool) -> Int? {
    pick(Self.fraction(of: key), from: healthy.filter(isAvailable))
  }

  /// The backends in the order in which Varnish takes them as each turns sick.
  ///
  /// - Complexity: O(nodes) for each visited.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let fraction = Self.fraction(of: key)
    var left = healthy
    while let next = pick(fraction, from: left) {
      if !visit(next) { return .stopped }
      left.removeAll { $0 == next }
    }
    return .everyNode
  }

  private func pick(_ fraction: Double, from candidates: [Int]) -> Int? {
    let target = fraction * candidates.reduce(0.0) { $0 + nodes[$1].weight }
    var sum = 0.0
    for index in candidates {
      sum += nodes[index].weight
      if target < sum { return index }
    }
    return nil
  }

  private static func fraction(of key: Span<UInt8>) -> Double {
    Double(VarnishKey.tail(of: key)) * 0x1p-32
  }
}
