public import ConsistentHashing

extension PlacementRule {
  /// Redis Cluster.
  public static let redisCluster = PlacementRule(
    name: "redis-cluster", summary: "the master that holds a key's slot in Redis Cluster",
    nodeProperties: [
      OptionDescription(
        name: RedisCluster.slotProperty, kind: .text,
        summary: "slots of the node, such as 0-5460,10923; all are split evenly if no node has any")
    ],
    promises: RulePromises(movement: .any, requiresWholeWeights: true, takesWeights: false),
    prediction: { cluster throws(ClusterError) in
      SharePrediction(cluster, spread: .slots(RedisKeySlot.count))
    }
  ) { cluster throws(ClusterError) in
    try RedisCluster(cluster)
  }
}
