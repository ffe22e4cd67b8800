public import ConsistentHashing

/// What Python's pymemcache picks (`RendezvousHash`, the default of its `HashClient`), bit for bit.
///
/// Rule (pymemcache 1.4 and later, recorded from 4.0.0): the node whose `NODE-KEY` has the largest
/// MurmurHash3 (32 bits, seed 0); of equal ones the larger text. Not the UTF-8 bytes are hashed but the
/// code points, of each its lowest eight bits, and their number is the length: the same as other
/// implementations for ASCII, something else for the rest.
///
/// NODE is the node's id. `HashClient` names its servers `host:port`, IPv6 without brackets, always
/// with the port (11211 unless given), and sockets by their path. KEY is a text: a program that passes
/// `bytes` gets the hash of their printed form, `b'…'`. Key bytes here are decoded as UTF-8; one that
/// is part of no code point counts as Python's surrogate escape of it, that is as itself.
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
    for (position, node) in cluster.nodes.enumerated() where node.weight != 1 && node.weight != 0 {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but pymemcache knows no weights",
        remedy: "leave it out")
    }
    let nodes = cluster.nodes
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

  /// The node that pymemcache sends a key to; never nil.
  ///
  /// - Complexity: O(nodes · length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    var best: (score: UInt32, node: Int)?
    for candidate in candidates.indices {
      let score = score(candidate, key)
      if best.map({ score > $0.score }) ?? true { best = (score, candidates[candidate].node) }
    }
    return best?.node
  }

  /// The nodes by score.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var scores: [(score: UInt32, candidate: Int)] = []
    for candidate in candidates.indices { scores.append((score(candidate, key), candidate)) }
    scores.sort { $0.score > $1.score || ($0.score == $1.score && $0.candidate < $1.candidate) }
    for (_, candidate) in scores where !visit(candidates[candidate].node) { return .stopped }
    return .everyNode
  }

  private func score(_ candidate: Int, _ key: Span<UInt8>) -> UInt32 {
    var hash = candidates[candidate].prefix
    hash.add(key)
    return hash.finish()
  }
}
