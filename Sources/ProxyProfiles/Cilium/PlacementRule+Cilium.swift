public import ConsistentHashing

extension PlacementRule {
  /// Cilium's Maglev.
  public static let ciliumMaglev = PlacementRule(
    name: "cilium-maglev", summary: "what Cilium picks under maglev; keys are client addresses",
    options: CiliumMaglev.Options.self,
    promises: RulePromises(
      movement: .any, isOrderIndependent: true, downIsSkipped: false, requiresWholeWeights: true,
      identityIsAddress: true,
      keys: .connections)
  ) { cluster, options, _ throws(ClusterError) in
    try CiliumMaglev(cluster, options)
  }
}
