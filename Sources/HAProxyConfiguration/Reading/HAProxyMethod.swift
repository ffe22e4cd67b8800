public import ProxyProfiles

/// How a backend picks a server: the keyword `balance`.
public enum HAProxyMethod: Hashable, Sendable {
  /// `roundrobin`: in turn, by weight.
  case roundRobin
  /// `static-rr`: in turn, by weights that cannot change.
  case staticRoundRobin
  /// `first`: the first server that has a connection left.
  case first
  /// `leastconn`: the fewest connections for the weight.
  case leastConnections
  /// `random`: the least loaded of so many servers that a random number picks.
  case random(draws: Int)
  /// `source`: by the address of the client.
  case source
  /// `uri`: by the request target, or a part of it.
  case uri(HAProxyURIPart)
  /// `url_param`: by the value of a query argument.
  case urlParameter(String)
  /// `hdr(NAME)`: by the value of a header; with `use_domain_only`, of a host name only the label in
  /// front of the top-level domain.
  case header(String, domainOnly: Bool)
  /// `rdp-cookie(NAME)`: by a cookie of the remote desktop protocol.
  case rdpCookie(String)
  /// `hash`: by a sample expression (2.6).
  case expression(String)
  /// `log-hash`: by the converted message, in log backends (2.9).
  case logHash(String)
  /// `sticky`: always the same server, in log backends (2.9).
  case sticky

  /// The word that names it.
  public var name: String {
    switch self {
    case .roundRobin: "roundrobin"
    case .staticRoundRobin: "static-rr"
    case .first: "first"
    case .leastConnections: "leastconn"
    case .random: "random"
    case .source: "source"
    case .uri: "uri"
    case .urlParameter: "url_param"
    case .header: "hdr"
    case .rdpCookie: "rdp-cookie"
    case .expression: "hash"
    case .logHash: "log-hash"
    case .sticky: "sticky"
    }
  }

  /// Whether it picks by a key.
  public var isHash: Bool {
    switch self {
    case .source, .uri, .urlParameter, .header, .rdpCookie, .expression: true
    default: false
    }
  }

  /// Whether it needs `mode http`; elsewhere HAProxy falls back to round robin.
  public var needsHTTP: Bool {
    switch self {
    case .uri, .urlParameter, .header: true
    default: false
    }
  }
}

/// How a key is hashed and placed: the keyword `hash-type`.
public struct HAProxyHashType: Hashable, Sendable {
  /// Whether it is `consistent`; `map-based` otherwise, as where nothing is written.
  public internal(set) var isConsistent = false
  /// The function, where one is named; sdbm otherwise.
  public internal(set) var function: HAProxyKeyHash.Function?
  /// Whether the modifier `avalanche` is written.
  ///
  /// `consistent` without a function scatters hashes as well.
  public internal(set) var isAvalanche = false
}
