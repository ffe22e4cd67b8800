public import ConsistentHashing

extension PlacementRule {
  /// carbon-c-relay's `carbon_ch`.
  public static let carbonCh = relayRing(
    "carbon-ch", .carbon, "what carbon-c-relay picks under carbon_ch; the id is the instance")

  /// carbon-c-relay's `fnv1a_ch`.
  public static let carbonFNV1aCh = relayRing(
    "carbon-fnv1a-ch", .fnv1a,
    "what carbon-c-relay picks under fnv1a_ch; the id is the instance")

  /// carbon-c-relay's `jump_fnv1a_ch`.
  public static let carbonJumpFNV1aCh = PlacementRule(
    name: "carbon-jump-fnv1a-ch",
    summary: "what carbon-c-relay picks under jump_fnv1a_ch; ids order the servers",
    promises: RulePromises(movement: .any, takesWeights: false),
    prediction: { cluster throws(ClusterError) in SharePrediction(cluster, spread: .exact) }
  ) { cluster throws(ClusterError) in
    try CarbonRelayJump(cluster)
  }

  /// Graphite's carbon-relay, `ROUTER_HASH_TYPE = carbon_ch`.
  public static let graphiteCarbonCh = graphiteRing(
    "graphite-carbon-ch", .carbon, "what Graphite's own carbon-relay picks under carbon_ch")

  /// Graphite's carbon-relay, `ROUTER_HASH_TYPE = fnv1a_ch`.
  public static let graphiteFNV1aCh = graphiteRing(
    "graphite-fnv1a-ch", .fnv1a, "what Graphite's own carbon-relay picks under fnv1a_ch")

  private static func relayRing(
    _ name: String, _ type: CarbonRelayRing.ClusterType, _ summary: String
  ) -> PlacementRule {
    PlacementRule(
      name: name, summary: summary,
      promises: RulePromises(
        movement: .minimal, identityIsAddress: type == .carbon,
        addressSettlesTies: type == .fnv1a, takesWeights: false),
      prediction: shares
    ) { cluster throws(ClusterError) in
      try CarbonRelayRing(cluster, type: type)
    }
  }

  private static func graphiteRing(
    _ name: String, _ type: GraphiteRing.HashType, _ summary: String
  ) -> PlacementRule {
    PlacementRule(
      name: name, summary: summary,
      promises: RulePromises(
        movement: .nearMinimal, identityIsAddress: type == .carbon, takesWeights: false),
      prediction: { cluster throws(ClusterError) in
        // Servers without an instance have their points side by side.
        let nameless = cluster.nodes.count { $0.isMember && $0.id == NodeID($0.address) }
        return type == .fnv1a && nameless > 1
          ? SharePrediction(cluster, spread: .unknown) : try shares(cluster)
      }
    ) { cluster throws(ClusterError) in
      try GraphiteRing(cluster, hashType: type)
    }
  }

  private static func shares(_ cluster: Cluster) throws(ClusterError) -> SharePrediction {
    SharePrediction(weights: cluster.availableWeights, virtualNodes: CarbonRing.replicas)
  }
}
