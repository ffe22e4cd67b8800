public import ConsistentHashing

extension PlacementRule {
  /// Guava's `Hashing.consistentHash`.
  public static let guavaConsistent = PlacementRule(
    name: "guava-consistent",
    summary: "what Guava's Hashing.consistentHash picks; places in the list are identities",
    options: GuavaConsistentHash.Options.self,
    promises: RulePromises(movement: .any, takesWeights: false),
    prediction: { cluster, _ throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster, options, _ throws(ClusterError) in
    try GuavaConsistentHash(cluster, options)
  }
}
