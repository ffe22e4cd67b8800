/// A bootstrap of Envoy with one cluster and one route to it, which Envoy runs and `chash` reads.
struct EnvoyBootstrap {
  /// The lines of the cluster, without its name.
  var cluster: [String]
  /// The item of the route's `hash_policy`.
  var hashPolicy: String
  /// Further lines of the route.
  var route: [String] = []
  /// The cookie of stateful sessions; nil for none.
  var sessionCookie: String?

  /// The whole file.
  ///
  /// - Parameters:
  ///   - front: Where requests come in.
  ///   - ready: Where every request is answered with the word.
  ///   - word: A word.
  func text(front: IPv4Address, ready: IPv4Address, word: String) -> String {
    let pass =
      ["route:", "  cluster: \(Topology.name)", "  hash_policy: [{ \(hashPolicy) }]"]
      + route.map { "  \($0)" }
    let answer = ["direct_response: { status: 200, body: { inline_string: \(word) } }"]
    let lines =
      ["static_resources:", "  listeners:"]
      + Self.listener("ready", at: ready, answer).map { "  \($0)" }
      + Self.listener("front", at: front, pass, sessionCookie).map { "  \($0)" }
      + ["  clusters:", "  - name: \(Topology.name)"] + cluster.map { "    \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func listener(
    _ name: String, at address: IPv4Address, _ route: [String],
    _ sessionCookie: String? = nil
  ) -> [String] {
    let extensions = "type.googleapis.com/envoy.extensions"
    let types = "\(extensions).filters"
    let state = "\(extensions).http.stateful_session.cookie.v3.CookieBasedSessionState"
    let session = sessionCookie.map { name in
      [
        "        - name: sessions", "          typed_config:",
        "            \"@type\": \(types).http.stateful_session.v3.StatefulSession",
        "            session_state:", "              name: envoy.http.stateful_session.cookie",
        "              typed_config:",
        "                \"@type\": \(state)",
        "                cookie: { name: \(name), path: /, ttl: 3600s }",
      ]
    }
    return [
      "- name: \(name)",
      "  address: { socket_address: { address: \(address.host), port_value: \(address.port) } }",
      "  filter_chains:", "  - filters:", "    - name: http", "      typed_config:",
      "        \"@type\": \(types).network.http_connection_manager.v3.HttpConnectionManager",
      "        stat_prefix: \(name)", "        http_filters:",
    ] + (session ?? []) + [
      "        - name: router",
      "          typed_config: { \"@type\": \(types).http.router.v3.Router }",
      "        route_config:", "          virtual_hosts:", "          - name: all",
      "            domains: [\"*\"]", "            routes:", "            - match: { prefix: / }",
    ] + route.map { "              \($0)" }
  }
}
