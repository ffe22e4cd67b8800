internal import Configurations
internal import ConsistentHashing

/// The servers of an upstream as nginx has them when it has resolved their names.
///
/// At start, nginx asks the system for the addresses of each name and makes one peer of each, in the order
/// of the answer and with the weight of the line. `hash KEY` and `ip_hash` count peers. The ring of `hash
/// KEY consistent` holds the text of each line, whatever it resolves to, and the peers of a line take turns.
/// nginx 1.22.1 has shown all of this.
///
/// Names of lines with `resolve` are resolved while nginx runs. Their peers come after all others, in the
/// order in which the answers arrive: that of the lines, as a rule. nginx 1.31.3 has shown this.
struct NginxPeers {
  /// The nodes in the order of the peers.
  private(set) var nodes: [Node] = []
  /// The line of each node.
  private(set) var locations: [ConfigurationLocation] = []
  /// What the peers depend on.
  let dependencies: [ConfigurationDependency]

  /// Resolves the names of an upstream.
  ///
  /// - Parameter hosts: The addresses; nil to take names as they are.
  /// - Throws: `NoCluster` if nginx would not start, since a name has no address, or would have no server.
  init(_ block: NginxUpstreamBlock, hosts: HostAnswers?) throws(NoCluster) {
    let isRing = if case .consistentHash = block.method { true } else { false }
    var names = NginxNames(block, isRing: isRing, hosts: hosts)
    var ids = NginxNodeIDs()
    // The order is nothing to a ring.
    let early = block.servers.filter { isRing || !$0.hasLatePeers }
    let late = block.servers.filter { !isRing && $0.hasLatePeers }
    for server in early + late {
      for peer in try names.peers(of: server) {
        nodes.append(
          Node(
            id: ids.next(for: peer.address), address: peer.address, weight: Double(peer.weight),
            state: server.isDown ? .down : server.isDraining ? .drain : .up,
            properties: peer.properties))
        locations.append(server.location)
      }
    }
    if nodes.isEmpty, let hosts, !names.absent.isEmpty {
      throw NoCluster(
        .empty, "DNS knows no server of upstream \(quoted(block.name))",
        remedy: "\(hosts.source) has no records of \(HostAnswers.listed(names.absent))",
        location: block.location)
    }
    dependencies = names.dependencies
  }
}

extension NginxServerLine {
  /// Whether the name is resolved while nginx runs.
  var hasLatePeers: Bool { isResolved && NginxServerAddress(Array(address.utf8)).isName }
}
