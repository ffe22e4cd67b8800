extension PlacementRule {
  /// Maglev tables.
  public static let maglev = PlacementRule(
    name: "maglev", summary: "Maglev lookup table on XXH3; one load a lookup",
    options: MaglevTable.Options.self,
    promises: RulePromises(movement: .nearMinimal, isOrderIndependent: true),
    prediction: { cluster, options throws(ClusterError) in
      SharePrediction(cluster, spread: .slots(options.tableSize))
    }
  ) { cluster, options, _ throws(ClusterError) in
    try MaglevTable(cluster, options)
  }
}
