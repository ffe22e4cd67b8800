public import ConsistentHashing

extension PlacementRule {
  /// mcrouter `Ch3`.
  public static let mcrouterCh3 = PlacementRule(
    name: "mcrouter-ch3",
    summary: "what mcrouter picks under Ch3; places in the list are identities",
    options: MCRouterOptions.self, promises: RulePromises(movement: .any, takesWeights: false),
    prediction: exactShares
  ) { cluster, options, _ throws(ClusterError) in
    try MCRouterCh3(cluster, options)
  }

  /// mcrouter `WeightedCh3`.
  public static let mcrouterWeightedCh3 = PlacementRule(
    name: "mcrouter-weighted-ch3",
    summary: "what mcrouter picks under WeightedCh3; weights from 0 to 1",
    options: MCRouterOptions.self, promises: RulePromises(movement: .any, largestWeight: 1)
  ) { cluster, options, _ throws(ClusterError) in
    try MCRouterCh3(cluster, options, isWeighted: true)
  }

  /// mcrouter `Rendezvous`.
  public static let mcrouterRendezvous = PlacementRule(
    name: "mcrouter-rendezvous", summary: "what mcrouter picks under Rendezvous; the id is the tag",
    options: MCRouterOptions.self,
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      takesWeights: false),
    prediction: exactShares
  ) { cluster, options, _ throws(ClusterError) in
    try MCRouterRendezvous(cluster, options)
  }

  /// mcrouter `WeightedRendezvous`.
  public static let mcrouterWeightedRendezvous = PlacementRule(
    name: "mcrouter-weighted-rendezvous",
    summary: "what mcrouter picks under WeightedRendezvous; the id is the tag",
    options: MCRouterOptions.self,
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true),
    prediction: exactShares
  ) { cluster, options, _ throws(ClusterError) in
    try MCRouterRendezvous(cluster, options, isWeighted: true)
  }

  /// mcrouter `Crc32`.
  public static let mcrouterCRC32 = PlacementRule(
    name: "mcrouter-crc32", summary: "what mcrouter picks under Crc32 (modulo)",
    options: MCRouterOptions.self, promises: RulePromises(movement: .any, takesWeights: false),
    prediction: exactShares
  ) { cluster, options, _ throws(ClusterError) in
    try MCRouterCRC32(cluster, options)
  }

  private static func exactShares(_ cluster: Cluster, _: MCRouterOptions) -> SharePrediction {
    SharePrediction(cluster, spread: .exact)
  }
}
