public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

extension TwemproxyPool {
  /// The cluster that this pool describes.
  ///
  /// A node's id is the name of its server, if the line gives one, and the address otherwise. `hash`,
  /// `hash_tag` and `distribution` become the placement, all other directives properties of the cluster.
  ///
  /// - Throws: `NoCluster` if twemproxy refuses a part of the pool, or picks servers at random.
  public func cluster() throws(NoCluster) -> PlacedCluster {
    if let flaw {
      throw NoCluster(
        .rejected, flaw.message, remedy: flaw.remedy ?? "twemproxy would not start with this",
        location: flaw.location)
    }
    let rule: PlacementRule
    switch distribution {
    case .ketama: rule = .twemproxyKetama
    case .modula: rule = .twemproxyModula
    case .random:
      throw NoCluster(
        .stateful, "pool \(quoted(name)) picks servers at random (distribution: random)",
        remedy: "name a pool with distribution ketama or modula", location: location)
    }
    var options = TwemproxyOptions(hashTag: hashTag)
    if let function = TwemproxyHash(rawValue: hash) { options.keyHash = function }
    // A name that equals the address reads as no name, for which twemproxy hashes another text.
    for server in servers where server.name == server.address {
      let derived = server.port.flatMap { TwemproxyNumber.port($0.utf8) } == 11_211
      guard derived else { continue }
      throw NoCluster(
        .inexpressible,
        "the server name \(quoted(server.hashedName)) equals the address, which a document cannot tell "
          + "from no name", remedy: "leave the port out of the name", location: server.location)
    }
    do throws(ClusterError) {
      let cluster = try Cluster(
        configured: name, nodes: servers.map(\.node), properties: settings)
      return PlacedCluster(cluster, Placement(rule, options))
    } catch {
      var place = location
      if case .node(let position) = error.subject { place = servers[position].location }
      throw NoCluster(.inexpressible, error.problem, remedy: error.remedy, location: place)
    }
  }

  /// The pool as all systems have it.
  var configured: ConfiguredCluster {
    var remarks: [String] = []
    if hasPassword { remarks.append("The document leaves redis_auth out.") }
    if !ejectsServers {
      remarks.append(
        "auto_eject_hosts is off: requests for keys of a server that fails end in errors.")
    }
    return ConfiguredCluster(
      kind: "pool", name: name,
      summary: "\(distribution.rawValue), hash \(hash)"
        + (hashTag.map { ", hash_tag \($0)" } ?? "") + ", "
        + (servers.count == 1 ? "1 server" : "\(servers.count) servers"),
      remarks: remarks, location: location, nodeLocations: servers.map(\.location),
      result: Result { () throws(NoCluster) in try cluster() })
  }
}
