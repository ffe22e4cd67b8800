internal import Configurations
internal import ConsistentHashing

extension NginxSession {
  /// The maps, in the order in which they are read.
  func maps() throws(NginxUnwritable) -> [NginxItem] {
    var maps = NginxMapList()
    switch affinity.follow {
    case .server: try addServer(&maps)
    case .list: try addLists(&maps)
    case .key: try addID(&maps)
    }
    if let fallback = affinity.fallback { try addFallback(fallback, &maps) }
    if affinity.follow == .server { try addAnswering(&maps) }
    try addCookie(&maps)
    if affinity.follow == .server { try Self.addRetry(to: names.retry, &maps) }
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
        names.mark, names.pool, or: choices?.first ?? upstream.name,
        commented: servers.map { server in
          (
            server.token, NginxSessionNames.pool(server.token, cluster: upstream.name),
            server.line.id
          )
        }))
    try addGivenID(&maps)
  }

  /// The list and the id of a session that follows its list.
  private func addLists(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    guard let lists else { return }
    try maps.add(
      [
        "\(upstream.name): the list of servers that the cookie \(affinity.cookie) names. If nobody knows it, the "
          + "present one places the session."
      ],
      NginxMap(variable, names.mark, or: "", [(cookiePattern, names.givenMark)]),
      NginxMap(
        names.mark, names.pool, or: upstream.name,
        lists.earlier.map { ($0.token, $0.upstream.name) }),
      NginxMap(
        names.mark, names.token, or: lists.present, lists.earlier.map { ($0.token, $0.token) }))
    try addGivenID(&maps)
  }

  private func addGivenID(_ maps: inout NginxMapList) throws(NginxUnwritable) {
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

  /// What happens to a request that its server did not answer: `again`, or the status.
  ///
  /// - Parameter attempt: The attempt before which this is asked, counted from 1.
  static func addRetry(
    to variable: String, attempt: Int = 2, _ maps: inout NginxMapList
  ) throws(NginxUnwritable) {
    // nginx writes ` : ` between the servers of two locations: the status of the last one counts.
    let others = attempt > 2 ? "|:" : ""
    try maps.add(
      [
        "A request that its server did not answer goes to another one if no server can have begun",
        "with it, or if it may be repeated. The others fail, and slow servers keep their sessions.",
      ],
      NginxMap(
        "$upstream_status $request_method $upstream_connect_time", variable, or: "504",
        [
          ("~ -$", "again"), ("~502 (?!POST |LOCK |PATCH \(others))", "again"),
          ("~502 [A-Z]+ ", "502"),
        ]))
  }
}
