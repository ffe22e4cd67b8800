public import ConsistentHashing

extension PlacementRule {
  /// Envoy `ring_hash`.
  public static let envoyRing = PlacementRule(
    name: "envoy-ring", summary: "what Envoy picks under ring_hash; the id is the hash key",
    options: EnvoyRingHash.Options.self,
    promises: RulePromises(movement: .any, downIsSkipped: false, requiresWholeWeights: true),
    prediction: { cluster, options throws(ClusterError) in
      SharePrediction(cluster, panicThreshold: options.panicThreshold) { weights in
        .points(
          ScaledRing.expectedPoints(
            weights, minimum: options.minimumRingSize, maximum: options.maximumRingSize))
      }
    }
  ) { cluster, options, _ throws(ClusterError) in
    try EnvoyRingHash(cluster, options)
  }

  /// Envoy `maglev`.
  public static let envoyMaglev = PlacementRule(
    name: "envoy-maglev", summary: "what Envoy picks under maglev; the id is the hash key",
    options: EnvoyMaglev.Options.self,
    promises: RulePromises(
      movement: .nearMinimal, isOrderIndependent: true, downIsSkipped: false,
      requiresWholeWeights: true),
    prediction: { cluster, options throws(ClusterError) in
      SharePrediction(cluster, panicThreshold: options.panicThreshold) { _ in
        .slots(options.tableSize)
      }
    }
  ) { cluster, options, _ throws(ClusterError) in
    try EnvoyMaglev(cluster, options)
  }
}

extension OptionField {
  /// The option of Envoy's balancers that says when health is ignored.
  static func panicThreshold(_ path: any (WritableKeyPath<Options, Int> & Sendable)) -> Self {
    .integer(
      "panic-threshold", path, in: 0...100,
      "healthy_panic_threshold: below this percentage of healthy hosts all are used")
  }
}
