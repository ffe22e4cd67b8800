public import ConsistentHashing

extension PlacementRule {
  /// katran's second Maglev.
  public static let katran = PlacementRule(
    name: "katran", summary: "what katran picks (MaglevHashV2); keys are client addresses",
    options: KatranMaglev.Options.self,
    promises: RulePromises(
      movement: .nearMinimal, isOrderIndependent: true, downIsSkipped: false,
      requiresWholeWeights: true, identityIsAddress: true, keys: .connections),
    prediction: { cluster, options throws(ClusterError) in
      SharePrediction(cluster, spread: .slots(options.tableSize))
    }
  ) { cluster, options, _ throws(ClusterError) in
    try KatranMaglev(cluster, options)
  }
}
