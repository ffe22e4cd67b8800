public import ConsistentHashing

extension PlacementRule {
  /// lua-resty-balancer's `resty.chash`.
  public static let restyChash = PlacementRule(
    name: "resty-chash", summary: "what resty.chash (ingress-nginx's upstream-hash-by) finds",
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      requiresWholeWeights: true),
    prediction: { cluster throws(ClusterError) in
      SharePrediction(weights: cluster.availableWeights, virtualNodes: CRC32Ring.virtualNodes)
    }
  ) { cluster throws(ClusterError) in
    try RestyChash(cluster)
  }
}
