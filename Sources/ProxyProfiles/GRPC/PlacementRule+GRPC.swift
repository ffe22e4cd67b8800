public import ConsistentHashing

extension PlacementRule {
  /// `ring_hash` of grpc-go.
  public static let grpcRing = grpcRing(
    "grpc-ring", "what grpc-go picks under ring_hash; the id is the hash key", .sorted)

  /// `ring_hash` of gRPC in C++, and in the languages that are built on it.
  public static let grpcCoreRing = grpcRing(
    "grpc-core-ring", "what gRPC picks under ring_hash in C++, Python, Ruby and PHP", .listed)

  private static func grpcRing(
    _ name: String, _ summary: String, _ order: GRPCRingHash.EndpointOrder
  ) -> PlacementRule {
    PlacementRule(
      name: name, summary: summary, options: GRPCRingHash.Options.self,
      promises: RulePromises(
        movement: .any, isOrderIndependent: order == .sorted, requiresWholeWeights: true),
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
      try GRPCRingHash(cluster, options, order: order)
    }
  }
}
