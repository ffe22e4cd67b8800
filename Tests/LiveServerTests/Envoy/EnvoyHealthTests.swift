import Testing

/// What Envoy does with hosts that are not healthy, and when it ignores health.
extension LiveServers {
  @Suite(.needs(.envoy)) struct EnvoyHealth {
    static let policies = ["lb_policy: RING_HASH", "lb_policy: MAGLEV"]

    /// A cluster of ten, in which the named hosts get requests.
    private static func shape(
      _ health: [Int: String], used: Set<Int>, threshold: Int? = nil, _ policy: String
    ) -> EnvoyShape {
      let line = threshold.map { "common_lb_config: { healthy_panic_threshold: { value: \($0) } }" }
      return EnvoyShape(
        "\(health), threshold \(threshold ?? 50), \(policy)",
        weights: [1, 2, 1, 3, 1, 1, 5, 1, 1, 2], policy: [policy] + (line.map { [$0] } ?? []),
        health: health, used: used)
    }

    private static func unhealthy(_ places: Set<Int>) -> [Int: String] {
      Dictionary(uniqueKeysWithValues: places.map { ($0, "UNHEALTHY") })
    }

    private static let all = Set(0..<10)

    @Test(arguments: policies)
    func unhealthyHostsGetNothing(policy: String) async throws {
      for shape in [
        Self.shape(
          [1: "UNHEALTHY", 2: "UNKNOWN", 4: "TIMEOUT", 6: "HEALTHY", 8: "DRAINING"],
          used: Self.all.subtracting([1, 4, 8]), policy),
        // Half of them are healthy, which is enough.
        Self.shape(Self.unhealthy([0, 2, 4, 6, 8]), used: [1, 3, 5, 7, 9], policy),
        // Healthy ones are enough for all requests.
        Self.shape([3: "DEGRADED", 5: "DEGRADED"], used: Self.all.subtracting([3, 5]), policy),
      ] {
        try await EnvoyTrial(shape: shape).compare()
      }
    }

    @Test(arguments: policies)
    func allGetKeysInPanic(policy: String) async throws {
      for shape in [
        Self.shape(Self.unhealthy([0, 1, 2, 4, 6, 8]), used: Self.all, policy),
        Self.shape(
          [
            1: "TIMEOUT", 2: "DRAINING", 3: "UNHEALTHY", 4: "TIMEOUT", 5: "UNHEALTHY",
            6: "DRAINING",
            7: "UNHEALTHY",
          ], used: Self.all, policy),
      ] {
        try await EnvoyTrial(shape: shape).compare()
      }
    }

    @Test(arguments: policies)
    func thresholdsOfPanic(policy: String) async throws {
      for shape in [
        Self.shape(
          Self.unhealthy(Self.all.subtracting([3, 7])), used: [3, 7], threshold: 0, policy),
        Self.shape(
          Self.unhealthy([0, 1, 2, 4, 6, 8]), used: [3, 5, 7, 9], threshold: 40, policy),
        Self.shape(Self.unhealthy([0, 1, 2, 4, 6, 8]), used: Self.all, threshold: 41, policy),
        // Eight of ten times the overprovisioning factor of 1.4 are all of the requests: no panic.
        Self.shape(
          Self.unhealthy([4, 9]), used: Self.all.subtracting([4, 9]), threshold: 100, policy),
      ] {
        try await EnvoyTrial(shape: shape).compare()
      }
    }

    /// A retry that leaves out the hosts before it follows the preference.
    @Test(arguments: policies)
    func retriesFollowThePreference(policy: String) async throws {
      let shape = EnvoyShape(
        "three of seven refuse", weights: [1, 2, 1, 3, 1, 1, 2],
        // Three retries at a time are all that Envoy allows unless told otherwise.
        policy: [policy, "circuit_breakers: { thresholds: [{ max_retries: 1000 }] }"],
        refusing: [1, 3, 4], used: [0, 2, 5, 6])
      let type = "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3"
      let trial = EnvoyTrial(
        shape: shape,
        route: [
          "retry_policy:", "  retry_on: connect-failure", "  num_retries: 4",
          "  host_selection_retry_max_attempts: 100000", "  retry_host_predicate:",
          "  - name: previous",
          "    typed_config: { \"@type\": \(type).PreviousHostsPredicate }",
        ])
      try await trial.compare()
    }
  }
}
