public import ConsistentHashing

extension PlacementRule {
  /// HAProxy `hash-type consistent`.
  public static let haproxyConsistent = PlacementRule(
    name: "haproxy-consistent", summary: "what HAProxy picks under 'hash-type consistent'",
    options: HAProxyConsistentHash.Options.self,
    nodeProperties: [HAProxyServer.idProperty, .backup, HAProxyServer.guidProperty],
    promises: anyMovement, prediction: sharesOfRing
  ) { cluster, options, key throws(ClusterError) in
    try HAProxyConsistentHash(cluster, options, key: key)
  }

  /// HAProxy `hash-type consistent` as 3.0 to 3.2 had it before October 2025.
  public static let haproxyConsistent30 = PlacementRule(
    name: "haproxy-consistent-3.0",
    summary: "'hash-type consistent' of HAProxy 3.0 to 3.2 before its fix of October 2025",
    options: HAProxyConsistentHash.OptionsOf30.self,
    nodeProperties: [HAProxyServer.idProperty, .backup],
    promises: anyMovement, prediction: sharesOfRing
  ) { cluster, options, key throws(ClusterError) in
    try HAProxyConsistentHash(cluster, options, key: key)
  }

  /// HAProxy `hash-type map-based`, which is its default.
  public static let haproxyMap = PlacementRule(
    name: "haproxy-map", summary: "what HAProxy picks under 'hash-type map-based', its default",
    options: HAProxyMapHash.Options.self, nodeProperties: [HAProxyServer.idProperty, .backup],
    promises: anyMovement,
    prediction: { cluster, options throws(ClusterError) in
      let pool = try HAProxyPool(cluster, usesAllBackups: options.usesAllBackups)
      // Where HAProxy means the first backup alone, others may get a part of its table.
      return SharePrediction(
        weights: pool.sharingWeights, spread: pool.usesFirstOnly ? .unknown : .exact)
    }
  ) { cluster, options, key throws(ClusterError) in
    try HAProxyMapHash(cluster, options, key: key)
  }

  /// A server that is down is removed from the table or the ring, and any key may move.
  ///
  /// As ids are counted by position unless given, removing or moving a line gives the servers after it
  /// other ids.
  private static let anyMovement = RulePromises(
    movement: .any, downIsSkipped: false, requiresWholeWeights: true)

  /// A node takes half the gap on either side of it, which makes its share vary as little as that of
  /// two points which take the gap before them: 32 for a weight of 1, not 16.
  @Sendable private static func sharesOfRing(_ cluster: Cluster, _ options: some HAProxyOptions)
    throws(ClusterError) -> SharePrediction
  {
    let pool = try HAProxyPool(cluster, usesAllBackups: options.usesAllBackups)
    return SharePrediction(
      weights: pool.sharingWeights, virtualNodes: 2 * HAProxyConsistentHash.nodesPerWeight)
  }
}
