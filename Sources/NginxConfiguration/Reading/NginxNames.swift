internal import Configurations
internal import ConsistentHashing

/// Makes peers of the lines of an upstream, and keeps what is to be said about their names.
struct NginxNames {
  /// A server as nginx has it.
  struct Peer {
    var address: String
    var weight: Int
    var properties: [String: String]
  }

  private let block: NginxUpstreamBlock
  private let isRing: Bool
  private let hasBackups: Bool
  private let hosts: HostAnswers?

  /// How many addresses there are so far.
  private var resolved = 0
  private var unknown: [String] = []
  private var unknownServices: [String] = []
  private var knownServices: [String] = []
  private var turns: [String] = []
  private var shuffled: [String] = []
  /// Names that DNS does not know yet.
  private(set) var absent: [String] = []

  /// The most addresses of all names together: many lines times many addresses of a name is more than
  /// the size of either.
  private static let mostResolved = 1_000_000

  init(_ block: NginxUpstreamBlock, isRing: Bool, hosts: HostAnswers?) {
    self.block = block
    self.isRing = isRing
    hasBackups = block.servers.contains(where: \.isBackup)
    self.hosts = hosts
  }

  /// The peers of a line, in the order of the answer.
  ///
  /// - Throws: `NoCluster` if nginx would not start, since the name has no address, or if there are too many
  ///   addresses.
  mutating func peers(of server: NginxServerLine) throws(NoCluster) -> [Peer] {
    let written = Peer(
      address: server.address, weight: server.weight, properties: server.parameters)
    if let service = server.service {
      let name = Self.question(service, server.address)
      guard let targets = hosts?.services?(name) else {
        unknownServices.append(name)
        return [written]
      }
      return try peers(of: targets, of: name, server)
    }
    guard let (host, port) = Self.name(in: server.address) else { return [written] }
    guard let hosts else {
      unknown.append(host)
      return [written]
    }
    let found = hosts.hosts(of: host)
    guard !found.isEmpty || server.isResolved else {
      throw NoCluster(
        .rejected, "host not found in upstream \(quoted(server.address))",
        remedy: "\(hosts.source) has no address of it", location: server.location)
    }
    try count(found.count, server)
    if isRing {
      if found.count > 1 { turns.append("\(host) (\(HostAnswers.listed(found)))") }
      return [written]
    }
    if found.isEmpty { absent.append(host) }
    return found.map { address in
      var peer = written
      peer.address = "\(address):\(port ?? "80")"
      return peer
    }
  }

  /// The peers of a service.
  ///
  /// The ring holds the name of each target without its port, and its weight counts where the line has none
  /// other than 1. Targets of other priorities than the lowest are backups, which there are only if the
  /// upstream has others. nginx 1.31.3 has shown all but the backups.
  private mutating func peers(
    of targets: [ServiceTarget], of name: String, _ server: NginxServerLine
  ) throws(NoCluster) -> [Peer] {
    guard let lowest = targets.map(\.priority).min(), let hosts else {
      absent.append(name)
      return []
    }
    knownServices.append(name)
    try count(targets.count, server)
    var peers: [Peer] = []
    for target in Self.inOrder(targets) where target.priority == lowest || hasBackups {
      var peer = Peer(
        address: target.host,
        weight: server.weight != 1 ? server.weight : max(1, Int(target.weight)),
        properties: server.parameters)
      peer.properties["resolve"] = nil
      peer.properties["service"] = nil
      peer.properties[ServiceTarget.portProperty] = String(target.port)
      if target.priority != lowest { peer.properties["backup"] = "true" }
      let found = hosts.hosts(of: target.host)
      try count(found.count, server)
      if isRing {
        peers.append(peer)
        if found.count > 1 { turns.append("\(target.host) (\(HostAnswers.listed(found)))") }
        continue
      }
      if found.isEmpty { unknown.append(target.host) }
      peer.properties[ServiceTarget.portProperty] = nil
      for host in found.isEmpty ? [target.host] : found {
        peer.address = "\(host):\(target.port)"
        peers.append(peer)
      }
    }
    if !isRing, peers.count > 1 { shuffled.append(name) }
    return peers
  }

  /// Targets in an order that does not depend on that of the records.
  private static func inOrder(_ targets: [ServiceTarget]) -> [ServiceTarget] {
    targets.sorted {
      ($0.priority, $1.weight, $0.host, $0.port) < ($1.priority, $0.weight, $1.host, $1.port)
    }
  }

  /// What nginx asks DNS for a service: a name without a full stop is that of a service over TCP.
  private static func question(_ service: String, _ host: String) -> String {
    service.utf8.contains(UInt8(ascii: ".")) ? "\(service).\(host)" : "_\(service)._tcp.\(host)"
  }

  private mutating func count(_ addresses: Int, _ server: NginxServerLine) throws(NoCluster) {
    resolved += addresses
    guard resolved <= Self.mostResolved else {
      throw NoCluster(
        .inexpressible, "the names of the upstream have more than \(Self.mostResolved) addresses",
        remedy: "give fewer with --resolve", location: server.location)
    }
  }

  /// The name and the port of an address; nil for an address that is none.
  private static func name(in address: String) -> (host: String, port: String?)? {
    guard NginxServerAddress(Array(address.utf8)).isName else { return nil }
    let parts = address.split(separator: ":", maxSplits: 1).map(String.init)
    guard let host = parts.first else { return nil }
    return (host, parts.count > 1 ? parts[1] : nil)
  }

  /// What the peers depend on.
  var dependencies: [ConfigurationDependency] {
    var dependencies: [ConfigurationDependency] = []
    func say(_ kind: ConfigurationDependency.Kind, _ names: [String], _ text: (String) -> String) {
      guard !names.isEmpty else { return }
      dependencies.append(ConfigurationDependency(kind, text(HostAnswers.listed(names))))
    }
    say(.services, unknownServices) {
      "the answer depends on DNS: nginx makes servers of the targets of SRV records (\($0)), and here the "
        + "name stands for them"
    }
    say(.hosts, unknown) {
      isRing
        ? "the ring holds the names as written (\($0)); if DNS gives one several addresses, nginx takes "
          + "turns among them"
        : "the answer depends on DNS: nginx makes one server of each address that a name has (\($0)), and "
          + "here each name counts as one"
    }
    say(.answers, turns) { "nginx takes turns among the addresses of \($0)" }
    say(.answers, absent) { "nginx has no server for \($0) until DNS knows it" }
    say(.answers, shuffled) {
      "nginx takes the targets of \($0) in another order each time it starts, and here they are in the order "
        + "of weights and names: shares are right, single keys may be not"
    }
    let names = block.servers.filter { NginxServerAddress(Array($0.address.utf8)).isName }
    if !isRing, shuffled.isEmpty, names.count(where: \.isResolved) > 1 {
      let late = names.filter(\.isResolved).map(\.address)
      say(.answers, late) {
        "nginx puts servers that it resolves while it runs (\($0)) in the order in which answers arrive, "
          + "after all others; here they are in the order of their lines"
      }
    }
    if let hosts {
      say(.answers, knownServices) { "the targets of \($0) are those of \(hosts.source)" }
    }
    if let hosts, !isRing, names.contains(where: { $0.service == nil }) {
      dependencies.append(
        ConfigurationDependency(.answers, "addresses of names are those of \(hosts.source)"))
    }
    return dependencies
  }
}
