internal import ConsistentHashing

/// A server as it is added to PHP's memcache extension.
struct PeclMemcacheServer {
  /// The position of its node.
  let node: Int

  /// What points are hashed from, before the hyphen: the host and the port.
  let name: String

  /// The weight, 1 or more.
  let weight: Int

  static let system = TargetSystem("PHP's memcache extension")

  /// The servers of a cluster in the order in which they are added; nodes in state `drain` or of weight 0
  /// are left out.
  ///
  /// - Throws: `ClusterError` if no node is up, an address is malformed or a weight is not whole.
  static func list(_ cluster: Cluster) throws(ClusterError) -> [Self] {
    try cluster.requireAvailableNode()
    var servers: [Self] = []
    for (position, node) in cluster.nodes.enumerated() where node.isMember {
      servers.append(
        Self(
          node: position, name: try name(of: node, at: position),
          weight: try system.weight(of: node, at: position)))
    }
    return servers
  }

  private static func name(of node: Node, at position: Int) throws(ClusterError) -> String {
    let address = try MemcacheAddress(node.address, at: position)
    if address.isSocket { return "unix://\(address.host):0" }
    let host = address.host.contains(":") ? "[\(address.host)]" : address.host
    // The extension prints the port as a number, without zeros before it.
    let port = address.port.flatMap { Int($0) } ?? MemcacheAddress.defaultPort
    return "\(host):\(port)"
  }
}
