public import ConsistentHashing

extension PlacementRule {
  /// Caddy's policies that hash a key.
  public static let caddy = PlacementRule(
    name: "caddy", summary: "what Caddy picks under header, query, uri_hash or ip_hash",
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      requiresWholeWeights: true, identityIsAddress: true, takesWeights: false),
    prediction: { cluster throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster throws(ClusterError) in
    try CaddyRendezvous(cluster)
  }
}
