/// Where a memcached listens.
enum MemcachedAddress: Sendable, CustomStringConvertible {
  case tcp(IPv4Address)
  /// The path of a socket.
  case socket(String)

  /// The address as memcached's clients and proxies write it.
  var description: String {
    switch self {
    case .tcp(let address): address.description
    case .socket(let path): path
    }
  }

  /// The address as a cluster document writes it.
  var inDocument: String {
    switch self {
    case .tcp(let address): address.description
    case .socket(let path): "unix:" + path
    }
  }

  func connect() throws -> Socket {
    switch self {
    case .tcp(let address): try Socket(to: address)
    case .socket(let path): try Socket(toUnix: path)
    }
  }
}
