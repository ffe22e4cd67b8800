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
/// not determine, so that they have no node here. Under Ch3 drained
/// nodes are not in the list, and those behind them move up. Under WeightedCh3 they stay with weight 0.
public struct MCRouterCh3: NodeSelector {
  /// The options of the rule.
  public typealias Options = MCRouterOptions

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// What p is compared with; empty under Ch3.
  private let limits: [UInt64]

  private let places: PlaceList
  private let salt: [UInt8]

  private static let weightSeed: UInt32 = 0xFACE_2014

  /// Takes the nodes of a cluster as a pool, given its ``Options`` one by one.
  public init(_ cluster: Cluster, isWeighted: Bool = false, salt: String? = nil)
    throws(ClusterError)
  {
    try self.init(cluster, Options(salt: salt), isWeighted: isWeighted)
  }

  /// Takes the nodes of a cluster as a pool, in their order.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Without weights all members must have the same weight.
  ///   - options: The options.
  ///   - isWeighted: Whether the function is `WeightedCh3`, where weights are from 0 to 1.
  /// - Throws: `ClusterError` if no node is available, a weight is not one of those, the salt is empty,
  ///   or there are more than 8388608 nodes.
  public init(_ cluster: Cluster, _ options: Options, isWeighted: Bool = false)
    throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let places = PlaceList(nodes) { isWeighted || $0.isMember }
    guard places.count <= FurcHash.largestCount else {
      throw ClusterError(
        .tooLarge, .cluster, "the pool has \(places.count) servers",
        remedy: "mcrouter takes at most \(FurcHash.largestCount)")
    }
    salt = try options.saltBytes(for: isWeighted ? "mcrouter-weighted-ch3" : "mcrouter-ch3")
    if isWeighted {
      limits = try Self.limits(nodes)
    } else {
      try TargetSystem("Ch3").requireEqualWeights(cluster)
      limits = []
    }
    self.nodes = nodes
    self.places = places
  }

  private static func limits(_ nodes: [Node]) throws(ClusterError) -> [UInt64] {
    var limits: [UInt64] = []
    for (index, node) in nodes.enumerated() {
      guard (0...1).contains(node.weight) else {
        throw ClusterError(
          .invalidWeight, .node(index),
          "node \(quoted(node.id.text)) has the weight \(node.weight), but WeightedCh3 takes weights "
            + "from 0 to 1",
          remedy: "divide all weights by the largest")
      }
      limits.append(node.isMember ? UInt64(node.weight * Double(UInt32.max)) : 0)
    }
    return limits
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

  /// The first word of furc_hash, which decides the place under Ch3; nil under WeightedCh3, where
  /// several hashes do.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    guard limits.isEmpty || places.count == 1 else { return nil }
    return SaltedKey.with(key, salt) { FurcHash.firstWord($0) }
  }

  /// The server that mcrouter picks; nil if that is down.
  ///
  /// - Complexity: O(length of the key), without allocation for keys up to 1000 bytes.
  public func index(for key: Span<UInt8>) -> Int? {
    places[SaltedKey.with(key, salt) { place($0) }]
  }

  /// The choice; what comes after it is up to the failover route.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let index = index(for: key), !visit(index) { return .stopped }
    return .stateful("the failover route")
  }

  /// The shares of the places, exact but for rounding where hashes are random.
  ///
  /// Under Ch3 they differ by less than 2⁻³². Under WeightedCh3 an attempt draws a place with its share
  /// q of Ch3 and keeps it with the probability a = limit / 2³². With R the sum of all q · (1 − a), the
  /// share of attempts that fail, the share of a place is q · a · (1 + R + … + R³¹), and
  /// q · (1 − a) · R³¹ more from keys whose 32 attempts all fail.
  public func keySpace() -> KeySpace {
    var shares = FurcHash.shares(of: places.count)
    if !limits.isEmpty {
      let kept = limits.map { Double($0) / 0x1p32 }
      let failing = zip(shares, kept).reduce(0) { $0 + $1.0 * (1 - $1.1) }
      var attempts = 0.0
      var last = 1.0
      for attempt in 0..<32 {
        if attempt > 0 { last *= failing }
        attempts += last
      }
      shares = zip(shares, kept).map { $0 * ($1 * attempts + (1 - $1) * last) }
    }
    return KeySpace(
      domain: .bits64,
      keyHash: SaltedKey.identity("murmur64a", seed: FurcHash.seed, salt),
      form: places.form(.bits64, nodeCount: nodes.count, shares: shares),
      stateRule: places.someAreDown ? "the failover route" : nil)
  }
}
