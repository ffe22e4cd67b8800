internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

extension NginxEmitter {
  /// Writes what nginx's own methods pick servers by.
  func native(_ placed: PlacedCluster, _ context: NginxContext) throws(EmissionError)
    -> Written
  {
    guard placed.placement.rule != PlacementRule.nginxMaglev.name else {
      throw EmissionError(
        .unknownRule, .algorithm,
        "\(placed.placement.rule) is no method of nginx's own, but a table in blocks of split_clients",
        remedy: "write it with the engine \(NginxEngine.splitClients.rawValue)")
    }
    guard let rule = Self.methods.first(where: { $0.name == placed.placement.rule }) else {
      throw EmissionError(
        .unknownRule, .algorithm,
        "nginx does not place keys by \(quoted(placed.placement.rule))",
        remedy: "use one of \(Self.rules.joined(separator: ", ")); "
          + "nginx is its 'hash KEY consistent'"
          + (NginxRouting.knows(placed.placement.rule)
            ? "; or write it with the engine lua" : ""))
    }
    let isSplit = rule.name == PlacementRule.nginxSplitClients.name
    if isSplit {
      if case .session? = placed.placement.key {
        throw EmissionError(
          .invalidKey, .key, "split_clients has no server to fall back to, so it keeps no sessions",
          remedy: "use the algorithm nginx")
      }
      let block = try NginxSplit(placed, context: context, options: options)
      try block.check(version: version)
      return try withMaps(placed, context, Written(items: block.items, notes: block.notes))
    }
    let upstream = try NginxUpstream(placed, context: context, options: options, version: version)
    try upstream.check(version: version)
    guard case .session(let affinity)? = placed.placement.key else {
      return try withMaps(placed, context, Written(items: upstream.items, notes: upstream.notes))
    }
    guard context == .http else {
      return Written(
        items: upstream.items, notes: upstream.notes,
        warnings: [
          "connections of a stream have no cookies: sessions are placed by the client's address, and move "
            + "with it and with every change of the list"
        ])
    }
    try requireRequestIDs()
    let lists = try NginxSessionLists(placed, affinity, history: history, upstream: upstream) {
      list, name throws(EmissionError) in try earlier(list, as: name)
    }
    let session = try NginxSession(placed, affinity, upstream: upstream, lists: lists)
    let items = try session.items()
    try session.check(items, context: context, version: version)
    return Written(items: items, notes: upstream.notes, warnings: session.warnings)
  }

  /// Throws if the version cannot make ids of sessions.
  func requireRequestIDs() throws(EmissionError) {
    guard version >= NginxSession.firstVersion else {
      throw EmissionError(
        .invalidKey, .key,
        "nginx \(version) has no $request_id, which ids of sessions are made of",
        remedy: "use nginx \(NginxSession.firstVersion) or newer, or hash a key that clients have")
    }
  }

  /// Writes an earlier list by nginx's own method.
  func earlier(_ list: PlacedCluster, as name: String) throws(EmissionError) -> NginxUpstream {
    let rule = list.placement.rule
    guard Self.isHash(rule) else {
      throw EmissionError(
        .unknownRule, .algorithm,
        "sessions live by an earlier list, and nginx does not place keys by its \(quoted(rule))",
        remedy: NginxRouting.knows(rule)
          ? "write it with the engine lua"
          : "wait until they have ended; chash rollout --log says when")
    }
    return try NginxUpstream(list, context: .http, options: options, version: version, as: name)
  }

  /// Whether an upstream places ids of sessions by a rule with a method of nginx's own.
  static func isHash(_ rule: String) -> Bool {
    rule == PlacementRule.nginx.name || rule == PlacementRule.nginxHash.name
  }

  static let methods: [PlacementRule] = [
    .nginx, .nginxHash, .nginxIPHash, .nginxSplitClients,
  ]
}
