public import ConsistentHashing

extension PlacementRule {
  /// PHP's memcache extension, `memcache.hash_strategy = consistent`.
  public static let peclMemcache = PlacementRule(
    name: "pecl-memcache",
    summary: "what PHP's memcache extension picks by default",
    options: PeclMemcacheOptions.self,
    promises: RulePromises(
      movement: .minimal, requiresWholeWeights: true, identityIsAddress: true),
    memory: { cluster, _ in
      // Servers that have failed have points as well.
      let weights = cluster.nodes.reduce(0) { $0 + ($1.isMember ? $1.weight : 0) }
      return MemoryEstimate.bytesPerPoint * Double(PeclMemcacheConsistent.points) * weights
    }
  ) { cluster, options, _ throws(ClusterError) in
    try PeclMemcacheConsistent(cluster, options)
  }

  /// PHP's memcache extension, `memcache.hash_strategy = standard`.
  public static let peclMemcacheStandard = PlacementRule(
    name: "pecl-memcache-standard",
    summary: "what PHP's memcache extension picks as 'standard'",
    options: PeclMemcacheOptions.self,
    promises: RulePromises(movement: .any, requiresWholeWeights: true)
  ) { cluster, options, _ throws(ClusterError) in
    try PeclMemcacheStandard(cluster, options)
  }
}
