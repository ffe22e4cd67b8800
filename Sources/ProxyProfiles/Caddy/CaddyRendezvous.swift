public import ConsistentHashing

/// What Caddy picks under the policies `header`, `query`, `uri_hash`, `ip_hash` and `client_ip_hash`, bit
/// for bit.
///
/// Rule (`selectionpolicies.go` of Caddy's reverse proxy, checked key by key against 2.11.7): the upstream
/// whose `DIAL` followed by the key has the largest XXH64 with seed 0; of equal ones the one that stands
/// first. `DIAL` is the address as Caddy dials it: `host:port`, `[IPv6]:port` or `unix//path`. An address
/// without a port gets `:80`, as a Caddyfile gives it.
///
/// The key is the first value of the header; the value of the query parameter, its escapes undone, several
/// values joined by commas; the whole target of the request; or the address of the client.
///
/// There are no weights. An upstream that is not available is passed over, so that its keys, and no others,
/// go on to the next of their scores; that is the preference.
///
/// Not modelled: requests without the header or the parameter, which go to the `fallback` policy, a random
/// one unless configured; and the policy `cookie`, which hashes no key: the cookie names its upstream.
public struct CaddyRendezvous: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// What can be chosen, in the order of the list.
  private let candidates: [Candidate]

  /// The length of the longest `DIAL`.
  private let longest: Int

  /// A node that is available.
  private struct Candidate: Sendable {
    let node: Int
    let dial: [UInt8]
  }

  /// Takes the nodes of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up or one has a weight other than 1, or 0 for drained.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    try TargetSystem("Caddy").requireNoWeights(nodes)
    self.nodes = nodes
    candidates = nodes.indices.filter { nodes[$0].isAvailable }
      .map { Candidate(node: $0, dial: Array(Self.dial(nodes[$0].address).utf8)) }
    longest = candidates.map(\.dial.count).max() ?? 0
  }

  /// An address as Caddy dials it.
  private static func dial(_ address: String) -> String {
    switch try? NodeAddress(address) {
    case .unix(let path): "unix/" + path
    case .host(_, port: nil), .ipv6(_, port: nil): address + ":80"
    default: address
    }
  }

  /// Nil: a key is hashed once for each node.
  public func hash(of key: Span<UInt8>) -> UInt64? { nil }

  /// The node that Caddy passes a request with a key to; never nil.
  ///
  /// - Complexity: O(nodes · length of the key), without allocation for keys up to 900 bytes.
  public func index(for key: Span<UInt8>) -> Int? {
    withScores(of: key) { score in
      order.best(where: { _ in true }, score: score).map { candidates[$0].node }
    }
  }

  /// Visits the nodes by score.
  ///
  /// - Complexity: One pass over the nodes for each 64 that are visited.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    withScores(of: key) { score in
      order.walk(score: score) { visit(candidates[$0].node) }
    }
  }

  private var order: BidOrder<UInt64> {
    BidOrder(count: candidates.count, tiesGoToLast: false)
  }

  /// Calls `body` with the score of each candidate for a key.
  ///
  /// The key is copied once; before it goes one `DIAL` after the other.
  private func withScores<Result>(
    of key: Span<UInt8>, _ body: ((Int) -> UInt64) -> Result
  ) -> Result {
    let end = longest + key.count
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: end) { buffer in
      unsafe buffer.initialize(repeating: 0)
      for place in key.indices { unsafe buffer[longest + place] = key[place] }
      return body { candidate in
        let dial = candidates[candidate].dial
        let start = longest - dial.count
        for place in dial.indices { unsafe buffer[start + place] = dial[place] }
        return unsafe XXH64().hash(buffer.span.extracting(start..<end))
      }
    }
  }

  /// Equal shares: every node has its own hash of the key, and the largest of n alike is each of them
  /// equally often.
  public func keySpace() -> KeySpace {
    let share = 1 / Double(candidates.count)
    return KeySpace(
      domain: .bits64, keyHash: KeyHashIdentity(function: "xxh64 of address and key"),
      form: .shares(nodes.map { $0.isAvailable ? share : 0 }))
  }
}
