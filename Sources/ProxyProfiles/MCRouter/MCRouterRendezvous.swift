public import ConsistentHashing

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What mcrouter picks under the hash function `Rendezvous` or `WeightedRendezvous`, bit for bit.
///
/// Rule (mcrouter's `RendezvousHashFunc.cpp`, `WeightedRendezvousHashFunc.cpp` and
/// `RendezvousHashHelper.h`, 2017 and later; checked against the numbers of mcrouter's own tests):
///
/// - The score of a server is `hash128to64(MurmurHash64A(tag, 4193360111), MurmurHash64A(key,
///   2718281828))`. The tag is the node's id.
/// - Rendezvous: the largest score as a double; of equal ones that of the server that stands last.
/// - WeightedRendezvous: `u = (score mod 2⁵³) / 2⁵³`; the largest `w · (1.0 / −ln u)`; of equal ones
///   that of the server that stands first. The logarithm is the C library's, as in mcrouter: two
///   libraries may differ in its last bit and therefore, for about one key in 10¹⁵, in the choice.
/// - A salt is appended to the key.
/// - The preference goes down the scores. A server that is down is skipped along it, as a failover route
///   over the same pool does.
///
/// Platform: IEEE doubles rounded after each operation, no fused multiply-add.
public struct MCRouterRendezvous: HashedSelector {
  /// The options of the rule.
  public typealias Options = MCRouterOptions

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let isWeighted: Bool

  /// The hash of each available server's tag.
  private let tags: [UInt64]

  private let weights: [Double]

  /// The position in ``nodes`` of each available server.
  private let indices: [UInt32]

  private let salt: [UInt8]

  private static let tagSeed: UInt64 = 4_193_360_111
  private static let keySeed: UInt64 = 2_718_281_828

  /// Takes the nodes of a cluster as a pool, given its ``Options`` one by one.
  public init(_ cluster: Cluster, isWeighted: Bool = false, salt: String? = nil)
    throws(ClusterError)
  {
    try self.init(cluster, Options(salt: salt), isWeighted: isWeighted)
  }

  /// Takes the nodes of a cluster as a pool.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order matters for equal scores only. Without weights all members must
  ///     have the same weight.
  ///   - options: The options.
  ///   - isWeighted: Whether the function is `WeightedRendezvous`.
  /// - Throws: `ClusterError` if no node is available, weights differ without being used, or the salt is
  ///   empty.
  public init(_ cluster: Cluster, _ options: Options, isWeighted: Bool = false)
    throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    if !isWeighted { try TargetSystem("Rendezvous").requireEqualWeights(cluster) }
    salt = try options.saltBytes(
      for: isWeighted ? "mcrouter-weighted-rendezvous" : "mcrouter-rendezvous")
    let nodes = cluster.nodes
    let available = nodes.indices.filter { nodes[$0].isAvailable }
    self.nodes = nodes
    self.isWeighted = isWeighted
    tags = available.map { Murmur64A.hash(nodes[$0].id.text.utf8.span, seed: Self.tagSeed) }
    weights = available.map { nodes[$0].weight }
    indices = available.map { UInt32($0) }
  }

  /// MurmurHash64A of the key and the salt.
  public var keyHash: KeyHashIdentity {
    SaltedKey.identity("murmur64a", seed: Self.keySeed, salt)
  }

  /// MurmurHash64A of the key and the salt.
  public func hash(of key: Span<UInt8>) -> UInt64 {
    SaltedKey.with(key, salt) { Murmur64A.hash($0, seed: Self.keySeed) }
  }

  private func score(_ place: Int, _ hash: UInt64) -> Double {
    let score = hash128To64(upper: tags[place], lower: hash)
    guard isWeighted else { return Double(score) }
    // 2⁵³ and all whole numbers below it are exact.
    let unit = Double(Int64(score & (1 << 53 - 1))) / 0x1p53
    return weights[place] * (1.0 / -log(unit))
  }

  /// The server with the largest score.
  ///
  /// - Complexity: O(n) for n servers, with a logarithm each if weighted; without allocation for keys up
  ///   to 1000 bytes.
  public func index(forHash hash: UInt64) -> Int {
    var best = 0
    if isWeighted {
      var highest = 0.0
      for place in tags.indices {
        let score = score(place, hash)
        if score > highest {
          highest = score
          best = place
        }
      }
    } else {
      var highest: UInt64 = 0
      for place in tags.indices {
        let score = hash128To64(upper: tags[place], lower: hash)
        // A larger whole number is no smaller a double; a smaller one may still be the same double.
        if score >= highest || Double(score) == Double(highest) {
          highest = max(score, highest)
          best = place
        }
      }
    }
    return Int(indices[best])
  }

  private var order: BidOrder<Double> { BidOrder(count: tags.count, tiesGoToLast: !isWeighted) }

  /// The server with the largest score of those that are up.
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    let best = order.best(where: { up.contains(Int(indices[$0])) }, score: { score($0, hash) })
    return best.map { Int(indices[$0]) }
  }

  /// The servers that are up, from the largest score to the smallest.
  ///
  /// - Complexity: One pass over the servers for each 64 that are visited; without allocation.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    order.walk(score: { score($0, hash) }, { visit(Int(indices[$0])) })
  }

  /// Shares are the weights: the scores of each server are spread evenly, and independent of those of
  /// the others.
  ///
  /// Scores are compared in 53 bits, so that ties make a share of n servers differ by about n · 2⁻⁵³.
  public func keySpace() -> KeySpace {
    var shares = [Double](repeating: 0, count: nodes.count)
    let sum = weights.reduce(0, +)
    for (index, weight) in zip(indices, weights) { shares[Int(index)] = weight / sum }
    return KeySpace(
      domain: .bits64, keyHash: keyHash,
      form: indices.count == 1 ? .whole(.bits64, .node(Int(indices[0]))) : .shares(shares))
  }
}
