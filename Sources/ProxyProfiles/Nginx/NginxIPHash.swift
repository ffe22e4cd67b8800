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
/// h has 6271 values, so a sum of weights above that leaves servers without keys.
public struct NginxIPHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The server lines, one for each node.
  public let servers: [NginxPeer]

  private let wheel: NginxWeightWheel

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
  }

  /// The server line that nginx picks for a client address; nil if its tries all meet servers that are
  /// down.
  ///
  /// - Complexity: O(1 + log lines), without allocation while the server is up.
  public func choice(for key: Span<UInt8>) -> Int? {
    if wheel.lineCount > 1 {
      let line = wheel.line(at: Self.step(89, IPAddress(text: key)))
      if !servers[line].isDown { return line }
    }
    return firstOfPreference(for: key)
  }

  /// The servers in the order in which nginx tries them as each fails, until it leaves the hash.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var attempts = NginxAttempts(servers)
    if wheel.lineCount > 1 {
      let address = IPAddress(text: key)
      var hash: UInt32 = 89
      while attempts.isHashing {
        hash = Self.step(hash, address)
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

  private static func step(_ hash: UInt32, _ address: IPAddress?) -> UInt32 {
    var hash = hash
    let count = address.map { $0.isIPv6 ? 16 : 3 } ?? 3
    for position in 0..<count {
      hash = (hash * 113 + UInt32(address?.bytes[position] ?? 0)) % 6271
    }
    return hash
  }
}
