public import ConsistentHashing

/// A server of a twemproxy pool, `host:port:weight` or `host:port:weight name`.
public struct TwemproxyServer: Hashable, Sendable {
  /// What stands for the server on the ring: its name, or else its host, followed by a colon and the
  /// port unless that is 11211.
  public let name: String

  /// The weight, 1 or more.
  public let weight: Int

  /// Whether the pool has ejected the server after failures (`auto_eject_hosts`).
  public let isEjected: Bool

  /// Describes a server by the name that is hashed.
  public init(name: String, weight: Int = 1, isEjected: Bool = false) {
    self.name = name
    self.weight = weight
    self.isEjected = isEjected
  }

  /// The server of a node: named if its id is not its address.
  ///
  /// - Throws: `ClusterError` if twemproxy would refuse the server.
  public init(_ node: Node, at position: Int) throws(ClusterError) {
    let weight = try node.wholeWeight(at: position, for: "twemproxy")
    guard weight > 0 else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight 0, which twemproxy refuses",
        remedy: "give it the state drain, or take it off the list")
    }
    self.init(
      name: try Self.name(of: node, at: position), weight: weight, isEjected: node.state != .up)
  }

  private static func name(of node: Node, at position: Int) throws(ClusterError) -> String {
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
    return Int(port) == MemcacheAddress.standardPort ? address.host : "\(address.host):\(port)"
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

  /// The order in which a pool holds its servers, whatever the order of the configuration: short names
  /// first, names of one length by their bytes.
  ///
  /// So they lie after twemproxy has looked for names that stand twice.
  static func order(_ servers: [Self]) -> [Int] {
    servers.indices.sorted { a, b in
      let (a, b) = (servers[a].name.utf8, servers[b].name.utf8)
      return a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }
  }

  /// Checks servers as twemproxy does when it reads a pool.
  ///
  /// - Throws: `ClusterError` if all are ejected, a name stands twice, or a weight is out of range.
  static func check(_ servers: [Self], positions: [Int], nodes: [Node]) throws(ClusterError) {
    guard servers.count <= nodes.count, servers.contains(where: { !$0.isEjected }) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server is up", remedy: "set one to state up")
    }
    var names: Set<NodeID> = []
    var sum = 0
    for (server, position) in zip(servers, positions) {
      guard names.insert(NodeID(server.name)).inserted else {
        throw ClusterError(
          .duplicateID, .node(position), "two servers have the name \(quoted(server.name))",
          remedy: "give each server a name of its own")
      }
      guard (1...Int(Int32.max)).contains(server.weight) else {
        throw ClusterError(
          .invalidWeight, .node(position),
          "server \(quoted(server.name)) has the weight \(server.weight)",
          remedy: "twemproxy takes whole weights from 1")
      }
      sum += server.weight
    }
    guard sum <= Int(UInt32.max) else {
      throw ClusterError(
        .tooLarge, .cluster, "the weights sum to \(sum)",
        remedy: "twemproxy adds them in 32 bits; lower them")
    }
  }
}
