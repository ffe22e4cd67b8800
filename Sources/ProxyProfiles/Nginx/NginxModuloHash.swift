public import ConsistentHashing

/// What nginx picks under `hash KEY` (without `consistent`), bit for bit.
///
/// Rule (nginx 1.7.2 and later for http, 1.9.0 and later for stream; as of 1.13.6 the limit of tries
/// counts as here; recorded from nginx 1.22.1): for tries r = 0, 1, …
///
/// - `H += (crc32(r = 0 ? KEY : decimal(r) KEY) >> 16) & 0x7fff`, starting from 0, in 32 bits;
/// - `w = H mod (sum of all weights)`, down or not;
/// - the lines are walked in their order, subtracting weights from w; the one at which it runs out is
///   the candidate. If it is down or was tried by this request, the next r follows.
///
/// After more than 20 tries without a server nginx goes on by round robin. An empty key (1.17.1 and
/// later) and a single server do so at once. Only 15 bits of each checksum count, so that with a sum of
/// weights above 32 768 some servers are reached by later tries only.
///
/// The order of the lines decides: a line that is deleted in the middle moves about every key, one
/// that is marked `down` only its own.
public struct NginxModuloHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The server lines, one for each node.
  public let servers: [NginxPeer]

  private let crc = CRC32()
  private let wheel: NginxWeightWheel

  /// The line that is picked where nothing is hashed, if that is no question of state.
  private let choiceWithoutHash: Int?

  /// Takes the lines that are written for a cluster.
  ///
  /// - Throws: `ClusterError` if no node is available or a weight is not whole.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try self.init(nodes: cluster.nodes, servers: try NginxPeer.lines(of: cluster))
  }

  /// Takes server lines that a cluster cannot express.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each line.
  ///   - servers: The lines, in the order of the configuration.
  /// - Throws: `ClusterError` as ``init(_:)`` does.
  public init(nodes: [Node], servers: [NginxPeer]) throws(ClusterError) {
    try NginxPeer.check(servers, for: nodes)
    self.nodes = nodes
    self.servers = servers
    wheel = try NginxWeightWheel(servers)
    choiceWithoutHash = NginxAttempts(servers).only
  }

  /// The server line that nginx picks; nil for an empty key and for a key whose tries all meet servers
  /// that are down.
  ///
  /// - Complexity: O(length of the key + log lines), without allocation while the server is up.
  public func choice(for key: Span<UInt8>) -> Int? {
    guard key.count > 0, wheel.lineCount > 1 else { return choiceWithoutHash }
    let line = wheel.line(at: UInt32(crc.checksum(key) >> 16 & 0x7FFF))
    return servers[line].isDown ? firstOfPreference(for: key) : line
  }

  /// The servers in the order in which nginx tries them as each fails, until it leaves the hash.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var attempts = NginxAttempts(servers)
    if key.count > 0, wheel.lineCount > 1 {
      var hash: UInt32 = 0
      var round = 0
      while attempts.isHashing {
        // nginx counts a round for every hash it takes, whether or not it finds a server.
        var state = CRC32.initial
        if round > 0 {
          let digits = String(round)
          state = crc.update(state, digits.utf8.span)
        }
        hash &+= (~crc.update(state, key) >> 16) & 0x7FFF
        round += 1
        let line = wheel.line(at: hash)
        if attempts.untried[line] {
          attempts.markTried(line)
          if !visit(line) { return .stopped }
        } else {
          attempts.steps += 1
        }
      }
    }
    return attempts.finish(visit)
  }
}
