package import ConsistentHashing

/// A server of a twemproxy pool, `host:port:weight` or `host:port:weight name`.
package enum TwemproxyServer {
  static let system = TargetSystem("twemproxy", weights: 1...Int(Int32.max))

  /// The name of a node's server on the ring: its own, or else its host, followed by a colon and the
  /// port unless that is 11211.
  ///
  /// Its own name is the node's id where that is not the address.
  ///
  /// - Throws: `ClusterError` if twemproxy would refuse the server.
  package static func name(of node: Node, at position: Int) throws(ClusterError) -> String {
    let address = try MemcacheAddress(node.address, at: position)
    guard address.isSocket || address.port != nil else {
      throw ClusterError(
        .invalidAddress, .node(position), "the address \(quoted(node.address)) has no port",
        remedy: "twemproxy needs host:port")
    }
    if node.id != NodeID(node.address) {
      guard !node.id.text.utf8.contains(UInt8(ascii: " ")) else {
        throw ClusterError(
          .invalidID, .node(position), "the id \(quoted(node.id.text)) has a space",
          remedy: "twemproxy takes the name of a server up to the first space")
      }
      return node.id.text
    }
    // The name of a socket is cut from `/path:weight` one byte too late, so that it ends in a colon.
    guard let port = address.port else { return address.host + ":" }
    return Int(port) == MemcacheAddress.defaultPort ? address.host : "\(address.host):\(port)"
  }

  /// The servers of a cluster, ejected ones included, in the order in which a pool holds them: short
  /// names first, names of one length by their bytes.
  ///
  /// twemproxy sorts them so when it looks for repeated names. Nodes in state `drain` are left out.
  ///
  /// - Throws: `ClusterError` if twemproxy would refuse a server or the sum of weights, or no server is
  ///   up.
  static func list(_ cluster: Cluster) throws(ClusterError) -> [KetamaContinuum.Server] {
    try cluster.requireAvailableNode()
    var servers: [KetamaContinuum.Server] = []
    var names: Set<NodeID> = []
    for (position, node) in cluster.nodes.enumerated() where node.state != .drain {
      let weight = try system.weight(of: node, at: position)
      let name = try name(of: node, at: position)
      guard names.insert(NodeID(name)).inserted else {
        throw ClusterError(
          .duplicateID, .node(position), "two servers have the name \(quoted(name))",
          remedy: "give each server a name of its own")
      }
      servers.append(KetamaContinuum.Server(node: position, name: name, weight: weight))
    }
    let sum = servers.reduce(0) { $0 + $1.weight }
    guard sum <= Int(UInt32.max) else {
      throw ClusterError(
        .tooLarge, .cluster, "the weights sum to \(sum)",
        remedy: "twemproxy adds them in 32 bits; lower them")
    }
    return servers.sorted { a, b in
      let (a, b) = (a.name.utf8, b.name.utf8)
      return a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }
  }
}
