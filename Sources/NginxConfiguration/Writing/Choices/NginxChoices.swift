internal import Configurations
internal import ConsistentHashing

/// Upstreams of one server each, and the variables that name them in the order of the key's preference.
///
/// A request goes to the first server of its key; if that fails, `error_page` sends it to the next one, whose
/// variable is evaluated then.
struct NginxChoices {
  let names: NginxSessionNames
  /// The servers that have an upstream.
  private let pools: [Pool]
  /// How many servers a key has to choose from, at most ``most``.
  private let count: Int
  /// How many servers a request is sent to before it fails.
  let attempts: Int
  /// Whether sessions are kept on their servers.
  private let pinsSessions: Bool
  private let engine: Engine

  private let cluster: String
  private let after: [NginxDirective]

  /// How many servers of a preference are written.
  static let most = 3

  /// The first nginx whose maps take texts with variables in them.
  static let firstVersion = NginxVersion(1, 11, 2)

  /// What sets the variables of the choices.
  enum Engine {
    /// Blocks that set ``NginxSessionNames/choices``: the names of up to three servers with dots between.
    case blocks([NginxItem])
    /// A script of nginx's JavaScript module, and what it needs besides.
    case script(NginxToken, [NginxItem])
  }

  /// A server with an upstream of its own.
  struct Pool {
    let line: NginxServer
    let token: String
  }

  /// Writes the choices of a cluster down.
  ///
  /// - Parameters:
  ///   - tokens: The names of the servers, one for each node.
  ///   - upstream: The servers as nginx has them, and what an upstream has besides.
  ///   - engine: What sets the variables of the choices.
  init(_ placed: PlacedCluster, tokens: [String], upstream: NginxUpstream, engine: Engine) {
    names = NginxSessionNames(cluster: placed.name)
    cluster = upstream.name
    after = upstream.after
    pinsSessions = placed.placement.pinsSessions
    let keepsSessions = pinsSessions
    pools = placed.nodes.indices.compactMap { position in
      let node = placed.nodes[position]
      // A server that drains gets the sessions that it has, and nothing else.
      guard node.isAvailable || keepsSessions && node.state != .down else { return nil }
      return Pool(line: upstream.servers[position].alone, token: tokens[position])
    }
    count = min(placed.nodes.count { $0.isAvailable }, Self.most)
    // A session may be on a server that is no choice.
    attempts = keepsSessions ? max(2, min(pools.count, Self.most)) : count
    self.engine = engine
  }

  /// The names of the upstreams, in their order.
  var upstreamNames: [String] {
    pools.map { NginxSessionNames.pool($0.token, cluster: cluster) }
  }

  /// The upstreams.
  private func upstreams() throws(NginxUnwritable) -> [NginxItem] {
    var items: [NginxItem] = []
    items.reserveCapacity(2 * pools.count)
    for pool in pools {
      if !items.isEmpty { items.append(.blank) }
      let name = NginxSessionNames.pool(pool.token, cluster: cluster)
      items.append(
        .directive(
          NginxDirective(
            NginxToken(word: "upstream"), [try NginxToken(name)],
            block: [.directive(pool.line.directive)] + after.map { .directive($0) })))
    }
    return items
  }

  // MARK: Variables

  /// The variable of the upstream that the key alone would choose.
  var first: String { choice(1) }

  /// The maps between the engine and the locations.
  private func addMaps(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    if case .blocks = engine {
      for place in 1...count { try addChoice(place, &maps) }
    }
    guard pinsSessions else { return try addRetries(&maps) }
    // The session's server is the first; the choices follow, without the one that was tried.
    try maps.add(
      ["The server that is tried next: the first choice, if that is not the one that failed."],
      NginxMap(
        "\(names.pool) \(choice(1))", names.pool(ofAttempt: 2), or: choice(1),
        [("~^([^ ]+) \\1$", choice(2))]))
    if attempts > 2 {
      try maps.add(
        ["The server after that."],
        NginxMap(
          "\(names.pool) \(choice(1)) \(choice(2))", names.pool(ofAttempt: 3), or: choice(2),
          [("~^([^ ]+) (?:\\1 |[^ ]+ \\1$)", choice(3))]))
    }
    try addRetries(&maps)
  }

  /// The variable of a choice, or of the last one if there are fewer.
  private func choice(_ place: Int) -> String {
    let place = min(place, count)
    return pinsSessions ? names.choice(place) : names.pool(ofAttempt: place)
  }

  private func addChoice(_ place: Int, _ maps: inout NginxMapList) throws(NginxUnwritable) {
    let ordinals = ["first", "second", "third"]
    let group = "(?<\(names.choiceName(place).dropFirst())>[0-9a-f]+)"
    let before = String(repeating: "[0-9a-f]+\\.", count: place - 1)
    try maps.add(
      ["The upstream of the \(ordinals[place - 1]) choice."],
      NginxMap(
        names.choices, choice(place), or: "",
        [
          (
            "~^\(before)\(group)",
            NginxSessionNames.pool("${\(names.choiceName(place).dropFirst())}", cluster: cluster)
          )
        ]))
  }

  private func addRetries(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    // A map keeps its value for the request, so that each attempt needs one of its own. That of the second
    // is part of sessions.
    for attempt in stride(from: pinsSessions ? 3 : 2, through: attempts, by: 1) {
      try NginxSession.addRetry(to: names.retry(ofAttempt: attempt), attempt: attempt, &maps)
    }
  }
}

extension NginxChoices {
  /// What chooses, and the upstreams.
  func items() throws(NginxUnwritable) -> [NginxItem] {
    var maps = NginxMapList()
    try addMaps(&maps)
    return try head() + maps.items + (try upstreams())
  }

  private func head() throws(NginxUnwritable) -> [NginxItem] {
    guard case .script(let path, let others) = engine else {
      if case .blocks(let items) = engine { return items }
      return []
    }
    let module = NginxToken(checked: String(names.variable("router").dropFirst()))
    let functions = ["first", "second", "third"]
    var items = others
    items += [
      .comment(
        try NginxComment(
          "Needs nginx's JavaScript module: load_module modules/ngx_http_js_module.so;")),
      .directive(
        NginxDirective(
          NginxToken(word: "js_import"), [module, NginxToken(word: "from"), path])),
    ]
    for place in 1...count {
      items.append(
        .directive(
          NginxDirective(
            NginxToken(word: "js_set"),
            [
              NginxToken(checked: choice(place)),
              NginxToken(checked: "\(module.text).\(functions[place - 1])"),
            ])))
    }
    return items + [.blank]
  }
}
