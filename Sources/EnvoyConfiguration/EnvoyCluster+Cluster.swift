internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles
internal import YAMLReading

extension EnvoyCluster {
  /// The cluster as all systems have it.
  func configured(_ lists: [[EnvoyHashPolicies.Item]], file: String) -> ConfiguredCluster {
    let own = policy.hashPolicy.map {
      [EnvoyMessage($0)].flatMap { $0.node.list ?? [] }.map {
        EnvoyHashPolicies.item(EnvoyMessage($0))
      }
    }
    let key = EnvoyKey(own.map { [$0] } ?? lists)
    let result = Result { () throws(NoCluster) in try cluster(key, file) }
    var remarks = key.remarks
    if let factor = policy.balanceFactor {
      remarks.append("The document describes hosts below hash_balance_factor \(factor).")
    }
    if endpoints.contains(where: { $0.priority > 0 }) {
      remarks.append(
        "The document describes priority 0, whose hosts take all requests while enough are healthy."
      )
    }
    let used = chosen
    return ConfiguredCluster(
      kind: "cluster", name: name,
      summary: "\(policy.name), "
        + (used.count == 1 ? "1 endpoint" : "\(used.count) endpoints"),
      remarks: remarks, dependencies: nameDependencies + healthDependencies,
      keyExpression: key.expression,
      location: location(position, file),
      nodeLocations: used.map { location($0.position, file) }, result: result,
      pool: flaw == nil
        ? try? Cluster(configured: name, nodes: nodes, properties: properties) : nil)
  }

  /// The endpoints of priority 0.
  private var chosen: [EnvoyEndpoint] { endpoints.filter { $0.priority == 0 } }

  private func location(_ position: YAMLPosition, _ file: String) -> ConfigurationLocation {
    ConfigurationLocation(file: file, line: position.line)
  }

  private func cluster(_ key: EnvoyKey, _ file: String) throws(NoCluster) -> PlacedCluster {
    if let flaw {
      throw NoCluster(
        .rejected, flaw.message, remedy: flaw.remedy ?? "Envoy would not start with this",
        location: flaw.location)
    }
    let rule: PlacementRule
    var placement: Placement
    switch policy.method {
    case .ring(let minimum, let maximum, let function):
      var options = EnvoyRingHash.Options()
      options.minimumRingSize = minimum ?? options.minimumRingSize
      options.maximumRingSize = maximum ?? options.maximumRingSize
      options.hashFunction = function
      options.panicThreshold = panicThreshold ?? options.panicThreshold
      rule = .envoyRing
      placement = Placement(rule, options, key: key.source)
    case .maglev(let tableSize):
      var options = EnvoyMaglev.Options()
      options.tableSize = tableSize ?? options.tableSize
      options.panicThreshold = panicThreshold ?? options.panicThreshold
      rule = .envoyMaglev
      placement = Placement(rule, options, key: key.source)
    case .other(let name):
      throw no(
        .stateful, "cluster \(quoted(self.name)) picks hosts by \(name), not by a key",
        "name a cluster with RING_HASH or MAGLEV", file)
    }
    try check(file)
    do throws(ClusterError) {
      let cluster = try Cluster(configured: name, nodes: nodes, properties: properties)
      return PlacedCluster(cluster, placement)
    } catch {
      var place = location(position, file)
      if case .node(let index) = error.subject { place = location(chosen[index].position, file) }
      throw NoCluster(.inexpressible, error.problem, remedy: error.remedy, location: place)
    }
  }

  /// The nodes.
  ///
  /// Envoy leaves hosts that drain out when it counts how many are healthy, but uses them in panic.
  private var nodes: [Node] {
    let isPanic = isPanic(overprovisioning)
    return chosen.map { endpoint in
      let isGone = endpoint.health == .draining && !isPanic
      return Node(
        id: NodeID(endpoint.hashed(byName: policy.usesHostnames)), address: endpoint.address,
        weight: Double(endpoint.weight), zone: endpoint.zone,
        state: endpoint.health.isUp ? .up : isGone ? .drain : .down)
    }
  }

  /// That Envoy panics, which many do not expect.
  private var healthDependencies: [ConfigurationDependency] {
    guard isPanic(overprovisioning) else { return [] }
    let healthy = chosen.count { $0.health.isUp }
    return [
      ConfigurationDependency(
        .health,
        "\(healthy) of \(chosen.count) hosts \(healthy == 1 ? "is" : "are") healthy, fewer than "
          + "healthy_panic_threshold (\(panicThreshold ?? 50) %) asks for: Envoy panics and uses all of "
          + "them")
    ]
  }

  /// Whether so few hosts are healthy that Envoy uses all.
  private func isPanic(_ overprovisioning: Int) -> Bool {
    let healthy = chosen.count { $0.health.isUp }
    let counted = chosen.count { $0.health != .draining }
    return 100 * healthy < (panicThreshold ?? 50) * counted
      && overprovisioning * healthy < 100 * counted
  }

  private var properties: [String: String] {
    policy.balanceFactor.map { ["hash-balance-factor": "\($0)"] } ?? [:]
  }

  private func no(
    _ reason: NoCluster.Reason, _ problem: String, _ remedy: String, _ file: String
  ) -> NoCluster {
    NoCluster(reason, problem, remedy: remedy, location: location(position, file))
  }

  /// Refuses what a cluster of this library cannot say.
  private func check(_ file: String) throws(NoCluster) {
    let title = "cluster \(quoted(name))"
    if case .other(let type) = discovery {
      throw no(
        type == "ORIGINAL_DST" ? .stateful : .undecided,
        "the hosts of \(title) are not in the file (\(type))",
        "name the file that has them, or write a cluster document with algorithm envoy-ring or "
          + "envoy-maglev", file)
    }
    if hasTooManyAddresses {
      throw no(
        .inexpressible, "the names of \(title) have more than \(Self.mostResolved) addresses",
        "give fewer with --resolve", file)
    }
    if chosen.isEmpty, !unknownNames.isEmpty {
      throw no(
        .empty, "DNS knows no host of \(title)",
        "give addresses of \(HostAnswers.listed(unknownNames)) with --resolve", file)
    }
    guard !chosen.isEmpty else {
      throw no(
        .empty, "\(title) has no endpoints of priority 0", "name a cluster that has some", file)
    }
    if hasSubsets {
      throw no(
        .inexpressible, "\(title) has lb_subset_config: routes pick a subset of its hosts",
        "write the hosts of one subset as a cluster document", file)
    }
    if policy.weighsLocalities, Set(chosen.map(\.locality)).count > 1 {
      throw no(
        .inexpressible, "\(title) has weights of localities (locality_weighted_lb_config)",
        "write the hosts of one locality as a cluster document", file)
    }
    if isPanic(overprovisioning) != isPanic(140) {
      throw no(
        .inexpressible,
        "the overprovisioning_factor of \(title) decides whether Envoy ignores health",
        "write the hosts that it uses as a cluster document", file)
    }
    let healthy = chosen.count { $0.health.isUp }
    let isShared =
      endpoints.contains { $0.priority > 0 } || chosen.contains { $0.health == .degraded }
    if isShared, healthy * overprovisioning < chosen.count * 100 {
      throw no(
        .stateful,
        "\(healthy) of \(chosen.count) endpoints of \(title) are healthy, so that hosts of another "
          + "priority or degraded ones take a part of the requests",
        "write the hosts that are up as a cluster document", file)
    }
  }
}
