/// How an upstream picks a server.
public enum NginxMethod: Hashable, Sendable {
  /// In turn, by weight. This is the default method.
  case roundRobin
  /// `hash KEY`: modulo the sum of the weights.
  case hash(NginxKey)
  /// `hash KEY consistent`: a ring.
  case consistentHash(NginxKey)
  /// `ip_hash`: by the address of the client, the first three octets of IPv4.
  case ipHash
  /// `least_conn`: the fewest connections for the weight.
  case leastConnections
  /// `random`, with its arguments (`two`, `least_conn`).
  case random([String])
  /// `least_time`, with its arguments.
  case leastTime([String])

  /// A method without its arguments.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// In turn, by weight.
    case roundRobin = "round robin"
    /// `hash KEY`.
    case hash
    /// `hash KEY consistent`.
    case consistentHash = "hash consistent"
    /// `ip_hash`.
    case ipHash = "ip_hash"
    /// `least_conn`.
    case leastConnections = "least_conn"
    /// `random`.
    case random
    /// `least_time`.
    case leastTime = "least_time"
  }

  /// The method without its arguments; its raw value is its name in messages.
  public var kind: Kind {
    switch self {
    case .roundRobin: .roundRobin
    case .hash: .hash
    case .consistentHash: .consistentHash
    case .ipHash: .ipHash
    case .leastConnections: .leastConnections
    case .random: .random
    case .leastTime: .leastTime
    }
  }

  /// The key, of methods that have one.
  public var key: NginxKey? {
    switch self {
    case .hash(let key), .consistentHash(let key): key
    default: nil
    }
  }

  /// Whether `backup` servers may follow the directive.
  ///
  /// nginx checks this when it reads a `server` line, so it accepts a backup before the method.
  var allowsBackup: Bool {
    switch self {
    case .roundRobin, .leastConnections, .leastTime: true
    case .hash, .consistentHash, .ipHash, .random: false
    }
  }
}
