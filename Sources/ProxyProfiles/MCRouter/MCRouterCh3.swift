public import ConsistentHashing

/// What mcrouter picks under the hash function `Ch3`, its default, or `WeightedCh3`, bit for bit.
///
/// Rule (mcrouter's `fbi/hash.c`, `Ch3HashFunc.h` and `WeightedCh3HashFunc.cpp`, 2014 and later; checked
/// against the numbers of mcrouter's own tests):
///
/// - Ch3: the place in the pool's list is `furc_hash(key, n)` of n servers: a walk by the bits of
///   MurmurHash64A of the key under the seed 4193360111 and of its re-hashes. The place is the identity:
///   a server may join or leave at the end of the list only.
/// - WeightedCh3: weights from 0 to 1. Up to 32 times, with i = furc_hash(k, n) and p the low 32 bits of
///   SpookyHash V2 of k under the seed 0xFACE2014: i is the place if `p < trunc(w · 4294967295.0)`;
///   otherwise k becomes the key with the digits of 0, 1, 2, … appended, lowest digit first. If all
///   fail it is the last i, whatever its weight.
/// - A salt is appended to the key before everything else.
///
/// A server that is down (TKO) keeps its place; its keys go to the failover route, which the pool does
/// not determine, so that they have no choice here and no preference beyond it. Under Ch3 drained
/// nodes are not in the list, and those behind them move up. Under WeightedCh3 they stay with weight 0.
public struct MCRouterCh3: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The limits that p is compared with; empty under Ch3.
  private let limits: [UInt64]

  /// The position in ``nodes`` of each place.
  private let places: [UInt32]

  private let isDown: [Bool]
  private let salt: [UInt8]

  private static let weightSeed: UInt32 = 0xFACE_2014

  /// Takes the nodes of a cluster as a pool, in their order.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Without weights all members must have the same weight.
  ///   - isWeighted: Whether the function is `WeightedCh3`, where weights are from 0 to 1.
  ///   - salt: `salt`.
  /// - Throws: `ClusterError` if no node is available, a weight is not one of those, or there are more
  ///   than 8388608 nodes.
  public init(_ cluster: Cluster, isWeighted: Bool = false, salt: String = "") throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    if !isWeighted { try cluster.requireEqualWeights(system: "Ch3") }
    let nodes = cluster.nodes
    let indices = isWeighted ? Array(nodes.indices) : nodes.indices.filter { nodes[$0].isMember }
    guard indices.count <= FurcHash.largestCount else {
      throw ClusterError(
        .tooLarge, .cluster, "the pool has \(indices.count) servers",
        remedy: "mcrouter takes at most \(FurcHash.largestCount)")
    }
    var limits: [UInt64] = []
    if isWeighted {
      for index in indices {
        let weight = nodes[index].weight
        guard (0...1).contains(weight) else {
          throw ClusterError(
            .invalidWeight, .node(index),
            "node '\(nodes[index].id)' has the weight \(weight), but WeightedCh3 takes weights from "
              + "0 to 1",
            remedy: "divide all weights by the largest")
        }
        limits.append(nodes[index].isMember ? UInt64(weight * Double(UInt32.max)) : 0)
      }
    }
    self.nodes = nodes
    self.limits = limits
    self.salt = Array(salt.utf8)
    places = indices.map { UInt32($0) }
    isDown = nodes.map { $0.state == .down }
  }

  /// The place in the pool.
  private func place(_ key: Span<UInt8>) -> Int {
    let place = FurcHash.bucket(key, of: places.count)
    if limits.isEmpty || accepts(key, place) { return place }
    return placeAgain(key)
  }

  private func accepts(_ key: Span<UInt8>, _ place: Int) -> Bool {
    UInt64(SpookyHash.hash32(key, seed: Self.weightSeed)) < limits[place]
  }

  private func placeAgain(_ key: Span<UInt8>) -> Int {
    var last = 0
    for attempt in 0..<31 {
      let (place, isFinal) = SaltedKey.with(key, reversedDigitsOf: attempt) { key in
        let place = FurcHash.bucket(key, of: places.count)
        return (place, accepts(key, place))
      }
      if isFinal { return place }
      last = place
    }
    return last
  }

  /// The server that mcrouter picks; nil if that is down.
  ///
  /// - Complexity: O(length of the key), without allocation for keys up to 1000 bytes.
  public func choice(for key: Span<UInt8>) -> Int? {
    let index = Int(places[SaltedKey.with(key, salt) { place($0) }])
    return isDown[index] ? nil : index
  }

  /// The choice; what comes after it is up to the failover route.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let index = choice(for: key), !visit(index) { return .stopped }
    return .stateful("the failover route")
  }
}
