import Testing

/// Envoy sends every key where `chash` says that its own bootstrap sends it.
extension LiveServers {
  @Suite(.needs(.envoy)) struct EnvoyPlacements {
    static let ring = "lb_policy: RING_HASH"
    static let maglev = "lb_policy: MAGLEV"
    static let weights = [1, 2, 3, 4, 5, 1, 1, 2]

    static let ringShapes = [
      EnvoyShape.equal(3, ring), .equal(100, ring),
      EnvoyShape("weights", weights: weights, policy: [ring]),
      EnvoyShape(
        "weights, murmur2", weights: weights,
        policy: [ring, "ring_hash_lb_config: { hash_function: MURMUR_HASH_2 }"]),
      EnvoyShape(
        "weights, large ring", weights: weights,
        policy: [ring, "ring_hash_lb_config: { minimum_ring_size: 65536 }"]),
      EnvoyShape(
        "weights, points cut", weights: weights,
        policy: [ring, "ring_hash_lb_config: { minimum_ring_size: 64, maximum_ring_size: 70 }"]),
      .equal(7, ring, "ring_hash_lb_config: { minimum_ring_size: 1, maximum_ring_size: 20 }"),
    ]

    static let maglevShapes = [
      EnvoyShape.equal(3, maglev), .equal(100, maglev),
      EnvoyShape("weights", weights: weights, policy: [maglev]),
      EnvoyShape(
        "weights, small table", weights: weights,
        policy: [maglev, "maglev_lb_config: { table_size: 101 }"]),
      EnvoyShape(
        "weights far apart", weights: [1, 1000, 30, 7],
        policy: [maglev, "maglev_lb_config: { table_size: 5003 }"]),
    ]

    @Test(arguments: ringShapes + maglevShapes)
    func everyKeyGoesWhereChashSays(shape: EnvoyShape) async throws {
      try await EnvoyTrial(shape: shape).compare()
    }

    /// Keys of hosts are texts in any script; Envoy does not take a number for one.
    @Test(arguments: [ring, maglev])
    func hashKeysOfHosts(policy: String) async throws {
      let shape = EnvoyShape(
        "hash keys", weights: [1, 2, 1, 3, 1], policy: [policy],
        hashKeys: [0: "shard-b", 1: "\"7\"", 2: "7", 3: "käse", 4: "\"\""])
      try await EnvoyTrial(shape: shape).compare()
    }

    /// The policies as extensions, one with names of hosts.
    @Test(arguments: [
      "ring_hash.v3.RingHash, hash_function: MURMUR_HASH_2, minimum_ring_size: 300",
      "ring_hash.v3.RingHash, consistent_hashing_lb_config: { use_hostname_for_hashing: true }",
      "maglev.v3.Maglev, table_size: 307",
    ])
    func policiesAsExtensions(config: String) async throws {
      let type = "type.googleapis.com/envoy.extensions.load_balancing_policies"
      let shape = EnvoyShape(
        config, weights: Self.weights,
        policy: [
          "type: STRICT_DNS", "load_balancing_policy:", "  policies:",
          "  - typed_extension_config:", "      name: policy",
          "      typed_config: { \"@type\": \(type).\(config) }",
        ])
      try await EnvoyTrial(shape: shape).compare()
    }
  }
}
