internal import Configurations
internal import ConsistentHashing

/// The maps and upstreams that keep sessions on their servers, for `http { }`.
///
/// The cookie is `ID`, or `ID.SERVER` for sessions that follow the server, with `.TIME` at the end if it
/// has a lifetime. nginx needs its regular expressions for them (PCRE, as all packages have), and 1.11.0
/// for `$request_id`.
struct NginxSession {
  let affinity: SessionAffinity
  let names: NginxSessionNames
  let upstream: NginxUpstream
  /// The variable of the cookie that requests have.
  private let variable: String
  /// The servers that a cookie may name.
  private let servers: [Server]

  /// A server that keeps its sessions.
  private struct Server {
    let line: NginxServer
    let token: String
    /// What nginx prints when the server answered.
    let peer: String
  }

  /// Digits of a new id: nginx's `$request_id` is 16 random bytes.
  private static let idPattern = "[0-9a-f]{32}"
  private static let markPattern = "[0-9a-f]{\(SessionTokens.length)}"
  private static let timePattern = "[0-9]{1,9}"

  /// Writes the sessions of a cluster down.
  ///
  /// - Parameter upstream: The upstream that places new sessions.
  init(_ placed: PlacedCluster, _ affinity: SessionAffinity, upstream: NginxUpstream)
    throws(EmissionError)
  {
    self.affinity = affinity
    self.upstream = upstream
    names = NginxSessionNames(cluster: placed.name)
    variable = try NginxVariable.text(for: .cookie(affinity.cookie), context: .http)
    guard affinity.follow == .server else {
      servers = []
      return
    }
    guard placed.cluster.properties["sticky"] == nil else {
      throw EmissionError(
        .invalidProperty, .cluster,
        "the cluster has nginx's own sticky sessions, and its session follows the server as well",
        remedy: "leave the property sticky out, or write follow: key")
    }
    let tokens = try SessionTokens(placed.cluster, secret: affinity.secret).tokens
    var servers: [Server] = []
    for (position, node) in placed.nodes.enumerated() where node.state != .down {
      guard let address = try? NodeAddress(node.address), let peer = NginxPeerAddress(address)
      else {
        throw EmissionError(
          .invalidAddress, .node(position),
          "the address \(quoted(node.address)) is a name, and nginx does not tell which of its "
            + "addresses belongs to it",
          remedy: "write the address that it has, with the name as the id; or write follow: key")
      }
      servers.append(
        Server(
          line: upstream.servers[position].alone, token: tokens[position], peer: peer.text))
    }
    self.servers = servers
  }

  /// The names of the upstreams, in their order.
  var upstreamNames: [String] {
    [upstream.name] + servers.map { NginxSessionNames.pool($0.token, cluster: upstream.name) }
  }

  /// What an operator should know.
  var warnings: [String] {
    var warnings: [String] = []
    if affinity.follow == .server, affinity.secret == nil {
      warnings.append(
        "the names of servers in cookies are made without a secret, so that who guesses an id of a node can "
          + "make a cookie for it. Write 'secret:' with 16 random characters or more below 'session:'"
      )
    }
    if servers.count >= Self.manyServers {
      warnings.append(
        "\(servers.count) servers are more than nginx's maps hold without a warning. Write "
          + "'map_hash_max_size \(mapSize);' and 'map_hash_bucket_size 128;' in http{}")
    }
    return warnings
  }

  /// As many servers as fit maps of the standard size.
  private static let manyServers = 200

  /// The size of maps for the servers.
  private var mapSize: Int {
    var size = 4096
    while size < servers.count * 16 { size *= 2 }
    return size
  }

  /// The key that is hashed.
  static func key(_ affinity: SessionAffinity, cluster: String) -> String {
    let names = NginxSessionNames(cluster: cluster)
    return affinity.fallback == nil ? names.id : names.key
  }

  /// The maps and the upstreams.
  func items() throws(EmissionError) -> [NginxItem] {
    do throws(NginxUnwritable) {
      var items = try maps()
      items += upstream.items
      for server in servers {
        items.append(.blank)
        items.append(try item(of: server))
      }
      return items
    } catch {
      throw EmissionError(.invalidOption, .key, error.problem, remedy: error.remedy)
    }
  }

  private func item(of server: Server) throws(NginxUnwritable) -> NginxItem {
    let name = NginxSessionNames.pool(server.token, cluster: upstream.name)
    let after = upstream.after.map { NginxItem.directive($0) }
    return .directive(
      NginxDirective(
        NginxToken(word: "upstream"), [try NginxToken(name)],
        block: [.directive(server.line.directive)] + after))
  }

  // MARK: Maps

  private func maps() throws(NginxUnwritable) -> [NginxItem] {
    var items: [NginxItem] = []
    func add(_ comments: [String], _ maps: NginxMap...) throws(NginxUnwritable) {
      for text in comments { items.append(.comment(try NginxComment(text))) }
      for map in maps { items += [try map.item(), .blank] }
    }
    try add(
      [
        "\(upstream.name): the id of a session, out of the cookie \(affinity.cookie); "
          + "a new one for everybody else."
      ], NginxMap(variable, names.id, or: "$request_id", [(idLine, "$\(names.group("cookie_id"))")])
    )
    if let fallback = affinity.fallback { try addFallback(fallback, add) }
    if affinity.follow == .server {
      let mark =
        "~^\(Self.idPattern)\\.(?<\(names.group("cookie_mark"))>\(Self.markPattern))\(timeEnd)$"
      try add(
        ["The server that the cookie names. If it is gone, the hash places the session."],
        NginxMap(variable, names.mark, or: "", [(mark, "$\(names.group("cookie_mark"))")]),
        NginxMap(
          names.mark, names.pool, or: upstream.name,
          commented: servers.map { server in
            (
              server.token, NginxSessionNames.pool(server.token, cluster: upstream.name),
              server.line.id
            )
          }))
      try add(
        ["The server that answered: the last address, if its answer had a header."],
        NginxMap(
          "$upstream_header_time|$upstream_addr", names.peer, or: "",
          [
            (
              "~[0-9]\\|(?:.* )?(?<\(names.group("last"))>[^ ]+)$", "$\(names.group("last"))"
            )
          ]),
        NginxMap(names.peer, names.token, or: "", commented: peers))
    }
    try addCookie(add)
    if affinity.follow == .server { try addRetry(add) }
    try add(
      ["WebSocket and other upgrades; other connections to servers stay open."],
      NginxMap("$http_upgrade", names.connection, or: "upgrade", [("", "")]))
    return items
  }

  /// The servers by their addresses; the first of those that share one.
  private var peers: [(text: String, value: String, comment: NginxComment?)] {
    var seen: Set<String> = []
    return servers.compactMap { server in
      seen.insert(server.peer).inserted ? (server.peer, server.token, server.line.id) : nil
    }
  }

  private typealias Adding = ([String], NginxMap...) throws(NginxUnwritable) -> Void

  /// What is hashed for clients without the cookie.
  private func addFallback(
    _ fallback: SessionAffinity.Fallback, _ add: Adding
  ) throws(NginxUnwritable) {
    let source: String
    do {
      source = try NginxVariable.text(for: fallback.source, context: .http)
    } catch {
      throw NginxUnwritable(problem: error.problem, remedy: error.remedy)
    }
    try add(
      [
        "What is hashed: the id, or \(fallback.source) for clients without the cookie.",
        "Those who keep no cookies stay on one server with it.",
      ],
      NginxMap(variable, names.given, or: "", [(idLine, "$\(names.group("cookie_id"))")]),
      NginxMap(source, names.first, or: source, [("", "$request_id")]),
      NginxMap(names.given, names.key, or: names.given, [("", names.first)]))
  }

  private func addCookie(_ add: Adding) throws(NginxUnwritable) {
    let isPinned = affinity.follow == .server
    if let step = renewalDigits {
      try add(
        [
          "The time in steps of \(SessionAffinity.written(step: step)), in which cookies are renewed."
        ],
        NginxMap(
          "$msec", names.time, or: "0",
          [
            (
              "~^(?<\(names.group("time_digits"))>[0-9]+)[0-9]{\(step)}\\.",
              "$\(names.group("time_digits"))"
            )
          ]))
    }
    if affinity.secure == .auto {
      try add(
        ["Cookies that are given over TLS are sent over TLS only."],
        NginxMap("$https", names.secure, or: "; Secure", [("", "")]))
    }
    let value =
      names.id + (isPinned ? ".\(names.token)" : "")
      + (renewalDigits == nil ? "" : ".\(names.time)")
    // The id alone stays the same when the cookie has more, from a time when it followed the server.
    let isSame = isPinned || renewalDigits != nil ? "~^([^ ]+) \\1$" : "~^([^ ]+) \\1(?:\\.|$)"
    let isUnanswered = "~^\(Self.idPattern)\\.(?:\\.| )"
    try add(
      [
        isPinned
          ? "The cookie, if another server answered than the cookie says, or it is to be renewed."
          : "The cookie, if the client has none yet, or it is to be renewed."
      ],
      NginxMap(
        "\(value) \(variable)", names.cookie, or: "\(affinity.cookie)=\(value)\(attributes)",
        (isPinned ? [(isUnanswered, "")] : []) + [(isSame, "")]))
  }

  private func addRetry(_ add: Adding) throws(NginxUnwritable) {
    try add(
      [
        "A request that its server did not answer goes to another one if no server can have begun",
        "with it, or if it may be repeated. The others fail, and slow servers keep their sessions.",
      ],
      NginxMap(
        "$upstream_status $request_method $upstream_connect_time", names.retry, or: "504",
        [
          ("~ -$", "again"), ("~502 (?!POST |LOCK |PATCH )", "again"), ("~502 [A-Z]+ ", "502"),
        ]))
  }

  /// The line of a map that takes the id out of a cookie.
  private var idLine: String {
    "~^(?<\(names.group("cookie_id"))>\(Self.idPattern))(?:\\.\(Self.markPattern))?\(timeEnd)$"
  }

  /// The time at the end of a cookie, which is accepted whether cookies have one now or not.
  private var timeEnd: String { "(?:\\.\(Self.timePattern))?" }

  /// How many digits of the seconds are left out of the time.
  ///
  /// At least two steps fit the lifetime, so that a cookie is renewed in time. Nil without a lifetime.
  private var renewalDigits: Int? {
    guard let lifetime = affinity.lifetime else { return nil }
    return (1...5).last { SessionAffinity.seconds(ofStep: $0) * 2 <= lifetime }
  }

  private var attributes: String {
    var text = "; Path=\(affinity.path)"
    if let domain = affinity.domain { text += "; Domain=\(domain)" }
    if let lifetime = affinity.lifetime, let digits = renewalDigits {
      // Within a step the cookie is not renewed.
      text += "; Max-Age=\(lifetime + SessionAffinity.seconds(ofStep: digits))"
    }
    text += "; HttpOnly; SameSite="
    switch affinity.sameSite {
    case .lax: text += "Lax"
    case .strict: text += "Strict"
    case .none: text += "None"
    }
    switch affinity.secure {
    case .auto: return text + names.secure
    case .always: return text + "; Secure"
    case .never: return text
    }
  }
}

extension SessionAffinity {
  /// The seconds of a step that leaves some digits out.
  fileprivate static func seconds(ofStep digits: Int) -> Int {
    (0..<digits).reduce(1) { product, _ in product * 10 }
  }

  /// A step in words.
  fileprivate static func written(step digits: Int) -> String {
    "\(seconds(ofStep: digits)) seconds"
  }
}
