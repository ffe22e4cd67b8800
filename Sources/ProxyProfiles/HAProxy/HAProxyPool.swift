internal import ConsistentHashing

/// The servers of a backend: their numeric ids, and which of them share the keys.
struct HAProxyPool: Sendable {
  let servers: [HAProxyServer]

  /// The numeric id of each.
  let ids: [Int]

  /// The servers that could take keys if all others were out.
  let usableCount: Int

  /// The positions of the servers that share the keys: the active ones; if none is usable, the
  /// backups.
  let candidates: [Int]

  /// Whether of the candidates, which are backups then, only the first is used.
  let usesFirstOnly: Bool

  /// Checks servers and numbers them.
  ///
  /// Ids that are not given count up from 1: each server without one takes the first number not
  /// taken yet from the counter on and sets the counter to it; then, after every server whether it
  /// has an id of its own or not, the counter goes on by one. Ids that are given count as taken from
  /// the beginning.
  init(_ servers: [HAProxyServer], for nodeCount: Int, usesAllBackups: Bool) throws(ClusterError) {
    var taken: [Int: Int] = [:]
    var guids: [NodeID: Int] = [:]
    for (position, server) in servers.enumerated() {
      guard (0...HAProxyServer.largestWeight).contains(server.weight) else {
        throw HAProxyServer.badWeight(
          "server '\(server.name)'", Double(server.weight), at: position)
      }
      if let id = server.id {
        guard (1...Int(Int32.max)).contains(id) else {
          throw HAProxyServer.badID("server '\(server.name)'", "\(id)", at: position)
        }
        try Self.take(id, "haproxy-id", &taken, servers, position)
      }
      if let guid = server.guid {
        try Self.take(NodeID(guid), "guid", &guids, servers, position)
      }
    }
    var ids: [Int] = []
    ids.reserveCapacity(servers.count)
    var next = 1
    for (position, server) in servers.enumerated() {
      if let id = server.id {
        ids.append(id)
      } else {
        while taken[next] != nil { next += 1 }
        taken[next] = position
        ids.append(next)
      }
      next += 1
    }
    let active = servers.indices.filter { servers[$0].isUsable && !servers[$0].isBackup }
    let backups = servers.indices.filter { servers[$0].isUsable && servers[$0].isBackup }
    guard nodeCount == servers.count, !active.isEmpty || !backups.isEmpty else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server is up and has a weight",
        remedy: "set one to state up and weight 1")
    }
    self.servers = servers
    self.ids = ids
    usableCount = active.count + backups.count
    candidates = active.isEmpty ? backups : active
    usesFirstOnly = active.isEmpty && !usesAllBackups
  }

  /// The only server that keys can come to, if there is one only.
  var onlyServer: Int? {
    usesFirstOnly || candidates.count == 1 ? candidates[0] : nil
  }

  private static func take<Value: Hashable>(
    _ value: Value, _ what: String, _ taken: inout [Value: Int], _ servers: [HAProxyServer],
    _ position: Int
  ) throws(ClusterError) {
    guard let first = taken.updateValue(position, forKey: value) else { return }
    throw ClusterError(
      .invalidProperty, .node(position),
      "servers '\(servers[first].name)' and '\(servers[position].name)' have the same \(what) "
        + "\(value)",
      remedy: "give each server a \(what) of its own")
  }

  /// The lines of a cluster's nodes.
  static func servers(of cluster: Cluster) throws(ClusterError) -> [HAProxyServer] {
    try cluster.requireAvailableNode()
    var servers: [HAProxyServer] = []
    servers.reserveCapacity(cluster.nodes.count)
    for (position, node) in cluster.nodes.enumerated() {
      servers.append(try HAProxyServer(node, at: position))
    }
    return servers
  }
}
