internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles
internal import YAMLReading

/// An endpoint of a cluster.
struct EnvoyEndpoint {
  /// Where it is reached: `host:port`, `[IPv6]:port` or `unix:/path`.
  var address: String
  /// What Envoy hashes where nothing else is given: the address as Envoy prints it.
  var printed: String
  /// The name, if it has one.
  var hostname: String?
  /// `hash_key` of the metadata `envoy.lb`.
  var hashKey: String?
  var weight = 1
  var health = Health.healthy
  var zone: String?
  var priority = 0
  /// The number of its locality in the cluster.
  var locality = 0
  /// Whether the address is a name that DNS resolves.
  var isName = false
  let position: YAMLPosition

  /// `health_status`.
  enum Health: String {
    case unknown = "UNKNOWN"
    case healthy = "HEALTHY"
    case unhealthy = "UNHEALTHY"
    case draining = "DRAINING"
    case timeout = "TIMEOUT"
    case degraded = "DEGRADED"

    /// Reads a name or a number; Envoy takes numbers without a name for unknown.
    init?(_ text: String) {
      let names = ["UNKNOWN", "HEALTHY", "UNHEALTHY", "DRAINING", "TIMEOUT", "DEGRADED"]
      let name = Int(text).map { names.indices.contains($0) ? names[$0] : names[0] } ?? text
      self.init(rawValue: name)
    }

    /// Whether it takes requests while there are enough of these.
    var isUp: Bool { self == .healthy || self == .unknown }
  }

  /// What is hashed.
  func hashed(byName usesHostnames: Bool) -> String {
    if let hashKey, !hashKey.isEmpty { return hashKey }
    return usesHostnames ? hostname ?? "" : printed
  }
}

/// Reads the endpoints of a cluster.
struct EnvoyEndpointReader {
  /// Whether addresses are names, which DNS resolves.
  let resolvesNames: Bool

  /// The endpoints of a `load_assignment` in their order.
  func endpoints(_ assignment: EnvoyMessage, _ problems: inout EnvoyProblems) -> [EnvoyEndpoint] {
    problems.check(
      assignment, "load_assignment", ["cluster_name", "endpoints", "named_endpoints", "policy"])
    if (assignment.text("cluster_name") ?? "").isEmpty {
      problems.add("load_assignment has no cluster_name", "add one", assignment.node.position)
    }
    var endpoints: [EnvoyEndpoint] = []
    for (number, locality) in assignment.messages("endpoints").enumerated() {
      problems.check(
        locality, "an item of endpoints",
        [
          "locality", "metadata", "lb_endpoints", "load_cluster_entries",
          "leds_cluster_locality_config", "load_balancing_weight", "priority", "proximity",
          "loadbalancer_endpoints",
        ])
      _ = problems.number("load_balancing_weight", of: locality, in: 1...Int(UInt32.max))
      let priority = problems.number("priority", of: locality, in: 0...128) ?? 0
      let place = locality.message("locality")
      let zone = place?.text("zone") ?? place?.text("region")
      for message in locality.messages("lb_endpoints") {
        guard var endpoint = endpoint(message, &problems) else { continue }
        endpoint.priority = priority
        endpoint.zone = zone.flatMap { $0.isEmpty ? nil : $0 }
        endpoint.locality = number
        endpoints.append(endpoint)
      }
    }
    return endpoints
  }

  private func endpoint(_ message: EnvoyMessage, _ problems: inout EnvoyProblems)
    -> EnvoyEndpoint?
  {
    problems.check(
      message, "an item of lb_endpoints",
      ["endpoint", "endpoint_name", "health_status", "metadata", "load_balancing_weight"])
    guard let inner = message.message("endpoint") else {
      problems.add("an item of lb_endpoints has no endpoint", "add one", message.node.position)
      return nil
    }
    problems.check(
      inner, "endpoint", ["address", "health_check_config", "hostname", "additional_addresses"])
    guard let address = inner.message("address") else {
      problems.add("an endpoint has no address", "add one", inner.node.position)
      return nil
    }
    guard var endpoint = self.address(address, &problems) else { return nil }
    if let name = inner.text("hostname"), !name.isEmpty { endpoint.hostname = name }
    endpoint.weight =
      problems.number("load_balancing_weight", of: message, in: 1...Int(UInt32.max)) ?? 1
    if let text = message.word("health_status") {
      if let health = EnvoyEndpoint.Health(text) {
        endpoint.health = health
      } else {
        problems.add(
          "health_status has no value \(quoted(text))",
          "write HEALTHY, UNHEALTHY, DRAINING, TIMEOUT or DEGRADED",
          message["health_status"]?.position ?? message.node.position)
      }
    }
    let metadata = message.message("metadata")?.message("filter_metadata")?.node["envoy.lb"]
    if let node = metadata?["hash_key"], case .scalar(let text, let isPlain) = node.content,
      !isPlain || Self.isText(text)
    {
      endpoint.hashKey = text
    }
    return endpoint
  }

  /// Whether YAML reads a plain scalar as a text; Envoy takes no other value for a hash key.
  private static func isText(_ text: String) -> Bool {
    let others = ["true", "false", "null", "~", "", "True", "False", "TRUE", "FALSE"]
    return !others.contains(text) && Double(text) == nil
  }

  private func address(_ message: EnvoyMessage, _ problems: inout EnvoyProblems)
    -> EnvoyEndpoint?
  {
    problems.check(message, "address", ["socket_address", "pipe", "envoy_internal_address"])
    if let pipe = message.message("pipe") {
      guard let path = pipe.text("path"), !path.isEmpty else {
        problems.add("a pipe has no path", "add one", pipe.node.position)
        return nil
      }
      return EnvoyEndpoint(address: "unix:\(path)", printed: path, position: pipe.node.position)
    }
    if let inner = message.message("envoy_internal_address") {
      let name = "envoy://" + (inner.text("server_listener_name") ?? "")
      return EnvoyEndpoint(address: name, printed: name, position: inner.node.position)
    }
    guard let socket = message.message("socket_address") else {
      problems.add(
        "an address is neither a socket_address nor a pipe", "write one of them",
        message.node.position)
      return nil
    }
    problems.check(
      socket, "socket_address",
      [
        "protocol", "address", "port_value", "named_port", "resolver_name", "ipv4_compat",
        "network_namespace_filepath",
      ])
    guard let host = socket.text("address"), !host.isEmpty else {
      problems.add("a socket_address has no address", "add one", socket.node.position)
      return nil
    }
    guard socket["port_value"] != nil else {
      problems.add("a socket_address has no port_value", "add one", socket.node.position)
      return nil
    }
    guard let port = problems.number("port_value", of: socket, in: 0...65535) else { return nil }
    return endpoint(host, port, isResolved: socket["resolver_name"] != nil, socket, &problems)
  }

  /// An address without its scope, and the scope: `%eth0` of `fe80::1%eth0`.
  private static func scope(of host: String) -> (plain: String, scope: String) {
    guard let mark = host.firstIndex(of: "%") else { return (host, "") }
    return (String(host[..<mark]), String(host[mark...]))
  }

  private func endpoint(
    _ host: String, _ port: Int, isResolved: Bool, _ socket: EnvoyMessage,
    _ problems: inout EnvoyProblems
  ) -> EnvoyEndpoint? {
    let (plain, scope) = Self.scope(of: host)
    if let (text, isIPv6) = canonicalAddress(plain), isIPv6 || text == host, isIPv6 || scope == "" {
      let text = text + scope
      let printed = isIPv6 ? "[\(text)]:\(port)" : "\(text):\(port)"
      return EnvoyEndpoint(
        address: printed, printed: printed, hostname: resolvesNames ? host : nil,
        position: socket.node.position)
    }
    guard resolvesNames || isResolved else {
      problems.add(
        "malformed IP address: \(host)", "set the cluster's type to STRICT_DNS or LOGICAL_DNS",
        socket["address"]?.position ?? socket.node.position)
      return nil
    }
    let text = "\(host):\(port)"
    return EnvoyEndpoint(
      address: text, printed: text, hostname: host, isName: true, position: socket.node.position)
  }
}
