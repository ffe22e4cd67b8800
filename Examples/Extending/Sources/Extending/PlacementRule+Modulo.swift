public import ConsistentHashing
internal import ProxyProfiles

extension PlacementRule {
  /// The rule of the house, as documents and commands know it.
  public static let modulo = PlacementRule(
    name: "house-modulo", summary: "XXH64 modulo the sum of the weights",
    options: ModuloHash.Options.self,
    promises: RulePromises(movement: .any, requiresWholeWeights: true),
    prediction: { cluster, _ throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster, options, _ throws(ClusterError) in
    try ModuloHash(cluster, options)
  }
}

/// Every rule of the library, and the one of the house.
public func houseCatalogue() throws -> RuleCatalogue {
  try RuleCatalogue.all.adding(.modulo)
}
