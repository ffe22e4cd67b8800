public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

extension NginxMethod {
  /// The rule that picks as this method does.
  ///
  /// Nil for methods that pick by the state of servers.
  var rule: PlacementRule? {
    switch self {
    case .consistentHash: .nginx
    case .hash: .nginxHash
    case .ipHash: .nginxIPHash
    case .roundRobin, .leastConnections, .random, .leastTime: nil
    }
  }
}

extension NginxUpstreamBlock {
  /// The cluster that this upstream describes.
  ///
  /// A node is identified by what nginx hashes: the address as written. Further lines with the same
  /// address get `#2`, `#3`, … at the end of the id. `down` and `drain` become states. The other
  /// parameters, `backup` included, become properties of the node, and directives become properties of
  /// the cluster. The property `nginx-key` holds a key that has no `KeySource`.
  ///
  /// Names of hosts are nodes as they are written, unless their addresses are given: `hash KEY` and
  /// `ip_hash` then have a node for each address, in the order of the answer.
  ///
  /// - Parameter hosts: The addresses of names.
  /// - Throws: `NoCluster` if nginx rejects a part of the upstream, if the method does not pick by a
  ///   key, or if a line cannot be a node.
  public func cluster(hosts: HostAnswers? = nil) throws(NoCluster) -> PlacedCluster {
    try resolved(hosts: hosts).placed
  }

  /// The cluster with the peers that it was made of.
  func resolved(
    hosts: HostAnswers?
  ) throws(NoCluster) -> (placed: PlacedCluster, peers: NginxPeers) {
    if let flaw {
      throw NoCluster(
        .rejected, flaw.message, remedy: flaw.remedy ?? "nginx would not start with this",
        location: flaw.location)
    }
    guard let rule = method.rule else {
      throw NoCluster(
        .stateful,
        "upstream \(quoted(name)) picks servers by \(method.kind.rawValue), not by a key",
        remedy: "name an upstream with hash or ip_hash", location: location)
    }
    let peers = try NginxPeers(self, hosts: hosts)
    var properties = blockProperties
    let source = method.kind == .ipHash ? .remoteAddress : method.key?.source(in: context)
    if source == nil { properties[NginxProperty.key] = method.key?.text }
    do throws(ClusterError) {
      let cluster = try Cluster(configured: name, nodes: peers.nodes, properties: properties)
      return (PlacedCluster(cluster, Placement(rule: rule.name, key: source)), peers)
    } catch {
      var place = location
      var remedy = error.remedy
      if case .node(let position) = error.subject {
        place = peers.locations[position]
        if peers.nodes[position].address.utf8.contains(UInt8(ascii: "$")) {
          remedy = "nginx knows no variables here; write the address itself"
        }
      }
      throw NoCluster(.inexpressible, error.problem, remedy: remedy, location: place)
    }
  }

  private var blockProperties: [String: String] {
    directives.merging(NginxProperty.context(context)) { _, new in new }
  }

  /// The servers with their properties, also where nginx picks them by their state.
  ///
  /// Nil if they are not known in full, or cannot be nodes.
  func pool(hosts: HostAnswers?) -> Cluster? {
    guard flaw == nil, let peers = try? NginxPeers(self, hosts: hosts) else { return nil }
    return try? Cluster(configured: name, nodes: peers.nodes, properties: blockProperties)
  }
}

/// Names of the properties that belong to no single directive.
enum NginxProperty {
  /// Where the block belongs: `http` or `stream`; `http` if there is no such property.
  static let context = "context"

  /// The property that says where a block belongs.
  static func context(_ context: NginxContext) -> [String: String] {
    context == .http ? [:] : [self.context: context.rawValue]
  }

  /// The key as nginx has it, where no `KeySource` says it.
  static let key = "nginx-key"
}

/// Gives each line of a block an id: its address, with `#2`, `#3`, … if it has been there before.
struct NginxNodeIDs {
  private var times: [NodeID: Int] = [:]

  mutating func next(for address: String) -> NodeID {
    let time = times[NodeID(address), default: 0] + 1
    times[NodeID(address)] = time
    return NodeID(time == 1 ? address : "\(address)#\(time)")
  }
}
