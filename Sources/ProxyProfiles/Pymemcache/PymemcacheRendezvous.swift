public import ConsistentHashing

/// What Python's pymemcache picks (`RendezvousHash`, the default of its `HashClient`), bit for bit.
///
/// Rule (pymemcache 1.4 and later, recorded from 4.0.0): the node whose `NODE-KEY` has the largest
/// MurmurHash3 (32 bits, seed 0); of equal ones the larger text. The code points are hashed, not the UTF-8
/// bytes: the lowest eight bits of each, and their number is the length. The result is that of other
/// implementations for ASCII, and another for the rest.
///
/// NODE is the node's id. `HashClient` names its servers `host:port`, IPv6 without brackets, always
/// with the port (11211 by default), and sockets by their path. KEY is a text: a program that passes
/// `bytes` gets the hash of their printed form, `b'…'`. Key bytes here are decoded as UTF-8; one that
/// is part of no code point counts as Python's surrogate escape of it, which is the byte itself.
///
/// There are no weights. The preference is the order of scores, in which a key goes on as the client
/// takes servers that keep failing off its list.
public struct PymemcacheRendezvous: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// What can be chosen, the largest id first, so that the first of equal scores wins.
  private let candidates: [Candidate]

  /// A node with the part of its hash that does not depend on the key.
  private struct Candidate: Sendable {
    let node: Int
    let prefix: CodePointHash
  }

  /// Takes the nodes of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up or one has a weight other than 1, or 0 for drained.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    try TargetSystem("pymemcache").requireNoWeights(nodes)
    self.nodes = nodes
    candidates = nodes.indices.filter { nodes[$0].isAvailable }
      .sorted { nodes[$0].id > nodes[$1].id }
      .map { position in
        var prefix = CodePointHash()
        prefix.add(nodes[position].id.text.utf8.span)
        prefix.add(byte: UInt8(ascii: "-"))
        return Candidate(node: position, prefix: prefix)
      }
  }

  /// Nil: a key is hashed once for each node.
  public func hash(of key: Span<UInt8>) -> UInt64? { nil }

  /// The node that pymemcache sends a key to; never nil.
  ///
  /// - Complexity: O(nodes · length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    var best: (score: UInt32, node: Int)?
    for candidate in candidates.indices {
      let score = score(candidate, key)
      if best.map({ score > $0.score }) ?? true { best = (score, candidates[candidate].node) }
    }
    return best?.node
  }

  /// Visits the nodes by score.
  ///
  /// - Complexity: One pass over the nodes for each 16 that are visited, without allocation. Of more than
  ///   4096 nodes, those after the first 256 are sorted.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var bids = InlineArray<16, UInt64>(repeating: 0)
    var limit = UInt64.max
    var visited = 0
    while visited < 256 || candidates.count <= 4096 {
      let count = bestBids(key, below: limit, into: &bids)
      for place in 0..<count where !visit(node(of: bids[place])) { return .stopped }
      guard count == bids.count else { return .everyNode }
      limit = bids[count - 1]
      visited += count
    }
    let all = candidates.indices.map { bid($0, key) }.sorted(by: >)
    return all[visited...].allSatisfy { visit(node(of: $0)) } ? .everyNode : .stopped
  }

  /// What a candidate bids: the score in the high half, and below it the number of candidates that follow,
  /// so that no two bids are equal.
  private func bid(_ candidate: Int, _ key: Span<UInt8>) -> UInt64 {
    UInt64(score(candidate, key)) << 32 | UInt64(candidates.count - 1 - candidate)
  }

  private func node(of bid: UInt64) -> Int {
    candidates[candidates.count - 1 - Int(UInt32(truncatingIfNeeded: bid))].node
  }

  /// Finds the largest bids below a limit, in descending order; returns how many there are.
  private func bestBids(
    _ key: Span<UInt8>, below limit: UInt64, into bids: inout InlineArray<16, UInt64>
  ) -> Int {
    var count = 0
    for candidate in candidates.indices {
      let bid = bid(candidate, key)
      guard bid < limit, count < bids.count || bid > bids[count - 1] else { continue }
      var place = min(count, bids.count - 1)
      while place > 0, bids[place - 1] < bid {
        bids[place] = bids[place - 1]
        place -= 1
      }
      bids[place] = bid
      count = min(count + 1, bids.count)
    }
    return count
  }

  private func score(_ candidate: Int, _ key: Span<UInt8>) -> UInt32 {
    var hash = candidates[candidate].prefix
    hash.add(key)
    return hash.finish()
  }

  /// Equal shares: every node has its own hash of the key, and the largest of n alike is each of them
  /// equally often. (Equal scores, which one key in 2³² / n has, go to the larger id.)
  public func keySpace() -> KeySpace {
    let share = 1 / Double(candidates.count)
    return KeySpace(
      domain: .bits32, keyHash: KeyHashIdentity(function: "murmur3-32 of code points"),
      form: .shares(nodes.map { $0.isAvailable ? share : 0 }))
  }
}
