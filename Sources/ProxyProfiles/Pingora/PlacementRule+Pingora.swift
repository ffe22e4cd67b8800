public import ConsistentHashing

extension PlacementRule {
  /// pingora's consistent hashing.
  public static let pingora = PlacementRule(
    name: "pingora", summary: "what pingora's consistent hashing (pingora-ketama) picks",
    options: PingoraKetama.Options.self,
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      requiresWholeWeights: true, identityIsAddress: true),
    prediction: { cluster, _ throws(ClusterError) in
      SharePrediction(weights: cluster.availableWeights, virtualNodes: CRC32Ring.virtualNodes)
    }
  ) { cluster, options, _ throws(ClusterError) in
    try PingoraKetama(cluster, options)
  }
}
