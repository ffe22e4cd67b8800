public import ConsistentHashing

extension PlacementRule {
  /// libketama.
  public static let libketama = PlacementRule(
    name: "libketama", summary: "what libketama names: MD5 points by share of the memory",
    promises: RulePromises(
      movement: .any, isOrderIndependent: true, requiresWholeWeights: true,
      identityIsAddress: true, zeroWeightDrains: false),
    prediction: { cluster throws(ClusterError) in .sharingPoints(of: cluster) }
  ) { cluster throws(ClusterError) in
    try LibketamaRing(cluster)
  }
}
