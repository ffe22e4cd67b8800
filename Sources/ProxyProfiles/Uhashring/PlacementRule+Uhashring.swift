public import ConsistentHashing

extension PlacementRule {
  /// uhashring with its own hash.
  public static let uhashring = PlacementRule(
    name: "uhashring", summary: "what Python's uhashring picks: a ring of 128-bit MD5 points",
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      requiresWholeWeights: true),
    prediction: { cluster throws(ClusterError) in
      let weights = cluster.availableWeights
      return SharePrediction(
        weights: weights,
        spread: .points(weights.map { $0 * Double(UhashringDefault.virtualNodes) }))
    },
    // Points have 128 bits.
    memory: { cluster in
      50 * Double(UhashringDefault.virtualNodes) * cluster.availableWeights.reduce(0, +)
    }
  ) { cluster throws(ClusterError) in
    try UhashringDefault(cluster)
  }

  /// uhashring with `hash_fn="ketama"`.
  public static let uhashringKetama = PlacementRule(
    name: "uhashring-ketama", summary: "what Python's uhashring picks under hash_fn='ketama'",
    promises: RulePromises(
      movement: .any, isOrderIndependent: true, requiresWholeWeights: true,
      zeroWeightDrains: false),
    prediction: { cluster throws(ClusterError) in .sharingPoints(of: cluster) }
  ) { cluster throws(ClusterError) in
    try UhashringKetama(cluster)
  }
}
