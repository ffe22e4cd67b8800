public import ConsistentHashing

extension PlacementRule {
  /// pymemcache's `RendezvousHash`.
  public static let pymemcache = PlacementRule(
    name: "pymemcache", summary: "what Python's pymemcache picks: rendezvous on MurmurHash3",
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      requiresWholeWeights: true, takesWeights: false),
    prediction: { cluster throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster throws(ClusterError) in
    try PymemcacheRendezvous(cluster)
  }
}
