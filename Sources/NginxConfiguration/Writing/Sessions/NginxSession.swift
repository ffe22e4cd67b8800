internal import Configurations
internal import ConsistentHashing

/// The maps and upstreams that keep sessions on their servers, for `http { }`.
///
/// The cookie is `ID`, or `ID.SERVER` for sessions that follow the server and `ID.LIST` for those that follow
/// their list, with `.TIME` at the end if it has a lifetime. nginx needs its regular expressions for them (PCRE, as all packages have), and 1.11.0
/// for `$request_id`.
struct NginxSession {
  let affinity: SessionAffinity
  let names: NginxSessionNames
  let upstream: NginxUpstream
  /// What places sessions instead of the upstream.
  let choices: NginxChoices?
  /// The variable of the cookie that requests have.
  let variable: String
  /// The servers that a cookie may name.
  let servers: [Server]
  /// The lists that a cookie may name; nil if it names none.
  let lists: NginxSessionLists?

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
  static let idPattern = "[0-9a-f]{32}"
  static let markPattern = "[0-9a-f]{\(SessionTokens.length)}"
  static let timePattern = "[0-9]{1,9}"

  /// Writes the sessions of a cluster down.
  ///
  /// - Parameters:
  ///   - upstream: The upstream that places new sessions.
  ///   - lists: The lists, if sessions follow them.
  ///   - choices: What places them instead, with an upstream for each server.
  init(
    _ placed: PlacedCluster, _ affinity: SessionAffinity, upstream: NginxUpstream,
    lists: NginxSessionLists? = nil, choices: NginxChoices? = nil
  ) throws(EmissionError) {
    self.affinity = affinity
    self.choices = choices
    self.upstream = upstream
    self.lists = lists
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
    [upstream.name]
      + servers.map { NginxSessionNames.pool($0.token, cluster: upstream.name) }
      + (lists?.earlier.map(\.upstream.name) ?? [])
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
      if let choices { return items + (try choices.items()) }
      items += upstream.items
      for server in servers {
        items.append(.blank)
        items.append(try item(of: server))
      }
      for list in lists?.earlier ?? [] { items += [.blank] + (try list.items()) }
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
}
