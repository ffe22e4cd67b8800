public import ConsistentHashing

extension PlacementRule {
  /// libmemcached `DISTRIBUTION_MODULA`, its default.
  public static let libmemcachedModula = PlacementRule(
    name: "libmemcached-modula", summary: "what libmemcached picks by default: hash mod n",
    options: LibmemcachedModulo.Options.self,
    promises: RulePromises(movement: .any, requiresWholeWeights: true, zeroWeightDrains: false)
  ) { cluster, options, _ throws(ClusterError) in
    try LibmemcachedModulo(cluster, options)
  }

  /// libmemcached `DISTRIBUTION_CONSISTENT` and `BEHAVIOR_KETAMA`.
  public static let libmemcachedKetama = libmemcached(
    "libmemcached-ketama", "what libmemcached picks under CONSISTENT or KETAMA", spy: false)

  /// libmemcached `BEHAVIOR_KETAMA_WEIGHTED`.
  public static let libmemcachedKetamaWeighted = libmemcachedWeighted(
    "libmemcached-ketama-weighted", "what libmemcached picks under KETAMA_WEIGHTED", spy: false)

  /// libmemcached `DISTRIBUTION_CONSISTENT_KETAMA_SPY`.
  public static let libmemcachedSpy = libmemcached(
    "libmemcached-spy", "what libmemcached picks under KETAMA_SPY", spy: true)

  /// libmemcached `DISTRIBUTION_CONSISTENT_KETAMA_SPY` after `BEHAVIOR_KETAMA_WEIGHTED`.
  public static let libmemcachedSpyWeighted = libmemcachedWeighted(
    "libmemcached-spy-weighted", "what libmemcached picks under KETAMA_WEIGHTED and KETAMA_SPY",
    spy: true)

  /// Predicts nothing: points are hashed by the key hash, which need not spread them evenly.
  private static func libmemcached(_ name: String, _ summary: String, spy: Bool) -> PlacementRule {
    PlacementRule(
      name: name, summary: summary, options: LibmemcachedRing.Options.self,
      promises: libmemcachedPromises,
      memory: { cluster, _ in
        // At most 160 points a server on average.
        MemoryEstimate.bytesPerPoint * 160 * Double(cluster.nodes.count)
      }
    ) { cluster, options, _ throws(ClusterError) in
      try LibmemcachedRing(cluster, options, spy: spy)
    }
  }

  private static func libmemcachedWeighted(
    _ name: String, _ summary: String, spy: Bool
  ) -> PlacementRule {
    PlacementRule(
      name: name, summary: summary, options: LibmemcachedRing.WeightedOptions.self,
      promises: libmemcachedPromises,
      prediction: { cluster, _ throws(ClusterError) in .sharingPoints(of: cluster) }
    ) { cluster, options, _ throws(ClusterError) in
      try LibmemcachedRing(cluster, options, spy: spy)
    }
  }

  private static let libmemcachedPromises = RulePromises(
    movement: .any, isOrderIndependent: true, downIsSkipped: false, requiresWholeWeights: true,
    identityIsAddress: true, zeroWeightDrains: false)
}
