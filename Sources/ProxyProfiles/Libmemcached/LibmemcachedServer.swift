public import ConsistentHashing

/// A server as it is added to a libmemcached client.
public struct LibmemcachedServer: Hashable, Sendable {
  /// A name or address, IPv6 without brackets; the path of a socket.
  public let host: String

  /// The port; 0 for a socket.
  public let port: Int

  /// The weight; libmemcached takes 0 for 1.
  public let weight: Int

  /// Whether the client has ejected the server after failures (`AUTO_EJECT_HOSTS`).
  public let isEjected: Bool

  /// Describes a server.
  public init(host: String, port: Int = 11_211, weight: Int = 1, isEjected: Bool = false) {
    self.host = host
    self.port = port
    self.weight = weight
    self.isEjected = isEjected
  }

  /// The server that a node's address names, on port 11211 unless it names another.
  ///
  /// - Throws: `ClusterError` if the address is malformed or the weight is not whole.
  public init(_ node: Node, at position: Int) throws(ClusterError) {
    let address = try MemcacheAddress(node.address, at: position)
    self.init(
      host: address.host,
      port: address.isSocket
        ? 0 : address.port.flatMap { Int($0) } ?? MemcacheAddress.standardPort,
      weight: try node.wholeWeight(at: position, for: "libmemcached"),
      isEjected: node.state != .up)
  }

  /// What is hashed before the hyphen and the number of the point: the host, and the port unless it is
  /// 11211.
  var hashedName: [UInt8] {
    Array((port == MemcacheAddress.standardPort ? host : "\(host):\(port)").utf8)
  }

  /// The same as Java's spymemcached has it: a slash, the host, and the port in any case.
  var spyName: [UInt8] { Array("/\(host):\(port)".utf8) }

  /// `SORT_HOSTS`: by the bytes of the host, then by port.
  func comes(before other: Self) -> Bool {
    if host.utf8.elementsEqual(other.host.utf8) { return port < other.port }
    return host.utf8.lexicographicallyPrecedes(other.host.utf8)
  }

  /// The servers of a cluster that are not draining, in list order, and their nodes.
  static func list(_ cluster: Cluster) throws(ClusterError) -> (nodes: [Int], servers: [Self]) {
    var nodes: [Int] = []
    var servers: [Self] = []
    for (position, node) in cluster.nodes.enumerated() where node.state != .drain {
      nodes.append(position)
      servers.append(try Self(node, at: position))
    }
    return (nodes, servers)
  }

  /// The order in which a client holds its servers.
  static func order(_ servers: [Self], sorted: Bool) -> [Int] {
    guard sorted else { return Array(servers.indices) }
    // Equal servers stay as they were added.
    return servers.indices.sorted { a, b in
      servers[a].comes(before: servers[b]) || (!servers[b].comes(before: servers[a]) && a < b)
    }
  }
}
