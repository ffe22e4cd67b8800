public import ConsistentHashing

/// What libmemcached picks under its default distribution, `MODULA`, bit for bit.
///
/// Rule (libmemcached 1.0 and later, recorded from 1.1.4 on Debian for x86): the server at position
/// `hash(key) mod servers`, in the order in which they were added, or sorted by host and port under
/// `SORT_HOSTS`. Weights count for nothing.
///
/// A server that is down keeps its position: `AUTO_EJECT_HOSTS` has no effect here. Its keys end in an
/// error to the caller; no other server answers for them. Nodes in state `drain` are left out of the
/// client, which moves nearly every key.
public struct LibmemcachedModulo: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The hash of keys.
    public var keyHash = LibmemcachedHash.standard
    /// Whether `SORT_HOSTS` is set.
    public var sortsHosts = false

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word("hash", \.keyHash, LibmemcachedHash.summary),
      .flag("sort-hosts", \.sortsHosts, on: "yes", off: "no", LibmemcachedServer.sortingSummary),
    ]
  }

  private let hash: MemcacheHash
  private let nodeOfServer: [Int]
  private let isDown: [Bool]

  private static let stateRule = "an error to the caller"

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up or a weight is not whole.
  public init(_ cluster: Cluster, _ options: Options = Options()) throws(ClusterError) {
    let servers = try LibmemcachedServer.list(cluster, sorted: options.sortsHosts)
    nodes = cluster.nodes
    hash = MemcacheHash(options.keyHash.function)
    nodeOfServer = servers.map(\.node)
    isDown = servers.map(\.isEjected)
  }

  /// The 32-bit hash; 15 bits under `crc`.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(hash.hash(key)) }

  /// The node that libmemcached sends a key to; nil if it is down, which is an error to the caller.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let server = Int(hash.hash(key) % UInt32(truncatingIfNeeded: nodeOfServer.count))
    return isDown[server] ? nil : nodeOfServer[server]
  }

  /// Visits the one node that a key can go to.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let node = index(for: key) else { return .stateful(Self.stateRule) }
    if !visit(node) { return .stopped }
    return isDown.count { !$0 } == 1 ? .everyNode : .stateful(Self.stateRule)
  }

  /// The residues of the number of servers; those of a server that is down end in an error.
  public func keySpace() -> KeySpace {
    let servers = UInt64(nodeOfServer.count)
    var residues = OwnedIntervals(HashDomain(last: servers - 1), capacity: nodeOfServer.count)
    for (server, node) in nodeOfServer.enumerated() {
      residues.append(through: UInt64(server), isDown[server] ? .state : .node(node))
    }
    return KeySpace(
      domain: hash.domain, keyHash: hash.function.identity, form: .residues(residues),
      stateRule: isDown.contains(true) ? Self.stateRule : nil)
  }
}
