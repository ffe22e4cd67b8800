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
/// - Rendezvous: the largest score as a double; of equal ones the server that stands last.
/// - WeightedRendezvous: `u = (score mod 2⁵³) / 2⁵³`; the largest `w · (1.0 / −ln u)`; of equal ones the
///   server that stands first. The logarithm is the C library's, as in mcrouter: two libraries may
///   differ in its last bit, and so, for about one key in 10¹⁵, in the choice.
/// - A salt is appended to the key.
/// - The preference goes down the scores. A server that is down is skipped along it, as a failover route
///   over the same pool does.
///
/// Platform: IEEE doubles rounded after each operation, no fused multiply-add.
public struct MCRouterRendezvous: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Whether the function is `WeightedRendezvous`.
  public let isWeighted: Bool

  /// The hash of each available server's tag.
  private let tags: [UInt64]

  private let weights: [Double]

  /// The position in ``nodes`` of each available server.
  private let indices: [UInt32]

  private let salt: [UInt8]

  private static let tagSeed: UInt64 = 4_193_360_111
  private static let keySeed: UInt64 = 2_718_281_828

  /// Takes the nodes of a cluster as a pool.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order matters for equal scores only. Without weights all members must
  ///     have the same weight.
  ///   - isWeighted: Whether the function is `WeightedRendezvous`.
  ///   - salt: `salt`.
  /// - Throws: `ClusterError` if no node is available, or weights differ without being used.
  public init(_ cluster: Cluster, isWeighted: Bool = false, salt: String = "") throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    if !isWeighted { try cluster.requireEqualWeights(system: "Rendezvous") }
    let nodes = cluster.nodes
    let available = nodes.indices.filter { nodes[$0].isAvailable }
    self.nodes = nodes
    self.isWeighted = isWeighted
    self.salt = Array(salt.utf8)
    tags = available.map { Murmur64A.hash(nodes[$0].id.text.utf8.span, seed: Self.tagSeed) }
    weights = available.map { nodes[$0].weight }
    indices = available.map { UInt32($0) }
  }

  private func keyHash(_ key: Span<UInt8>) -> UInt64 {
    SaltedKey.with(key, salt) { Murmur64A.hash($0, seed: Self.keySeed) }
  }

  private func score(_ place: Int, _ keyHash: UInt64) -> Double {
    let score = hash128To64(upper: tags[place], lower: keyHash)
    guard isWeighted else { return Double(score) }
    // 2⁵³ and all whole numbers below it are exact.
    let unit = Double(Int64(score & (1 << 53 - 1))) / 0x1p53
    return weights[place] * (1.0 / -log(unit))
  }

  /// The server with the largest score.
  ///
  /// - Complexity: O(n) for n servers, with a logarithm each if weighted; without allocation for keys up
  ///   to 1000 bytes.
  public func choice(for key: Span<UInt8>) -> Int? {
    let keyHash = keyHash(key)
    var best = 0
    if isWeighted {
      var highest = 0.0
      for place in tags.indices {
        let score = score(place, keyHash)
        if score > highest {
          highest = score
          best = place
        }
      }
    } else {
      var highest: UInt64 = 0
      for place in tags.indices {
        let score = hash128To64(upper: tags[place], lower: keyHash)
        // A larger whole number is no smaller a double; a smaller one may still be the same double.
        if score >= highest || Double(score) == Double(highest) {
          highest = max(score, highest)
          best = place
        }
      }
    }
    return Int(indices[best])
  }

  /// The servers that are up, from the largest score to the smallest.
  ///
  /// - Complexity: O(n log n) for n servers, however few are visited.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let keyHash = keyHash(key)
    var bids = tags.indices.map { (score: score($0, keyHash), place: $0) }
    bids.sort { a, b in
      if a.score != b.score { return a.score > b.score }
      return isWeighted ? a.place < b.place : a.place > b.place
    }
    for bid in bids where !visit(Int(indices[bid.place])) { return .stopped }
    return .everyNode
  }
}
