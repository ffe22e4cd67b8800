package import ConsistentHashing

/// A server as it is added to a libmemcached client.
package struct LibmemcachedServer {
  /// The position of its node.
  let node: Int

  /// A name or address, IPv6 without brackets; the path of a socket.
  package let host: String

  /// The port; 0 for a socket.
  package let port: Int

  /// The weight, 1 or more: libmemcached takes 0 for 1.
  let weight: Int

  /// Whether the client has ejected the server after failures (`AUTO_EJECT_HOSTS`).
  let isEjected: Bool

  static let system = TargetSystem("libmemcached")

  static let sortingSummary = "whether servers are sorted by host and port (BEHAVIOR_SORT_HOSTS)"

  /// The server that a node's address names, on port 11211 unless it names another.
  ///
  /// - Throws: `ClusterError` if the address is malformed or the weight is not whole.
  package init(_ node: Node, at position: Int) throws(ClusterError) {
    let address = try MemcacheAddress(node.address, at: position)
    self.node = position
    host = address.host
    port =
      address.isSocket
      ? 0 : address.port.flatMap { Int($0) } ?? MemcacheAddress.defaultPort
    weight = max(try Self.system.weight(of: node, at: position), 1)
    isEjected = node.state != .up
  }

  /// What is hashed before the hyphen and the number of the point: the host, and the port unless it is
  /// 11211.
  var hashedName: String {
    port == MemcacheAddress.defaultPort ? host : "\(host):\(port)"
  }

  /// The same as Java's spymemcached has it: a slash, the host, and the port in any case.
  var spyName: String { "/\(host):\(port)" }

  /// The servers of a cluster in the order in which a client holds them; nodes in state `drain` are left
  /// out.
  ///
  /// - Parameters:
  ///   - cluster: The nodes, in the order in which they are added.
  ///   - sorted: Whether `SORT_HOSTS` is set: by the bytes of the host, then by port.
  /// - Throws: `ClusterError` if all are ejected, an address is malformed or a weight is not whole.
  static func list(_ cluster: Cluster, sorted: Bool) throws(ClusterError) -> [Self] {
    var servers: [Self] = []
    for (position, node) in cluster.nodes.enumerated() where node.state != .drain {
      servers.append(try Self(node, at: position))
    }
    guard servers.contains(where: { !$0.isEjected }) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server is up", remedy: "set one to state up")
    }
    guard sorted else { return servers }
    // Equal servers stay as they were added.
    return servers.sorted { a, b in
      let (hostA, hostB) = (NodeID(a.host), NodeID(b.host))
      return hostA == hostB ? (a.port, a.node) < (b.port, b.node) : hostA < hostB
    }
  }
}
