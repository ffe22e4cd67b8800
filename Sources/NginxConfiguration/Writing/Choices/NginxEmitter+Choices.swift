internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

extension NginxEmitter {
  /// Writes a cluster for the engine `split-clients`.
  func splitClients(_ placed: PlacedCluster, _ context: NginxContext) throws(EmissionError)
    -> Written
  {
    guard placed.placement.rule == PlacementRule.nginxMaglev.name else {
      throw EmissionError(
        .unknownRule, .algorithm,
        "split_clients of nginx does not place keys by \(quoted(placed.placement.rule))",
        remedy: "use the algorithm \(PlacementRule.nginxMaglev.name), whose table it can hold")
    }
    let selector: NginxMaglev
    do throws(ClusterError) {
      selector = try NginxMaglev(placed.cluster)
    } catch {
      throw EmissionError(.invalidProperty, error.subject, error.problem, remedy: error.remedy)
    }
    return try chosen(placed, context) { tokens, key throws(EmissionError) in
      let table = NginxSplitTable(selector, tokens: tokens, key: key, cluster: placed.name)
      return .blocks(try Self.writing(table.items))
    }
  }

  /// Writes upstreams of one server each, and what chooses among them.
  ///
  /// - Parameter engine: Makes what sets the variables, from the names of the servers and the key.
  func chosen(
    _ placed: PlacedCluster, _ context: NginxContext,
    engine: (_ tokens: [String], _ key: NginxToken) throws(EmissionError) -> NginxChoices.Engine
  ) throws(EmissionError) -> Written {
    guard context == .http else {
      throw EmissionError(
        .invalidProperty, .cluster,
        "a stream cannot send a connection on to the next server of its preference",
        remedy: "use the algorithm nginx, or write for http")
    }
    guard version >= NginxChoices.firstVersion else {
      throw EmissionError(
        .invalidOption, .cluster, "nginx \(version) has no maps with texts and variables",
        remedy: "use nginx \(NginxChoices.firstVersion) or newer, or the algorithm nginx")
    }
    let upstream = try NginxUpstream(
      Self.servers(of: placed), context: context, options: options, version: version)
    try upstream.check(version: version)
    var affinity: SessionAffinity?
    if case .session(let settings)? = placed.placement.key {
      try requireRequestIDs()
      guard settings.follow != .list else {
        throw EmissionError(
          .invalidKey, .key,
          "the engine \(options.engine.rawValue) chooses from one list, and sessions follow their list",
          remedy: "write follow: server, or use the engine lua or the algorithm nginx")
      }
      affinity = settings
    }
    let tokens = try SessionTokens(placed.cluster, secret: affinity?.secret).tokens
    let choices = NginxChoices(
      placed, tokens: tokens, upstream: upstream,
      engine: try engine(tokens, upstream.key))
    let items: [NginxItem]
    var warnings: [String] = []
    if let affinity {
      let session = try NginxSession(placed, affinity, upstream: upstream, choices: choices)
      items = try session.items()
      warnings = session.warnings
    } else {
      items = try Self.writing(choices.items)
    }
    try choices.check(items, version: version)
    let written = Written(
      items: items, notes: upstream.notes + Self.notes(about: placed, upstream),
      warnings: warnings, choices: choices)
    return try withMaps(placed, context, written)
  }

  static func writing<Result>(_ write: () throws(NginxUnwritable) -> Result)
    throws(EmissionError) -> Result
  {
    do throws(NginxUnwritable) {
      return try write()
    } catch {
      throw EmissionError(.invalidOption, .cluster, error.problem, remedy: error.remedy)
    }
  }

  /// The cluster with what lines of servers say, without what the engine decides.
  private static func servers(of placed: PlacedCluster) throws(EmissionError) -> PlacedCluster {
    let nodes = placed.nodes.map { node in
      var node = node
      node.weight = 1
      node.state = .up
      return node
    }
    do throws(ClusterError) {
      var placed = placed
      placed.cluster = try Cluster(
        name: placed.name, nodes: nodes, properties: placed.cluster.properties,
        allowsRepeatedAddresses: true)
      return placed
    } catch {
      throw EmissionError(.invalidProperty, error.subject, error.problem, remedy: error.remedy)
    }
  }

  /// What upstreams of one server each leave out.
  private static func notes(about placed: PlacedCluster, _ upstream: NginxUpstream)
    -> [EmissionNote]
  {
    let parameters = NginxParameter.ofServer.map(\.property).filter { $0 != "max-conns" }
    let ofServers = placed.nodes.flatMap { node in
      parameters.filter { node.properties[$0] != nil }.map { parameter in
        EmissionNote(
          parameter, of: node.id,
          reason: "the server is alone in its upstream, where it means nothing")
      }
    }
    return ofServers
      + upstream.before.map { directive in
        EmissionNote(directive.name.text, reason: "each server has an upstream of its own")
      }
  }
}
