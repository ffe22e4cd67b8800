public import ConsistentHashing

extension PlacementRule {
  /// Varnish's shard director.
  public static let varnishShard = PlacementRule(
    name: "varnish-shard", summary: "what Varnish's shard director picks",
    options: VarnishShard.Options.self,
    promises: RulePromises(
      // Skipping is not removing: the last point does not wrap, but the walk past a sick backend does.
      movement: .minimal, isOrderIndependent: true, smallestWeight: 1),
    prediction: { cluster, options throws(ClusterError) in
      let weights = cluster.availableWeights.map { $0 > 0 ? max($0, 1) : 0 }
      // What is left for backends after others are passed does not follow the weights.
      guard options.alternative == 0 else {
        return SharePrediction(weights: weights, spread: .unknown)
      }
      return SharePrediction(
        weights: weights,
        spread: .points(
          weights.map { Double(VarnishShard.points(weight: $0, replicas: options.replicas)) }))
    }
  ) { cluster, options, _ throws(ClusterError) in
    try VarnishShard(cluster, options)
  }

  /// Varnish's hash director.
  public static let varnishHash = PlacementRule(
    name: "varnish-hash", summary: "what Varnish's hash director picks; not consistent",
    // A backend that is down is removed, for the keys of all others as well.
    promises: RulePromises(movement: .any, downIsSkipped: false),
    prediction: { SharePrediction($0, spread: .exact) }
  ) { cluster throws(ClusterError) in
    try VarnishHash(cluster)
  }
}
