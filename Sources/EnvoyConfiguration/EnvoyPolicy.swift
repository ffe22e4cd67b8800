internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles
internal import YAMLReading

/// How the hosts of a cluster are picked.
struct EnvoyPolicy {
  /// The method.
  enum Method {
    case ring(minimum: Int?, maximum: Int?, function: EnvoyRingHash.HashFunction)
    case maglev(tableSize: Int?)
    /// Any method that hashes no key, by its name.
    case other(String)
  }

  var method: Method
  /// Whether hosts without a hash key are hashed by their names.
  var usesHostnames = false
  /// The load of a host above which keys go on, in per cent of the mean; nil for no limit.
  var balanceFactor: Int?
  /// Whether localities have weights.
  var weighsLocalities = false
  /// The policy's own hash policy, which counts instead of those of routes.
  var hashPolicy: YAMLNode?
  var position: YAMLPosition

  /// The name of the method for summaries.
  var name: String {
    switch method {
    case .ring: "RING_HASH"
    case .maglev: "MAGLEV"
    case .other(let name): name
    }
  }

  private static let names = [
    0: "ROUND_ROBIN", 1: "LEAST_REQUEST", 2: "RING_HASH", 3: "RANDOM", 5: "MAGLEV",
    6: "CLUSTER_PROVIDED", 7: "LOAD_BALANCING_POLICY_CONFIG",
  ]

  /// Reads the policy of a cluster.
  init(_ cluster: EnvoyMessage, _ problems: inout EnvoyProblems) {
    position = cluster.node.position
    method = .other("ROUND_ROBIN")
    if let extensions = cluster.message("load_balancing_policy") {
      if let subsets = cluster["lb_subset_config"] {
        problems.add(
          "load_balancing_policy cannot be combined with lb_subset_config", "keep one",
          subsets.position)
      }
      readExtensions(extensions, &problems)
    } else {
      readField(cluster, &problems)
    }
    guard let common = cluster.message("common_lb_config") else { return }
    problems.check(common, "common_lb_config", Self.commonFields)
    if common["locality_weighted_lb_config"] != nil, common["zone_aware_lb_config"] != nil {
      problems.add(
        "common_lb_config has both zone_aware_lb_config and locality_weighted_lb_config",
        "keep one", common.node.position)
    }
    if let message = common.message("consistent_hashing_lb_config") {
      problems.check(
        message, "consistent_hashing_lb_config",
        ["use_hostname_for_hashing", "hash_balance_factor"])
      if cluster["load_balancing_policy"] == nil {
        readHashing(message, factors: 100...Int(UInt32.max), &problems)
      }
    }
    if cluster["load_balancing_policy"] == nil {
      weighsLocalities = common["locality_weighted_lb_config"] != nil
    }
  }

  private static let commonFields = [
    "healthy_panic_threshold", "zone_aware_lb_config", "locality_weighted_lb_config",
    "update_merge_window", "ignore_new_hosts_until_first_hc",
    "close_connections_on_host_set_change", "consistent_hashing_lb_config", "override_host_status",
  ]

  // MARK: lb_policy

  private mutating func readField(_ cluster: EnvoyMessage, _ problems: inout EnvoyProblems) {
    let node = cluster["lb_policy"]
    let text = cluster.word("lb_policy") ?? "ROUND_ROBIN"
    let name = Int(text).flatMap { Self.names[$0] } ?? text
    position = node?.position ?? position
    guard Self.names.values.contains(name) else {
      method = .other(name)
      return problems.add(
        "lb_policy has no value \(quoted(text))",
        "write RING_HASH or MAGLEV, or " + "ROUND_ROBIN, LEAST_REQUEST, RANDOM", position)
    }
    switch name {
    case "LOAD_BALANCING_POLICY_CONFIG":
      method = .other(name)
      problems.add("field load_balancing_policy need to be set", "add it", position)
    case "RING_HASH":
      let message = cluster.message("ring_hash_lb_config")
      if let message {
        problems.check(
          message, "ring_hash_lb_config",
          ["minimum_ring_size", "maximum_ring_size", "hash_function"])
      }
      let functions: [String: EnvoyRingHash.HashFunction] = [
        "XX_HASH": .xxHash, "0": .xxHash, "MURMUR_HASH_2": .murmurHash2, "1": .murmurHash2,
      ]
      method = ring(message, functions, &problems)
    case "MAGLEV":
      let message = cluster.message("maglev_lb_config")
      if let message { problems.check(message, "maglev_lb_config", ["table_size"]) }
      method = maglev(message, &problems)
    default: method = .other(name)
    }
  }

  // MARK: load_balancing_policy

  private mutating func readExtensions(
    _ message: EnvoyMessage, _ problems: inout EnvoyProblems
  ) {
    problems.check(message, "load_balancing_policy", ["policies"])
    guard let first = message.messages("policies").first,
      let config = first.message("typed_extension_config")
    else {
      method = .other("load_balancing_policy")
      return problems.add(
        "load_balancing_policy has no policy", "add one to 'policies'", message.node.position)
    }
    position = config.node.position
    guard let (type, policy) = config.extensionConfig("typed_config") else {
      method = .other(config.text("name") ?? "load_balancing_policy")
      return problems.add(
        "typed_config of a load balancing policy has no '@type'", "add the one of its messages",
        position)
    }
    let functions: [String: EnvoyRingHash.HashFunction] = [
      "DEFAULT_HASH": .xxHash, "0": .xxHash, "XX_HASH": .xxHash, "1": .xxHash,
      "MURMUR_HASH_2": .murmurHash2, "2": .murmurHash2,
    ]
    switch type {
    case "RingHash":
      problems.check(
        policy, type,
        [
          "minimum_ring_size", "maximum_ring_size", "hash_function", "use_hostname_for_hashing",
          "hash_balance_factor", "consistent_hashing_lb_config", "locality_weighted_lb_config",
        ])
      method = ring(policy, functions, &problems)
      // The older place of these two.
      readHashing(policy, factors: 0...Int(UInt32.max), &problems)
    case "Maglev":
      problems.check(
        policy, type,
        ["table_size", "consistent_hashing_lb_config", "locality_weighted_lb_config"])
      method = maglev(policy, &problems)
    default:
      method = .other(type)
      return
    }
    if let message = policy.message("consistent_hashing_lb_config") {
      readHashing(message, factors: 0...Int(UInt32.max), &problems)
    }
    weighsLocalities = policy["locality_weighted_lb_config"] != nil
  }

  // MARK: Settings

  private mutating func readHashing(
    _ message: EnvoyMessage, factors: ClosedRange<Int>, _ problems: inout EnvoyProblems
  ) {
    usesHostnames = message.flag("use_hostname_for_hashing") || usesHostnames
    let factor = problems.number("hash_balance_factor", of: message, in: factors)
    // 0 is no limit.
    if let factor { balanceFactor = factor == 0 ? nil : factor }
    hashPolicy = message["hash_policy"] ?? hashPolicy
  }

  private func ring(
    _ message: EnvoyMessage?, _ functions: [String: EnvoyRingHash.HashFunction],
    _ problems: inout EnvoyProblems
  ) -> Method {
    guard let message else { return .ring(minimum: nil, maximum: nil, function: .xxHash) }
    let largest = 8_388_608
    let minimum = problems.number("minimum_ring_size", of: message, in: 0...largest)
    let maximum = problems.number("maximum_ring_size", of: message, in: 0...largest)
    let (low, high) = (minimum ?? 1024, maximum ?? largest)
    if low > high {
      problems.add(
        "ring hash: minimum_ring_size (\(low)) > maximum_ring_size (\(high))",
        minimum == nil ? "write a minimum_ring_size, which is 1024 by default" : "swap them",
        message.node.position)
    }
    var function = EnvoyRingHash.HashFunction.xxHash
    if let text = message.word("hash_function") {
      if let known = functions[text] {
        function = known
      } else {
        problems.add(
          "hash_function has no value \(quoted(text))", "write XX_HASH or MURMUR_HASH_2",
          message["hash_function"]?.position ?? message.node.position)
      }
    }
    return .ring(minimum: minimum, maximum: maximum, function: function)
  }

  private func maglev(_ message: EnvoyMessage?, _ problems: inout EnvoyProblems) -> Method {
    guard let message else { return .maglev(tableSize: nil) }
    let size = problems.number("table_size", of: message, in: 0...5_000_011)
    if let size, !Self.isPrime(size) {
      problems.add(
        "The table size of maglev must be prime number", "\(size) is none; 65537 is one",
        message["table_size"]?.position ?? message.node.position)
    }
    return .maglev(tableSize: size)
  }

  private static func isPrime(_ number: Int) -> Bool {
    guard number > 1 else { return false }
    var divisor = 2
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }
}
