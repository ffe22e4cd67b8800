internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// What a `server { }` needs to send requests, or connections, to a cluster.
struct NginxServerPart {
  let placed: PlacedCluster
  let context: NginxContext
  let options: NginxEmitter.Options
  /// How requests go from server to server, where nginx's own methods do not do that.
  let choices: NginxChoices?

  var affinity: SessionAffinity? {
    if case .session(let affinity)? = placed.placement.key, context == .http {
      affinity
    } else {
      nil
    }
  }

  var names: NginxSessionNames { NginxSessionNames(cluster: placed.name) }

  /// The value that names the servers, without `http://`: an upstream, or the variable that names one.
  private var target: String {
    if placed.placement.rule == PlacementRule.nginxSplitClients.name { return "$\(placed.name)" }
    switch affinity?.follow {
    case .server?, .list?: return names.pool
    case .key?, nil: return placed.name
    }
  }

  /// The items of the block.
  func items() throws(EmissionError) -> [NginxItem] {
    do throws(NginxUnwritable) {
      return context == .http ? try locations() : try stream()
    } catch {
      throw EmissionError(.invalidOption, .cluster, error.problem, remedy: error.remedy)
    }
  }

  /// The items in a `server { }`.
  func site() throws(EmissionError) -> NginxItem {
    var block: [NginxItem] = []
    do throws(NginxUnwritable) {
      let listen = options.listen ?? (context == .http ? "80" : nil)
      guard let listen else {
        throw NginxUnwritable(
          problem: "a server of a stream has no port of its own", remedy: "say where it listens")
      }
      // Parameters such as `ssl` or `proxy_protocol` are words of their own.
      let words = try listen.split(separator: " ").map { word throws(NginxUnwritable) in
        try NginxToken(String(word))
      }
      block.append(.directive(NginxDirective(NginxToken(word: "listen"), words)))
      if let name = options.serverName, context == .http {
        let words = try name.split(separator: " ").map { word throws(NginxUnwritable) in
          try NginxToken(String(word))
        }
        block.append(.directive(NginxDirective(NginxToken(word: "server_name"), words)))
      }
    } catch {
      throw EmissionError(.invalidOption, .cluster, error.problem, remedy: error.remedy)
    }
    block.append(.blank)
    return .directive(NginxDirective(NginxToken(word: "server"), block: block + (try items())))
  }

  // MARK: Streams

  private func stream() throws(NginxUnwritable) -> [NginxItem] {
    let preread =
      placed.placement.key?.sources.contains(.serverName) ?? false
      ? try [
        Self.comment(
          "The server name is read out of the TLS handshake, which goes on to the server."),
        Self.line("ssl_preread", "on"), .blank,
      ] : []
    return try preread + [
      Self.line("proxy_pass", target),
      Self.comment(
        "A server that cannot be reached is given up after this time, and the next is tried."),
      Self.line("proxy_connect_timeout", Self.connectTimeout),
      Self.line("proxy_next_upstream", "on"),
    ]
  }

  // MARK: Requests

  private static let connectTimeout = "2s"

  private func locations() throws(NginxUnwritable) -> [NginxItem] {
    let path = options.location ?? "/"
    guard path.hasPrefix("/") else {
      throw NginxUnwritable(
        problem: "the location \(quoted(path)) is not an absolute path",
        remedy: "write /, or /shop/")
    }
    if let choices { return try locations(at: NginxToken(path), choices) }
    var first = try proxying(to: target)
    var items: [NginxItem] = []
    if let affinity {
      first += try cookie()
      if affinity.follow == .server {
        first += try [
          .blank,
          Self.comment("When the server that the cookie names does not answer."),
          Self.line("error_page", "502", "504", "=", names.again),
        ]
      }
    }
    items.append(Self.location(try NginxToken(path), first))
    if affinity?.follow == .server {
      let again =
        try [
          Self.comment(
            "Requests that a server may have begun with, and that must not be repeated."),
          Self.condition("(\(names.retry)", "=", "502)", returning: 502),
          Self.condition("(\(names.retry)", "=", "504)", returning: 504),
          .blank,
        ] + (try proxying(to: placed.name)) + (try cookie())
      items += [.blank, Self.location(NginxToken(checked: names.again), again)]
    }
    return items
  }

  func proxying(to target: String) throws(NginxUnwritable) -> [NginxItem] {
    var items = try [
      Self.line("proxy_pass", "http://\(target)"),
      Self.line("proxy_http_version", "1.1"),
      Self.line("proxy_set_header", "Host", "$host"),
      Self.line("proxy_set_header", "X-Real-IP", "$remote_addr"),
      Self.line("proxy_set_header", "X-Forwarded-For", "$proxy_add_x_forwarded_for"),
      Self.line("proxy_set_header", "X-Forwarded-Proto", "$scheme"),
    ]
    if let affinity {
      items += try [
        Self.line("proxy_set_header", "Upgrade", "$http_upgrade"),
        Self.line("proxy_set_header", "Connection", names.connection),
        Self.comment("The id of the session, for the application's log and for its replicas."),
        Self.line("proxy_set_header", affinity.header, names.id),
      ]
    } else {
      items.append(
        .directive(
          NginxDirective(
            NginxToken(word: "proxy_set_header"),
            [NginxToken(word: "Connection"), NginxToken(empty: ())])))
    }
    items += try [
      Self.comment(
        "A server that cannot be reached is given up after 2 s. Then the next one of the hash is tried,"
      ),
      Self.comment(
        "unless the server may have begun with a request that must not be repeated (POST, LOCK, PATCH)."
      ),
      Self.line("proxy_connect_timeout", Self.connectTimeout),
      Self.line("proxy_next_upstream", "error", "timeout"),
      Self.line("proxy_next_upstream_timeout", "10s"),
    ]
    return items
  }

  func cookie() throws(NginxUnwritable) -> [NginxItem] {
    try [
      Self.comment(
        "A location with an add_header has none of the server's, which belong here as well."),
      Self.line("add_header", "Set-Cookie", names.cookie, "always"),
    ]
  }

  // MARK: Items

  static func line(_ name: StaticString, _ arguments: String...) throws(NginxUnwritable)
    -> NginxItem
  {
    var tokens: [NginxToken] = []
    for argument in arguments { tokens.append(try NginxToken(verbatim: argument)) }
    return .directive(NginxDirective(NginxToken(word: name), tokens))
  }

  static func comment(_ text: String) throws(NginxUnwritable) -> NginxItem {
    .comment(try NginxComment(text))
  }

  static func location(_ name: NginxToken, _ block: [NginxItem]) -> NginxItem {
    .directive(NginxDirective(NginxToken(word: "location"), [name], block: block))
  }

  /// An `if` that ends the request with a status.
  static func condition(_ words: String..., returning status: Int) -> NginxItem {
    .directive(
      NginxDirective(
        NginxToken(word: "if"), words.map { NginxToken(checked: $0) },
        block: [
          .directive(
            NginxDirective(NginxToken(word: "return"), [NginxToken(number: status)]))
        ]))
  }
}
