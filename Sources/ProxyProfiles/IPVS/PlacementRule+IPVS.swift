public import ConsistentHashing

extension PlacementRule {
  /// IPVS `mh`.
  public static let ipvsMaglev = PlacementRule(
    name: "ipvs-mh", summary: "what Linux IPVS picks under mh; keys are client addresses",
    options: IPVSMaglev.Options.self,
    promises: RulePromises(
      movement: .nearMinimal, requiresWholeWeights: true, identityIsAddress: true,
      keys: .connections)
  ) { cluster, options, _ throws(ClusterError) in
    try IPVSMaglev(cluster, options)
  }
}
