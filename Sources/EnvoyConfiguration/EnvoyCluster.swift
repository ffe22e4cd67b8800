internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// A cluster of a configuration as it was read.
struct EnvoyCluster {
  /// How Envoy learns the hosts.
  enum Discovery: Equatable {
    case fixed
    /// Every address that DNS gives is a host.
    case strictDNS
    /// The cluster is one host, whatever DNS gives.
    case logicalDNS
    /// Any other way, by its name.
    case other(String)

    var resolvesNames: Bool { self == .strictDNS || self == .logicalDNS }
  }

  let name: String
  let discovery: Discovery
  let policy: EnvoyPolicy
  let family: EnvoyLookupFamily
  var endpoints: [EnvoyEndpoint] = []
  /// What depends on DNS.
  var nameDependencies: [ConfigurationDependency] = []
  /// Names that have no address.
  var unknownNames: [String] = []
  /// Whether names have more addresses than are read.
  var hasTooManyAddresses = false
  /// `healthy_panic_threshold` in per cent.
  private(set) var panicThreshold: Int?
  /// Whether routes can pick a subset of the hosts.
  let hasSubsets: Bool
  /// The healthy share that counts as all of it, in per cent.
  private(set) var overprovisioning = 140
  let position: YAMLPosition
  /// The first reason why Envoy would refuse the cluster.
  private(set) var flaw: ConfigurationProblem?

  init(_ message: EnvoyMessage, _ problems: inout EnvoyProblems) {
    let first = problems.list.count
    position = message.node.position
    name = message.text("name") ?? ""
    if name.isEmpty { problems.add("a cluster has no name", "add one", position) }
    problems.check(message, "cluster \(quoted(name))", Self.fields)
    discovery = Self.discovery(message, &problems)
    let dns = message.message("cluster_type")?.extensionConfig("typed_config")?.message ?? message
    family = EnvoyLookupFamily(dns.word("dns_lookup_family"))
    policy = EnvoyPolicy(message, &problems)
    hasSubsets = !(message.message("lb_subset_config")?.messages("subset_selectors") ?? []).isEmpty
    if let threshold = message.message("common_lb_config")?.message("healthy_panic_threshold") {
      problems.check(threshold, "healthy_panic_threshold", ["value"])
      let percent = threshold.text("value").flatMap { Double($0) } ?? 0
      if (0...100).contains(percent) {
        panicThreshold = Int(percent + 0.5)
      } else {
        problems.add(
          "healthy_panic_threshold is no share in per cent", "write 0 to 100",
          threshold.node.position)
      }
    }
    if let assignment = message.message("load_assignment") {
      let reader = EnvoyEndpointReader(resolvesNames: discovery.resolvesNames)
      endpoints = reader.endpoints(assignment, &problems)
      let factor = assignment.message("policy").flatMap {
        problems.number("overprovisioning_factor", of: $0, in: 1...Int(UInt32.max))
      }
      overprovisioning = factor ?? overprovisioning
    }
    let settings = message.message("common_lb_config")?.message("consistent_hashing_lb_config")
    if discovery == .fixed || discovery == .logicalDNS,
      settings?.flag("use_hostname_for_hashing") == true
    {
      problems.add(
        "Cannot use hostname for consistent hashing loadbalancing for cluster of this type",
        "set its type to STRICT_DNS, or give each endpoint a hash_key in the metadata envoy.lb",
        position)
    }
    if discovery == .logicalDNS, endpoints.count != 1 {
      problems.add(
        "LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint",
        "use STRICT_DNS for several", position)
    }
    flaw = problems.list[first...].first { $0.severity == .error }
  }

  private static func discovery(_ message: EnvoyMessage, _ problems: inout EnvoyProblems)
    -> Discovery
  {
    if let type = message.message("cluster_type") {
      guard let (kind, config) = type.extensionConfig("typed_config"), kind == "DnsCluster" else {
        return .other(type.text("name") ?? "cluster_type")
      }
      return config.flag("all_addresses_in_single_endpoint") ? .logicalDNS : .strictDNS
    }
    guard let node = message["type"] else { return .fixed }
    switch message.word("type") {
    case "STATIC", "0": return .fixed
    case "STRICT_DNS", "1": return .strictDNS
    case "LOGICAL_DNS", "2": return .logicalDNS
    case "EDS", "3":
      if message["eds_cluster_config"] == nil {
        problems.add(
          "cannot create an EDS cluster without an EDS config", "add eds_cluster_config",
          node.position)
      }
      return .other("EDS")
    case "ORIGINAL_DST", "4": return .other("ORIGINAL_DST")
    default:
      problems.add(
        "type has no value \(quoted(node.text ?? "…"))",
        "write STATIC, STRICT_DNS, LOGICAL_DNS, EDS or ORIGINAL_DST", node.position)
      return .other("type")
    }
  }

  private static let fields = [
    "transport_socket_matches", "transport_socket_matcher", "name", "alt_stat_name", "type",
    "cluster_type", "eds_cluster_config", "connect_timeout", "per_connection_buffer_limit_bytes",
    "lb_policy", "load_assignment", "health_checks", "max_requests_per_connection",
    "circuit_breakers", "upstream_http_protocol_options", "common_http_protocol_options",
    "http_protocol_options", "http2_protocol_options", "typed_extension_protocol_options",
    "dns_refresh_rate", "dns_jitter", "dns_failure_refresh_rate", "respect_dns_ttl",
    "dns_lookup_family", "dns_resolvers", "use_tcp_for_dns_lookups", "dns_resolution_config",
    "typed_dns_resolver_config", "wait_for_warm_on_init", "outlier_detection", "cleanup_interval",
    "upstream_bind_config", "lb_subset_config", "ring_hash_lb_config", "maglev_lb_config",
    "original_dst_lb_config", "least_request_lb_config", "round_robin_lb_config",
    "common_lb_config", "transport_socket", "metadata", "protocol_selection",
    "upstream_connection_options", "close_connections_on_host_health_failure",
    "ignore_health_on_host_removal", "filters", "load_balancing_policy", "lrs_server",
    "lrs_report_endpoint_metrics", "track_timeout_budgets", "upstream_config",
    "track_cluster_stats", "preconnect_policy", "connection_pool_per_downstream_connection",
  ]
}
