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

  /// Checks the servers of a cluster and numbers them.
  ///
  /// Ids that are not given count up from 1: each server without one takes the first number not
  /// taken yet from the counter on and sets the counter to it; then, after every server whether it
  /// has an id of its own or not, the counter goes on by one. Ids that are given count as taken from
  /// the beginning.
  ///
  /// - Throws: `ClusterError` if no node is available, HAProxy refuses a weight or a property, or an id
  ///   or guid is given twice.
  init(_ cluster: Cluster, usesAllBackups: Bool) throws(ClusterError) {
    try cluster.requireAvailableNode()
    var servers: [HAProxyServer] = []
    servers.reserveCapacity(cluster.nodes.count)
    var taken: [Int: Int] = [:]
    var guids: [NodeID: Int] = [:]
    for (position, node) in cluster.nodes.enumerated() {
      let server = try HAProxyServer(node, at: position)
      servers.append(server)
      if let id = server.id { try Self.take(id, "haproxy-id", &taken, servers) }
      if let guid = server.guid { try Self.take(NodeID(guid), "guid", &guids, servers) }
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
    let usable = servers.indices.filter { servers[$0].isUsable }
    let active = usable.filter { !servers[$0].isBackup }
    self.servers = servers
    self.ids = ids
    usableCount = usable.count
    candidates = active.isEmpty ? usable : active
    usesFirstOnly = active.isEmpty && !usesAllBackups
  }

  /// The only server that keys can come to, if there is only one.
  var onlyServer: Int? {
    usesFirstOnly || candidates.count == 1 ? candidates[0] : nil
  }

  /// The weight of each server that HAProxy means to share the keys; 0 for all others.
  var sharingWeights: [Double] {
    var weights = servers.map { _ in 0.0 }
    for position in usesFirstOnly ? candidates.prefix(1) : candidates[...] {
      weights[position] = Double(servers[position].weight)
    }
    return weights
  }

  /// Notes that the last server has a value, which no other may have.
  private static func take<Value: Hashable>(
    _ value: Value, _ what: String, _ taken: inout [Value: Int], _ servers: [HAProxyServer]
  ) throws(ClusterError) {
    let position = servers.count - 1
    guard let first = taken.updateValue(position, forKey: value) else { return }
    throw ClusterError(
      .invalidProperty, .node(position),
      "servers \(quoted(servers[first].name)) and \(quoted(servers[position].name)) have the same "
        + "\(what) \(value)",
      remedy: "give each server a \(what) of its own")
  }
}
