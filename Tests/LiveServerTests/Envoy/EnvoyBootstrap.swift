/// A bootstrap of Envoy with one cluster and one route to it, which Envoy runs and `chash` reads.
struct EnvoyBootstrap {
  /// The lines of the cluster, without its name.
  var cluster: [String]
  /// The item of the route's `hash_policy`.
  var hashPolicy: String
  /// Further lines of the route.
  var route: [String] = []

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
      + Self.listener("front", at: front, pass).map { "  \($0)" }
      + ["  clusters:", "  - name: \(Topology.name)"] + cluster.map { "    \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func listener(
    _ name: String, at address: IPv4Address, _ route: [String]
  ) -> [String] {
    let types = "type.googleapis.com/envoy.extensions.filters"
    return [
      "- name: \(name)",
      "  address: { socket_address: { address: \(address.host), port_value: \(address.port) } }",
      "  filter_chains:", "  - filters:", "    - name: http", "      typed_config:",
      "        \"@type\": \(types).network.http_connection_manager.v3.HttpConnectionManager",
      "        stat_prefix: \(name)", "        http_filters:", "        - name: router",
      "          typed_config: { \"@type\": \(types).http.router.v3.Router }",
      "        route_config:", "          virtual_hosts:", "          - name: all",
      "            domains: [\"*\"]", "            routes:", "            - match: { prefix: / }",
    ] + route.map { "              \($0)" }
  }
}
