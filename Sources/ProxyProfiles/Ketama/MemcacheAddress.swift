internal import ConsistentHashing

/// The host and port of a memcached server, as clients are given them.
struct MemcacheAddress {
  /// A name or address, IPv6 without brackets, or the path of a socket.
  let host: String

  /// The port as it is written; nil if none is.
  let port: Substring?

  /// Whether the host is the path of a socket.
  let isSocket: Bool

  /// The default port of memcached.
  static let defaultPort = 11_211

  /// Takes the address of a node apart.
  ///
  /// - Throws: `ClusterError` if it is malformed.
  init(_ address: String, at position: Int) throws(ClusterError) {
    let parsed: NodeAddress
    do {
      parsed = try NodeAddress(address)
    } catch {
      throw ClusterError(.invalidAddress, .node(position), error.problem, remedy: error.remedy)
    }
    switch parsed {
    case .unix(let path):
      (host, port, isSocket) = (path, nil, true)
    case .host(let host, let port), .ipv6(let host, let port):
      self.host = host
      self.port = port == nil ? nil : address.split(separator: ":").last
      isSocket = false
    }
  }
}
