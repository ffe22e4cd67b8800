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
      readExtensions(extensions, &problems)
    } else {
      readField(cluster, &problems)
    }
    guard let common = cluster.message("common_lb_config") else { return }
    if cluster["load_balancing_policy"] == nil {
      weighsLocalities = common["locality_weighted_lb_config"] != nil
      if let message = common.message("consistent_hashing_lb_config") {
        readHashing(message, &problems)
      }
    }
  }

  // MARK: lb_policy

  private mutating func readField(_ cluster: EnvoyMessage, _ problems: inout EnvoyProblems) {
    let node = cluster["lb_policy"]
    let text = node?.text ?? "ROUND_ROBIN"
    let name = Int(text).flatMap { Self.names[$0] } ?? text
    position = node?.position ?? position
    guard Self.names.values.contains(name) else {
      method = .other(name)
      return problems.add(
        "lb_policy has no value \(quoted(text))",
        "write RING_HASH or MAGLEV, or " + "ROUND_ROBIN, LEAST_REQUEST, RANDOM", position)
    }
    switch name {
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
      return
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
      readHashing(policy, &problems)
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
      readHashing(message, &problems)
    }
    weighsLocalities = policy["locality_weighted_lb_config"] != nil
  }

  // MARK: Settings

  private mutating func readHashing(_ message: EnvoyMessage, _ problems: inout EnvoyProblems) {
    usesHostnames = message.flag("use_hostname_for_hashing") || usesHostnames
    let factor = problems.number("hash_balance_factor", of: message, in: 100...Int(UInt32.max))
    balanceFactor = factor ?? balanceFactor
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
    if let text = message.text("hash_function") {
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
