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
/// After more than 20 tries without a server nginx goes on by round robin. It does so at once for an
/// empty key (1.17.1 and later) and for a single server. Only 15 bits of each checksum count, so with a
/// sum of weights above 32 768 some servers are reached by later tries only.
///
/// The order of the lines decides: a line that is deleted in the middle moves about every key, one
/// that is marked `down` only its own. Nodes with the property `backup` get no key.
public struct NginxModuloHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let crc = CRC32()
  private let peers: NginxPeers
  private let wheel: WeightWheel

  /// Takes the lines that are written for a cluster.
  ///
  /// - Throws: `ClusterError` if no node but backups is available, a weight is not whole, or the
  ///   weights sum to 2³¹ or more.
  public init(_ cluster: Cluster) throws(ClusterError) {
    let lines = try NginxPeer.lines(of: cluster)
    nodes = cluster.nodes
    peers = try NginxPeers(lines)
    wheel = try WeightWheel(lines)
  }

  /// The server line that nginx picks; nil for an empty key and for a key whose tries all meet servers
  /// that are down.
  ///
  /// - Complexity: O(length of the key + log lines), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    guard key.count > 0, peers.isHashing else { return peers.only }
    let line = wheel.owner(ofHash: UInt64(crc.checksum(key) >> 16 & 0x7FFF))
    return peers.isUsable[line] ? line : firstOfPreference(for: key)
  }

  /// The servers in the order in which nginx tries them as each fails, until it leaves the hash.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var hash: UInt32 = 0
    var round = 0
    return peers.walk(isHashed: key.count > 0, visit) { isFree in
      // nginx counts a round for every hash it takes, whether or not it finds a server.
      var state = CRC32.initial
      if round > 0 {
        let digits = String(round)
        state = crc.update(state, digits.utf8.span)
      }
      hash &+= (~crc.update(state, key) >> 16) & 0x7FFF
      round += 1
      let line = wheel.owner(ofHash: UInt64(hash))
      return isFree(line) ? line : nil
    }
  }

  /// The 15 bits of CRC-32 that nginx takes first; nil for an empty key, which it does not hash.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    key.count > 0 ? UInt64(crc.checksum(key) >> 16 & 0x7FFF) : nil
  }

  /// The residues of the sum of weights, where keys whose line is down are hashed again.
  public func keySpace() -> KeySpace {
    peers.keySpace(wheel, last: 0x7FFF, hash: "crc32-bits-16-30", hashesEveryKey: false)
  }
}
