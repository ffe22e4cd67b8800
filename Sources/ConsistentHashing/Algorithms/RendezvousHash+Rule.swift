extension PlacementRule {
  /// Rendezvous.
  public static let rendezvous = PlacementRule(
    name: "rendezvous", summary: "highest random weight on XXH3; exact weights, O(nodes) lookup",
    options: RendezvousHash.Options.self,
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true),
    prediction: { cluster, _ throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster, options, _ throws(ClusterError) in
    try RendezvousHash(cluster, options)
  }
}
