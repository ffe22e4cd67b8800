internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

extension NginxEmitter {
  /// Writes an upstream whose servers the Lua module picks.
  func lua(_ placed: PlacedCluster, _ context: NginxContext) throws(EmissionError) -> Written {
    guard context == .http else {
      throw EmissionError(
        .invalidOption, .cluster, "the Lua module picks no servers of a stream",
        remedy: "write the upstream for http, or leave the engine out")
    }
    let isProgram = NginxRouting.knows(placed.placement.rule)
    // nginx's own method again, while sessions still live by lists of this library's.
    let isOwnAgain = Self.isHash(placed.placement.rule) && !history.entries.isEmpty
    guard isProgram || isOwnAgain else {
      throw NginxRouting.unknownRule(placed.placement.rule, .lua)
    }
    // The same upstream with nginx's own method: what nginx would refuse in one, it refuses in the other.
    var notes: [EmissionNote] = []
    let native = isProgram ? try Self.withNativeMethod(placed, &notes) : placed
    let upstream = try NginxUpstream(native, context: context, options: options, version: version)
    try upstream.check(version: version)
    let key: NginxToken
    switch upstream.method {
    case .consistentHash(let token), .hash(let token): key = token
    case .ipHash, .lua: throw NginxRouting.unknownRule(placed.placement.rule, .lua)
    }
    let variable = NginxKeyVariable(key, cluster: placed.name)
    var picked = upstream
    var written = Written(items: [], notes: notes + upstream.notes, warnings: [])
    if isProgram {
      let files = try NginxLuaFiles(placed, key: variable.name) { path(of: $0) }
      picked = upstream.picked(by: try token(of: files.program))
      written.files = [files.table, files.program]
    }
    if case .session(let affinity)? = placed.placement.key {
      try requireRequestIDs()
      var programs: [String: NginxToken] = [:]
      let lists = try NginxSessionLists(placed, affinity, history: history, upstream: upstream) {
        list, name throws(EmissionError) in
        guard !Self.isHash(list.placement.rule) else { return try earlier(list, as: name) }
        let files = try NginxLuaFiles(list, key: variable.name) { path(of: $0) }
        written.files += [files.table, files.program]
        programs[name] = try token(of: files.program)
        var notes: [EmissionNote] = []
        return try NginxUpstream(
          try Self.withNativeMethod(list, &notes), context: context, options: options,
          version: version, as: name)
      }
      // The blocks are checked with the method that is known, and written with the other.
      let session = try NginxSession(placed, affinity, upstream: upstream, lists: lists)
      try session.check(try session.items(), context: context, version: version)
      let pickedLists = lists?.mapUpstreams { upstream in
        programs[upstream.name].map(upstream.picked) ?? upstream
      }
      written.items = try NginxSession(
        placed, affinity, upstream: picked, lists: pickedLists
      ).items()
      written.warnings = session.warnings
    } else {
      written.items = picked.items
    }
    do throws(NginxUnwritable) {
      written.items = try variable.items() + written.items
    } catch {
      throw EmissionError(.invalidKey, .key, error.problem, remedy: error.remedy)
    }
    return try withMaps(placed, context, written)
  }

  /// A cluster that nginx hashes itself, with what is the same under both engines.
  private static func withNativeMethod(_ placed: PlacedCluster, _ notes: inout [EmissionNote])
    throws(EmissionError) -> PlacedCluster
  {
    var nodes: [Node] = []
    for var node in placed.nodes {
      // The table has the weights.
      if node.weight > 0 { node.weight = 1 }
      for (property, reason) in leftOutOfServers.sorted(by: { $0.key < $1.key })
      where node.properties[property] != nil {
        if property != "max-conns" || !placed.placement.pinsSessions {
          notes.append(EmissionNote(property, of: node.id, reason: reason))
        }
        // Kept sessions have upstreams of their own, which count connections.
        if property != "max-conns" { node.properties[property] = nil }
      }
      nodes.append(node)
    }
    var properties = placed.cluster.properties
    for property in ["zone", "resolver", "resolver-timeout", "sticky"]
    where properties.removeValue(forKey: property) != nil {
      notes.append(EmissionNote(property, reason: "it has no effect on servers that Lua picks"))
    }
    do throws(ClusterError) {
      let cluster = try Cluster(
        name: placed.name, nodes: nodes, properties: properties,
        allowsRepeatedAddresses: placed.cluster.allowsRepeatedAddresses)
      return PlacedCluster(
        cluster, Placement(rule: PlacementRule.nginx.name, key: placed.placement.key))
    } catch {
      throw EmissionError(.invalidProperty, error.subject, error.problem, remedy: error.remedy)
    }
  }

  private static let leftOutOfServers = [
    "backup": "the engine lua has no servers that wait; it gets its share",
    "drain": "the engine lua has no parameter for it; write 'state: drain'",
    "max-conns": "the engine lua does not count connections",
    "resolve": "the engine lua looks up no names",
    "route": "the engine lua has no sticky sessions of nginx's own",
    "service": "the engine lua looks up no names",
  ]
}
