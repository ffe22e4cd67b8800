public import ConsistentHashing

/// What Varnish's hash director picks, bit for bit.
///
/// Rule (`vmod_directors`; read in the source of Varnish 7 and checked on Varnish 7.1.1): the last four
/// bytes of SHA-256 of the key, read as a little-endian number, are scaled from 2³² to the sum of the
/// weights of the healthy backends; the healthy backends are walked in the order in which they were
/// added, summing weights, and the first whose sum is above takes the key. All in IEEE doubles, in this
/// order.
///
/// The rule is not consistent: a backend that is added, removed, reweighted, or that turns sick moves
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
  /// - Complexity: O(length of the key + log nodes), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let target = Self.fraction(VarnishKey.tail(of: key)) * (ends.last ?? 0)
    var low = 0
    var high = ends.count - 1
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > target { high = middle } else { low = middle + 1 }
    }
    return healthy[low]
  }

  /// The backend that Varnish picks while others are sick; not the first of the preference that is up.
  ///
  /// - Complexity: O(length of the key + nodes), without allocation.
  public func index(for key: Span<UInt8>, among up: HealthMask) -> Int? {
    pick(Self.fraction(VarnishKey.tail(of: key))) { up.contains($0) }
  }

  /// The backends that Varnish picks for many keys while others are sick.
  public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, among up: HealthMask,
    into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try BatchError.check(answers: indices.count, keys: ends.count)
    try BatchError.check(ends: ends, from: 0, byteCount: keys.count)
    var start = 0
    for position in ends.indices {
      let index = index(for: keys.extracting(start..<ends[position]), among: up)
      indices[position] = Int32(truncatingIfNeeded: index ?? -1)
      start = ends[position]
    }
  }

  /// The backends in the order in which Varnish takes them as each turns sick.
  ///
  /// - Complexity: O(nodes), and O(log nodes) for each visited; O(nodes) for each, without allocation, for
  ///   up to 128 nodes, and if weights have fractions, whose sums depend on their order.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let fraction = Self.fraction(VarnishKey.tail(of: key))
    guard let first = index(for: key), visit(first) else { return .stopped }
    guard healthy.count > WeightTree.mostWithout, hasWholeWeights else {
      return walkList(fraction, from: first, visit)
    }
    var tree = WeightTree(healthy.map { Int(nodes[$0].weight) })
    tree.remove(tree.server(at: Int(fraction * Double(tree.total))))
    while tree.total > 0 {
      let place = tree.server(at: Int(fraction * Double(tree.total)))
      guard visit(healthy[place]) else { return .stopped }
      tree.remove(place)
    }
    return .everyNode
  }

  private func walkList(_ fraction: Double, from first: Int, _ visit: (Int) -> Bool)
    -> PreferenceEnd
  {
    var visited = IndexSet(bound: nodes.count)
    _ = visited.insert(first)
    while let next = pick(fraction, { !visited.contains($0) }) {
      if !visit(next) { return .stopped }
      _ = visited.insert(next)
    }
    return .everyNode
  }

  /// Whether sums of weights are exact in any order.
  private var hasWholeWeights: Bool {
    (ends.last ?? 0) < 0x1p53
      && healthy.allSatisfy { nodes[$0].weight == nodes[$0].weight.rounded() }
  }

  /// Applies the rule to some of the healthy backends.
  private func pick(_ fraction: Double, _ isCandidate: (Int) -> Bool) -> Int? {
    var total = 0.0
    for index in healthy where isCandidate(index) { total += nodes[index].weight }
    let target = fraction * total
    var sum = 0.0
    for index in healthy where isCandidate(index) {
      sum += nodes[index].weight
      if target < sum { return index }
    }
    return nil
  }

  private static func fraction(_ number: UInt32) -> Double {
    Double(number) * 0x1p-32
  }

  /// The last four bytes of SHA-256 of the key.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(VarnishKey.tail(of: key)) }

  /// One interval for each healthy backend, cut where the products of doubles reach its sum.
  ///
  /// - Complexity: O(nodes).
  public func keySpace() -> KeySpace {
    var intervals = OwnedIntervals(.bits32, capacity: healthy.count)
    let total = ends.last ?? 0
    for (end, node) in zip(ends, healthy).dropLast() {
      // The first number whose product is not below the end; such products grow with the number.
      var low: UInt32 = 0
      var high = UInt32.max
      while low < high {
        let middle = low + (high - low) / 2
        if Self.fraction(middle) * total < end { low = middle + 1 } else { high = middle }
      }
      // All weights are above 0, so that 0 belongs to the first backend.
      if low > 0 { intervals.append(through: UInt64(low) - 1, .node(node)) }
    }
    intervals.appendRest(.node(healthy[healthy.count - 1]))
    return KeySpace(
      domain: .bits32, keyHash: VarnishKey.key.identity, form: .intervals(intervals))
  }
}
