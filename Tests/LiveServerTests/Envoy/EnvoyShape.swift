import Testing

/// The clusters of Envoy that are driven, before their hosts have a port.
struct EnvoyShape: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var weights: [Int]
  /// The lines of the cluster that say how a host is picked.
  var policy: [String]
  /// `health_status` by the place of a host.
  var health: [Int: String] = [:]
  /// `hash_key` by the place of a host, as YAML writes it.
  var hashKeys: [Int: String] = [:]
  /// The places of hosts at which nobody listens.
  var refusing: Set<Int> = []
  /// The places of the hosts that get requests.
  var used: Set<Int>

  init(
    _ description: String, weights: [Int], policy: [String], health: [Int: String] = [:],
    hashKeys: [Int: String] = [:], refusing: Set<Int> = [], used: Set<Int>? = nil
  ) {
    testDescription = description
    self.weights = weights
    self.policy = policy
    self.health = health
    self.hashKeys = hashKeys
    self.refusing = refusing
    self.used = used ?? Set(weights.indices)
  }

  /// The places of the hosts that some of a few thousand keys reach on every ring and table: those with a
  /// hundredth of the weight or more.
  var busy: Set<Int> {
    let total = used.reduce(0) { $0 + weights[$1] }
    return used.filter { weights[$0] * 100 >= total }
  }

  static func equal(_ count: Int, _ policy: String...) -> Self {
    Self(
      "\(count) equal, \(policy.joined(separator: ", "))",
      weights: Array(repeating: 1, count: count),
      policy: policy)
  }

  /// What listens.
  var servers: Shape { Shape(testDescription, weights: weights, refusing: refusing) }

  /// The lines of the cluster for hosts at some addresses.
  func cluster(at addresses: [String]) -> [String] {
    policy + [
      "load_assignment:", "  cluster_name: \(Topology.name)", "  endpoints:", "  - lb_endpoints:",
    ]
      + addresses.enumerated().flatMap { index, address in endpoint(index, address) }
  }

  private func endpoint(_ index: Int, _ address: String) -> [String] {
    let parts = address.split(separator: ":")
    var lines = [
      "    - endpoint:",
      "        address: { socket_address: { address: \(parts[0]), port_value: \(parts[1]) } }",
    ]
    if weights[index] != 1 { lines.append("      load_balancing_weight: \(weights[index])") }
    if let status = health[index] { lines.append("      health_status: \(status)") }
    if let key = hashKeys[index] {
      lines.append("      metadata: { filter_metadata: { envoy.lb: { hash_key: \(key) } } }")
    }
    return lines
  }
}
