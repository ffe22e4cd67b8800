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
  let servers: [Server]

  /// The first nginx with `$request_id`.
  static let firstVersion = NginxVersion(1, 11, 0)

  /// A server that keeps its sessions.
  struct Server {
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

  /// As many servers as fit maps of the standard size for certain: of 25 lists of 120 servers nginx 1.22
  /// warned about none, of 150 servers about 17.
  private static let manyServers = 100

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
    var maps = NginxMapList()
    if affinity.follow == .server { try addServer(&maps) } else { try addID(&maps) }
    if let fallback = affinity.fallback { try addFallback(fallback, &maps) }
    if affinity.follow == .server { try addAnswering(&maps) }
    try addCookie(&maps)
    if affinity.follow == .server { try addRetry(&maps) }
    try maps.add(
      ["WebSocket and other upgrades; other connections to servers stay open."],
      NginxMap("$http_upgrade", names.connection, or: "upgrade", [("", "")]))
    return maps.items
  }

  /// The parts of a cookie.
  ///
  /// The time is accepted whether cookies have one now or not.
  private var cookiePattern: String {
    func group(_ variable: String, _ pattern: String) -> String {
      "(?<\(variable.dropFirst())>\(pattern))"
    }
    return
      "~^\(group(names.given, Self.idPattern))(?:\\.\(group(names.givenMark, Self.markPattern)))?"
      + "(?:\\.\(group(names.givenTime, Self.timePattern)))?$"
  }

  /// The id of a session that follows the key.
  private func addID(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    try maps.add(
      [
        "\(upstream.name): the id of a session, out of the cookie \(affinity.cookie); a new one for others."
      ],
      NginxMap(variable, names.known, or: "", [(cookiePattern, names.given)]),
      NginxMap(names.known, names.id, or: names.known, [("", "$request_id")]))
  }

  /// The server and the id of a session that follows the server.
  private func addServer(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    try maps.add(
      [
        "\(upstream.name): the server that the cookie \(affinity.cookie) names. If it is gone, the hash "
          + "places the session."
      ],
      NginxMap(variable, names.mark, or: "", [(cookiePattern, names.givenMark)]),
      NginxMap(
        names.mark, names.pool, or: upstream.name,
        commented: servers.map { server in
          (
            server.token, NginxSessionNames.pool(server.token, cluster: upstream.name),
            server.line.id
          )
        }))
    try maps.add(
      ["The id of the session, out of the cookie as well; a new one for everybody else."],
      NginxMap(known, names.id, or: names.given, [(".", "$request_id")]))
  }

  /// A text that is a dot alone if there is no cookie.
  ///
  /// The name of the server comes first: finding it takes the cookie apart.
  private var known: String { "\(names.mark).\(names.given)" }

  /// What is hashed for clients without the cookie.
  private func addFallback(
    _ fallback: SessionAffinity.Fallback, _ maps: inout NginxMapList
  ) throws(NginxUnwritable) {
    let source: String
    do {
      source = try NginxVariable.text(for: fallback.source, context: .http)
    } catch {
      throw NginxUnwritable(problem: error.problem, remedy: error.remedy)
    }
    try maps.add(
      [
        "What is hashed: the id, or \(fallback.source) for clients without the cookie.",
        "Those who keep no cookies stay on one server with it.",
      ],
      NginxMap(source, names.first, or: source, [("", "$request_id")]),
      NginxMap(known, names.key, or: names.given, [(".", names.first)]))
  }

  /// The name of the server that answered.
  private func addAnswering(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    try maps.add(
      ["The server that answered, by its address."],
      NginxMap("$upstream_addr", names.token, or: names.lastToken, commented: peers))
    try maps.add(
      ["If several were tried, the last of their addresses."],
      NginxMap(
        "$upstream_addr", names.last, or: "",
        [("~ (?<\(names.lastPeer.dropFirst())>[^ ]+)$", names.lastPeer)]),
      NginxMap(names.last, names.lastToken, or: "", commented: peers))
  }

  /// The servers by their addresses; the first of those that share one.
  private var peers: [(text: String, value: String, comment: NginxComment?)] {
    var seen: Set<String> = []
    return servers.compactMap { server in
      seen.insert(server.peer).inserted ? (server.peer, server.token, server.line.id) : nil
    }
  }

  private func addRetry(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    try maps.add(
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
}
