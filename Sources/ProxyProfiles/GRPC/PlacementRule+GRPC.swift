public import ConsistentHashing

extension PlacementRule {
  /// gRPC `ring_hash`.
  public static let grpcRing = PlacementRule(
    name: "grpc-ring", summary: "what gRPC picks under ring_hash; the id is the hash key",
    options: GRPCRingHash.Options.self,
    promises: RulePromises(movement: .any, isOrderIndependent: true, requiresWholeWeights: true),
    prediction: { cluster, options throws(ClusterError) in
      // Endpoints that are failing keep their places on the ring; keys walk past them.
      let points = ScaledRing.expectedPoints(
        cluster.nodes.map { $0.isMember ? $0.weight : 0 },
        minimum: min(options.minimumRingSize, options.ringSizeCap),
        maximum: min(options.maximumRingSize, options.ringSizeCap))
      return SharePrediction(
        cluster,
        spread: .points(zip(cluster.nodes, points).map { $0.isAvailable ? $1 : 0 }))
    }
  ) { cluster, options, _ throws(ClusterError) in
    try GRPCRingHash(cluster, options)
  }
}
