extension PlacementRule {
  /// Jump over slots.
  public static let jump = PlacementRule(
    name: "jump", summary: "jump consistent hash over slots that may be vacant, on XXH3",
    options: JumpHash.Options.self,
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      requiresWholeWeights: true, identityIsSlot: true),
    prediction: { cluster, _ throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster, options, _ throws(ClusterError) in
    try JumpHash(cluster, options)
  }
}
