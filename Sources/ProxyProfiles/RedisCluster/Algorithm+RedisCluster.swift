public import ConsistentHashing

extension Algorithm {
  /// Redis Cluster.
  public static let redisCluster = Algorithm(
    name: "redis-cluster", summary: "the master that holds a key's slot in Redis Cluster",
    nodeProperties: [
      AlgorithmOption(
        name: RedisCluster.slotProperty, kind: .text, standard: nil,
        summary: "slots of the node, such as 0-5460,10923; all are split evenly if no node has any")
    ],
    promises: AlgorithmPromises(
      balance: .slots(RedisKeySlot.count), movement: .any, orderIndependent: false,
      skippingEqualsRemoving: false, wholeWeights: true, takesWeights: false)
  ) { cluster, _ throws(ClusterError) in
    try RedisCluster(cluster)
  }
}
