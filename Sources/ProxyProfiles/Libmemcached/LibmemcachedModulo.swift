public import ConsistentHashing

/// What libmemcached picks under its default distribution, `MODULA`, bit for bit.
///
/// Rule (libmemcached 1.0 and later, recorded from 1.1.4 on Debian for x86): the server at position
/// `hash(key) mod servers`, in the order in which they were added, or sorted by host and port under
/// `SORT_HOSTS`. Weights count for nothing.
///
/// A server that is down keeps its position: `AUTO_EJECT_HOSTS` has no effect here, and its keys end
/// in an error to the caller, which no other server answers for. Nodes in state `drain` are left out
/// of the client, which moves nearly every key.
public struct LibmemcachedModulo: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The hash function of keys.
  public let keyHash: LibmemcachedHash

  private let hash: MemcacheHash
  private let nodeOfServer: [Int]
  private let isDown: [Bool]

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up or a weight is not whole.
  public init(_ cluster: Cluster, keyHash: LibmemcachedHash = .standard, sortHosts: Bool = false)
    throws(ClusterError)
  {
    let (positions, servers) = try LibmemcachedServer.list(cluster)
    try self.init(
      nodes: cluster.nodes, positions: positions, servers: servers, keyHash: keyHash,
      sortHosts: sortHosts)
  }

  /// Takes servers that a cluster cannot express, such as repeated ones.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each server.
  ///   - servers: The servers in the order in which they are added.
  ///   - keyHash: The hash of keys.
  ///   - sortHosts: Whether `SORT_HOSTS` is set.
  /// - Throws: `ClusterError` if no server is up.
  public init(
    nodes: [Node], servers: [LibmemcachedServer], keyHash: LibmemcachedHash = .standard,
    sortHosts: Bool = false
  ) throws(ClusterError) {
    try self.init(
      nodes: nodes, positions: Array(servers.indices), servers: servers, keyHash: keyHash,
      sortHosts: sortHosts)
  }

  private init(
    nodes: [Node], positions: [Int], servers: [LibmemcachedServer], keyHash: LibmemcachedHash,
    sortHosts: Bool
  ) throws(ClusterError) {
    guard servers.count <= nodes.count, servers.contains(where: { !$0.isEjected }) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server is up", remedy: "set one to state up")
    }
    let order = LibmemcachedServer.order(servers, sorted: sortHosts)
    self.nodes = nodes
    self.keyHash = keyHash
    hash = keyHash.function
    nodeOfServer = order.map { positions[$0] }
    isDown = order.map { servers[$0].isEjected }
  }

  /// The node that libmemcached sends a key to; nil if it is down, which is an error to the caller.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    let server = Int(hash.hash(key) % UInt32(truncatingIfNeeded: nodeOfServer.count))
    return isDown[server] ? nil : nodeOfServer[server]
  }

  /// The one node that a key can go to.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let node = choice(for: key) else { return .stateful("an error to the caller") }
    if !visit(node) { return .stopped }
    return isDown.count { !$0 } == 1 ? .everyNode : .stateful("an error to the caller")
  }
}
