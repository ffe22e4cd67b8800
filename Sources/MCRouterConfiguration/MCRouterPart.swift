internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles
internal import YAMLReading

/// Makes a part of a choice and the pools that it picks among.
struct MCRouterPart {
  let choice: MCRouterChoice
  let name: String
  let pools: [MCRouterPool]
  let elsewhere: (text: String, position: YAMLPosition)?
  let file: String
  private let hash: MCRouterHash
  private let servers: [MCRouterPool.Server]

  init(
    choice: MCRouterChoice, name: String, pools: [MCRouterPool],
    elsewhere: (text: String, position: YAMLPosition)?, file: String
  ) {
    self.choice = choice
    self.name = name
    self.pools = pools
    servers = pools.flatMap(\.servers)
    self.elsewhere = elsewhere
    self.file = file
    var hash = choice.hash
    // A PoolRoute takes weights and tags of its pool where its own hash gives none.
    if choice.type == "PoolRoute", let pool = pools.first {
      if pool.weights != nil { hash.standard = "WeightedCh3" }
      hash.weights = hash.weights ?? pool.weights
      hash.tags = hash.tags ?? pool.tags
    }
    self.hash = hash
  }

  private func location(_ position: YAMLPosition) -> ConfigurationLocation {
    ConfigurationLocation(file: file, line: position.line)
  }

  /// The part as all systems have it.
  func configured(context: String?, location: ConfigurationLocation) -> ConfiguredCluster {
    var remarks: [String] = []
    let above = choice.above.filter { $0 != "PrefixSelectorRoute" }
    if !above.isEmpty {
      remarks.append(
        "Requests come through \(above.joined(separator: " and ")); the document says which server "
          + "of this pool a key goes to.")
    }
    remarks.append(
      "mcrouter hashes a key without its routing prefix, and up to '|#|' if it has that.")
    let count = servers.count
    return ConfiguredCluster(
      kind: name == choice.path ? "route" : "pool", name: name,
      alias: name == choice.path ? nil : choice.path, context: context,
      summary: "\(choice.type), \(hash.summary), " + (count == 1 ? "1 server" : "\(count) servers"),
      remarks: remarks, location: pools.count == 1 ? self.location(pools[0].position) : location,
      nodeLocations: servers.map { self.location($0.position) },
      result: Result { () throws(NoCluster) in try cluster() })
  }

  private func cluster() throws(NoCluster) -> PlacedCluster {
    if let flaw = pools.lazy.compactMap(\.flaw).first {
      throw NoCluster(
        flaw.reason, flaw.problem, remedy: flaw.remedy, location: location(flaw.position))
    }
    if let elsewhere, pools.count < choice.pools.count {
      throw NoCluster(
        .undecided, "pools come from \(elsewhere.text)", remedy: MCRouterReader.preprocessed,
        location: location(elsewhere.position))
    }
    if let child = choice.otherChild {
      throw no(
        .inexpressible, "HashRoute picks among routes (\(quoted(child))) and not only servers",
        "name one of the pools below it")
    }
    guard !servers.isEmpty else {
      throw no(.empty, "\(quoted(name)) has no servers", "name a pool that has some")
    }
    if let word = hash.unknown.first {
      throw no(
        .inexpressible, "\(choice.type) has \(quoted(word)), for which there is no rule",
        "name a pool without it")
    }
    guard let rule = hash.rule else { throw noRule }
    let nodes = try self.nodes()
    var options = MCRouterOptions()
    options.salt = hash.salt
    do throws(ClusterError) {
      let cluster = try Cluster(configured: name, nodes: nodes, properties: [:])
      return PlacedCluster(cluster, Placement(rule, options))
    } catch {
      var place = location(choice.position)
      if case .node(let index) = error.subject { place = location(servers[index].position) }
      throw NoCluster(.inexpressible, error.problem, remedy: error.remedy, location: place)
    }
  }

  private func no(_ reason: NoCluster.Reason, _ problem: String, _ remedy: String) -> NoCluster {
    NoCluster(reason, problem, remedy: remedy, location: location(choice.position))
  }

  private var noRule: NoCluster {
    guard let method = hash.otherMethod else {
      return no(
        .rejected, "Unknown hash function: \(hash.function)",
        "write Ch3, Crc32, WeightedCh3 or Rendezvous")
    }
    return no(
      method.isByState ? .stateful : .inexpressible,
      "\(choice.type) of \(quoted(name)) picks \(method.text)",
      "name a pool with Ch3, Crc32, WeightedCh3 or Rendezvous")
  }

  // MARK: Nodes

  private func nodes() throws(NoCluster) -> [Node] {
    let tags = try self.tags()
    let weights = try self.weights(tags)
    var times: [NodeID: Int] = [:]
    return servers.indices.map { index in
      let address = servers[index].address
      let time = times[NodeID(address), default: 0] + 1
      times[NodeID(address)] = time
      let id = tags.isEmpty ? (time == 1 ? address : "\(address)#\(time)") : tags[index]
      return Node(
        id: NodeID(id), address: address, weight: weights.isEmpty ? 1 : weights[index])
    }
  }

  /// The tags, one for each server; empty if the function uses none.
  private func tags() throws(NoCluster) -> [String] {
    guard hash.function.hasSuffix("Rendezvous") else { return [] }
    guard let node = hash.tags else {
      throw no(
        .rejected, "\(choice.type): tags needed for Rendezvous hash route",
        #"add "tags", one for each server"#)
    }
    let tags = (node.list ?? []).compactMap(\.text)
    guard tags.count == servers.count else {
      throw NoCluster(
        .rejected,
        "\(choice.type): number of tags doesn't match number of route handles, \(tags.count) for "
          + "\(servers.count)", remedy: "give each server one", location: location(node.position))
    }
    return tags
  }

  /// The weights, one for each server; empty if the function uses none.
  private func weights(_ tags: [String]) throws(NoCluster) -> [Double] {
    guard hash.function.hasPrefix("Weighted") else { return [] }
    guard let node = hash.weights else {
      throw no(
        .rejected, "\(hash.function): not an object or no weights",
        #"add "weights", one for each server"#)
    }
    // mcrouter takes 0.5 where a weight is missing.
    if hash.function == "WeightedRendezvous" {
      let fields = (node.fields ?? []).map { ($0.name, $0.value) }
      let weights = Dictionary(fields) { _, last in last }
      return try tags.map { tag throws(NoCluster) in
        try weights[tag].map { value throws(NoCluster) in try weight(value) } ?? 0.5
      }
    }
    guard let list = node.list else {
      throw NoCluster(
        .rejected, "\(hash.function): weights is not array", remedy: "write a list of numbers",
        location: location(node.position))
    }
    return try servers.indices.map { index throws(NoCluster) in
      index < list.count ? try weight(list[index]) : 0.5
    }
  }

  private func weight(_ node: YAMLNode) throws(NoCluster) -> Double {
    guard case .scalar(let text, isPlain: true) = node.content, let weight = Double(text) else {
      throw NoCluster(
        .rejected, "\(hash.function): weight is not number", remedy: "write a number from 0 to 1",
        location: location(node.position))
    }
    return weight
  }
}
