public import ConsistentHashing

/// What nginx picks under `ip_hash` (http only), bit for bit.
///
/// Rule (nginx 0.5.0 and later, weights since 1.3.1, IPv6 since 1.3.2; recorded from nginx 1.22.1):
/// `h = 89`; in each try, for each byte b of the address `h = (113·h + b) mod 6271`, where h goes on
/// from try to try. Of an IPv4 address the first three bytes count, of an IPv6 address all sixteen.
/// `h mod (sum of all weights)` is walked off along the lines, as under `hash KEY`. After more than 20
/// tries without a server nginx goes on by round robin; with a single server it does so at once.
///
/// Keys are addresses as text, the client address that nginx sees (after `real_ip`): `192.0.2.7` or
/// `2001:db8::1`. For any other key nginx has no address and hashes three zero bytes, as it does for
/// clients on unix sockets.
///
/// h has 6271 values, so a sum of weights above that leaves servers without keys. Nodes with the
/// property `backup` get no key.
public struct NginxIPHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

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

  /// The server line that nginx picks for a client address; nil if its tries all meet servers that are
  /// down.
  ///
  /// - Complexity: O(1 + log lines), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    if let only = peers.only { return only }
    let line = wheel.owner(ofHash: UInt64(Self.step(89, IPAddress(text: key))))
    return peers.isUsable[line] ? line : firstOfPreference(for: key)
  }

  /// The servers in the order in which nginx tries them as each fails, until it leaves the hash.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let address = IPAddress(text: key)
    var hash: UInt32 = 89
    return peers.walk(isHashed: true, visit) { isFree in
      hash = Self.step(hash, address)
      let line = wheel.owner(ofHash: UInt64(hash))
      return isFree(line) ? line : nil
    }
  }

  private static func step(_ hash: UInt32, _ address: IPAddress?) -> UInt32 {
    var hash = hash
    let count = address.map { $0.isIPv6 ? 16 : 3 } ?? 3
    for position in 0..<count {
      hash = (hash * 113 + UInt32(address?.bytes[position] ?? 0)) % 6271
    }
    return hash
  }

  /// The h of the first try, below 6271.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    UInt64(Self.step(89, IPAddress(text: key)))
  }

  /// The residues of the sum of weights, where keys whose line is down are hashed again.
  public func keySpace() -> KeySpace {
    peers.keySpace(wheel, last: 6270, hash: "nginx-ip-hash", hashesEveryKey: true)
  }
}
