public import ConsistentHashing

/// What twemproxy (nutcracker) picks under `distribution: modula`, bit for bit.
///
/// Rule (twemproxy 0.2.4 and later, recorded from 0.5.0 on Debian for x86): a list has every server as
/// often as its weight says; a key goes to position `hash mod length`. The list is in the order of
/// names, short ones first and those of one length by their bytes, not in that of the configuration.
/// Names, hashes and `hash_tag` as for ``TwemproxyKetama``.
///
/// State `down` is a server that the pool has ejected (`auto_eject_hosts: true`): the list is made of
/// the others, which moves nearly every key. Nodes in state `drain` are left out of the pool.
public struct TwemproxyModula: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let key: TwemproxyKey
  private let wheel: WeightWheel
  private let servers: [(node: Int, weight: Int)]

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if twemproxy would refuse a server or the hash tag, or no server is up.
  public init(
    _ cluster: Cluster, _ options: TwemproxyOptions = TwemproxyOptions()
  ) throws(ClusterError) {
    key = try TwemproxyKey(options)
    nodes = cluster.nodes
    servers = try TwemproxyServer.list(cluster).filter { cluster.nodes[$0.node].state == .up }
      .map { ($0.node, $0.weight) }
    wheel = WeightWheel(servers.map { (owner: $0.node, weight: $0.weight) })
  }

  /// The 32-bit hash, 15 bits under `crc32`, of the part of the key that is hashed.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(self.key.hash(key)) }

  /// The node that twemproxy sends a key to; never nil.
  ///
  /// - Complexity: O(length of the key + log servers), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    wheel.owner(ofHash: UInt64(self.key.hash(key)))
  }

  /// Visits the nodes in the order in which a key would go to them as each is ejected.
  ///
  /// - Complexity: O(servers), and O(log servers) for each visited. For up to 128 servers O(servers) for each,
  ///   without allocation.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let hash = Int(self.key.hash(key))
    guard servers.count > WeightTree.mostWithout else { return walkFew(hash, visit) }
    guard let first = index(for: key), visit(first) else { return .stopped }
    var tree = WeightTree(servers.map(\.weight))
    // The list with all servers, as before.
    tree.remove(tree.server(at: hash % tree.total))
    while tree.total > 0 {
      let server = tree.server(at: hash % tree.total)
      guard visit(servers[server].node) else { return .stopped }
      tree.remove(server)
    }
    return .everyNode
  }

  private func walkFew(_ hash: Int, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var ejected = IndexSet(bound: servers.count)
    var left = servers.reduce(0) { $0 + $1.weight }
    while left > 0 {
      var target = hash % left
      for (server, (node, weight)) in servers.enumerated() where !ejected.contains(server) {
        guard target >= weight else {
          if !visit(node) { return .stopped }
          _ = ejected.insert(server)
          left -= weight
          break
        }
        target -= weight
      }
    }
    return .everyNode
  }

  /// The residues of the length of the list.
  public func keySpace() -> KeySpace {
    KeySpace(
      domain: key.function.domain, keyHash: key.identity,
      form: .residues(wheel.residues { .node($0) }))
  }
}
