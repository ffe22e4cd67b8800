internal import Configurations
internal import ConsistentHashing

/// The servers of an upstream as nginx has them when it has resolved their names.
///
/// At start, nginx asks the system for the addresses of each name and makes one peer of each, in the order
/// of the answer and with the weight of the line. `hash KEY` and `ip_hash` count peers. The ring of `hash
/// KEY consistent` holds the text of each line, whatever it resolves to, and the peers of a line take turns.
/// nginx 1.22.1 has shown all of this.
struct NginxPeers {
  /// The nodes in the order of the peers.
  private(set) var nodes: [Node] = []
  /// The line of each node.
  private(set) var locations: [ConfigurationLocation] = []
  /// What the peers depend on.
  private(set) var dependencies: [ConfigurationDependency] = []

  /// Resolves the names of an upstream.
  ///
  /// - Parameter hosts: The addresses; nil to take names as they are.
  /// - Throws: `NoCluster` if nginx would not start, since a name has no address.
  init(_ block: NginxUpstreamBlock, hosts: HostAnswers?) throws(NoCluster) {
    let isRing = if case .consistentHash = block.method { true } else { false }
    var ids = NginxNodeIDs()
    var unknown: [String] = []
    var services: [String] = []
    var turns: [String] = []
    var resolved = 0
    for server in block.servers {
      var addresses = [server.address]
      if let service = server.service {
        services.append("\(service).\(server.address)")
      } else if let (host, port) = Self.name(in: server.address) {
        if let hosts {
          let found = hosts.addresses(host).map { $0.contains(":") ? "[\($0)]" : $0 }
          guard !found.isEmpty || server.isResolved else { throw Self.notFound(server, hosts) }
          resolved += found.count
          guard resolved <= Self.mostResolved else { throw Self.tooMany(server) }
          if !isRing {
            let port = port ?? "80"
            addresses = found.map { "\($0):\(port)" }
          } else if found.count > 1 {
            turns.append("\(host) (\(HostAnswers.listed(found)))")
          }
        } else {
          unknown.append(host)
        }
      }
      for address in addresses {
        nodes.append(
          Node(
            id: ids.next(for: address), address: address, weight: Double(server.weight),
            state: server.isDown ? .down : server.isDraining ? .drain : .up,
            properties: server.parameters))
        locations.append(server.location)
      }
    }
    describe(unknown: unknown, services: services, turns: turns, isRing: isRing)
    if let hosts, !isRing, nodes.count != block.servers.count || unknown.isEmpty,
      block.servers.contains(where: { Self.name(in: $0.address) != nil })
    {
      dependencies.append(
        ConfigurationDependency(.answers, "addresses of names are those of \(hosts.source)"))
    }
  }

  private mutating func describe(
    unknown: [String], services: [String], turns: [String], isRing: Bool
  ) {
    var texts: [String] = []
    if !services.isEmpty {
      texts.append(
        "the answer depends on DNS: nginx makes servers of the targets of SRV records "
          + "(\(HostAnswers.listed(services))), and here the name stands for them; write one server "
          + "line for each target")
    }
    if !unknown.isEmpty {
      let names = HostAnswers.listed(unknown)
      texts.append(
        isRing
          ? "the ring holds the names as written (\(names)); if DNS gives one several addresses, "
            + "nginx takes turns among them"
          : "the answer depends on DNS: nginx makes one server of each address that a name has "
            + "(\(names)), and here each name counts as one")
    }
    if !texts.isEmpty {
      dependencies.append(
        ConfigurationDependency(
          unknown.isEmpty ? .services : .hosts, texts.joined(separator: "; ")))
    }
    if !turns.isEmpty {
      dependencies.append(
        ConfigurationDependency(
          .answers, "nginx takes turns among the addresses of \(HostAnswers.listed(turns))"))
    }
  }

  /// The most addresses of all names together: many lines times many addresses of a name is more than
  /// the size of either.
  private static let mostResolved = 1_000_000

  private static func tooMany(_ server: NginxServerLine) -> NoCluster {
    NoCluster(
      .inexpressible, "the names of the upstream have more than \(mostResolved) addresses",
      remedy: "give fewer with --resolve", location: server.location)
  }

  private static func notFound(_ server: NginxServerLine, _ hosts: HostAnswers) -> NoCluster {
    NoCluster(
      .rejected, "host not found in upstream \(quoted(server.address))",
      remedy: "\(hosts.source) has no address of it", location: server.location)
  }

  /// The name and the port of an address; nil for an address that is none.
  private static func name(in address: String) -> (host: String, port: String?)? {
    guard NginxServerAddress(Array(address.utf8)).isName else { return nil }
    let parts = address.split(separator: ":", maxSplits: 1).map(String.init)
    guard let host = parts.first else { return nil }
    return (host, parts.count > 1 ? parts[1] : nil)
  }
}
