public import ConsistentHashing

/// What twemproxy (nutcracker) picks under `distribution: modula`, bit for bit.
///
/// Rule (twemproxy 0.2.4 and later, recorded from 0.5.0 on Debian for x86): every server stands in a
/// list as often as its weight says; a key goes to position `hash mod length`. The list is in the order
/// of names, short ones first and those of one length by their bytes, not in that of the configuration.
/// Names, hashes and `hash_tag` as for ``TwemproxyKetama``.
///
/// State `down` is a server that the pool has ejected (`auto_eject_hosts: true`): the list is made of
/// the others, which moves nearly every key. Nodes in state `drain` are left out of the pool.
public struct TwemproxyModula: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let key: TwemproxyKey
  private let weights: [UInt32]
  private let isLive: [Bool]
  private let nodeOfServer: [Int]

  /// For each live server the sum of weights up to and with it.
  private let ends: [UInt32]
  private let nodeOfEnd: [Int]
  private let sum: UInt32

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if twemproxy would refuse a server, or none is up.
  public init(
    _ cluster: Cluster, keyHash: TwemproxyHash = .fnv1aWith64Bits, tag: TwemproxyHashTag? = nil
  ) throws(ClusterError) {
    let (positions, servers) = try TwemproxyServer.list(cluster)
    try self.init(
      nodes: cluster.nodes, positions: positions, servers: servers, keyHash: keyHash, tag: tag)
  }

  /// Takes servers by their names.
  ///
  /// - Throws: `ClusterError` as the other initialiser does.
  public init(
    nodes: [Node], servers: [TwemproxyServer], keyHash: TwemproxyHash = .fnv1aWith64Bits,
    tag: TwemproxyHashTag? = nil
  ) throws(ClusterError) {
    try self.init(
      nodes: nodes, positions: Array(servers.indices), servers: servers, keyHash: keyHash, tag: tag)
  }

  private init(
    nodes: [Node], positions: [Int], servers: [TwemproxyServer], keyHash: TwemproxyHash,
    tag: TwemproxyHashTag?
  ) throws(ClusterError) {
    try TwemproxyServer.check(servers, positions: positions, nodes: nodes)
    self.nodes = nodes
    key = TwemproxyKey(function: keyHash.function, tag: tag)
    let order = TwemproxyServer.order(servers)
    nodeOfServer = order.map { positions[$0] }
    weights = order.map { UInt32(servers[$0].weight) }
    isLive = order.map { !servers[$0].isEjected }
    var ends: [UInt32] = []
    var nodeOfEnd: [Int] = []
    var sum: UInt32 = 0
    for server in order where !servers[server].isEjected {
      sum += UInt32(servers[server].weight)
      ends.append(sum)
      nodeOfEnd.append(positions[server])
    }
    self.ends = ends
    self.nodeOfEnd = nodeOfEnd
    self.sum = sum
  }

  /// The node that twemproxy sends a key to; never nil.
  ///
  /// - Complexity: O(length of the key + log servers), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    let target = self.key.hash(key) % sum
    // The first whose end is above the target.
    var low = 0
    var high = ends.count &- 1
    while low < high {
      let middle = (low &+ high) &>> 1
      if ends[middle] > target { high = middle } else { low = middle &+ 1 }
    }
    return nodeOfEnd[low]
  }

  /// The nodes in the order in which a key would go to them as each is ejected.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let hash = self.key.hash(key)
    var isLeft = isLive
    var sum = sum
    while sum > 0 {
      var target = hash % sum
      for server in isLeft.indices where isLeft[server] {
        guard target >= weights[server] else {
          if !visit(nodeOfServer[server]) { return .stopped }
          isLeft[server] = false
          sum -= weights[server]
          break
        }
        target -= weights[server]
      }
    }
    return .everyNode
  }
}
