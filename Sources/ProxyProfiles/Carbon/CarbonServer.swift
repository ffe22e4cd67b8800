internal import ConsistentHashing

/// A destination of a relay of Graphite's metrics.
struct CarbonServer {
  /// The position of the node.
  let node: Int

  /// A name or address, IPv6 without brackets.
  let host: String

  /// 2003 where none is written.
  let port: Int

  /// The node's id where that is not the address.
  var instance: String?

  private static let defaultPort = 2003

  /// The members of a cluster, those that are down included.
  ///
  /// - Throws: `ClusterError` if no node is up, one has a weight other than 1, or 0 for drained, or the
  ///   system would refuse a server.
  static func list(
    _ cluster: Cluster, _ system: TargetSystem
  ) throws(ClusterError) -> [CarbonServer] {
    try cluster.requireAvailableNode()
    try system.requireNoWeights(cluster.nodes)
    var servers: [CarbonServer] = []
    for (position, node) in cluster.nodes.enumerated() where node.isMember {
      servers.append(try CarbonServer(node, at: position, system))
    }
    return servers
  }

  private init(_ node: Node, at position: Int, _ system: TargetSystem) throws(ClusterError) {
    let address: NodeAddress
    do {
      address = try NodeAddress(node.address)
    } catch {
      throw ClusterError(.invalidAddress, .node(position), error.problem, remedy: error.remedy)
    }
    switch address {
    case .host(let host, let port), .ipv6(let host, let port):
      self.host = host
      self.port = port ?? Self.defaultPort
    case .unix:
      throw ClusterError(
        .invalidAddress, .node(position), "\(quoted(node.address)) is a socket",
        remedy: "\(system.name) sends to host:port")
    }
    self.node = position
    instance = node.id == NodeID(node.address) ? nil : node.id.text
  }

  /// The pair of host and instance as Python prints it, which `carbon_ch` hashes.
  var pair: String { "('\(host)', \(instance.map { "'\($0)'" } ?? "None"))" }
}
