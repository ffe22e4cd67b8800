public import ConsistentHashing

extension Algorithm {
  /// gRPC `ring_hash`.
  public static let grpcRing = Algorithm(
    name: "grpc-ring", summary: "what gRPC picks under ring_hash; the id is the hash key",
    options: [
      AlgorithmOption(
        name: "minimum-ring-size", kind: .integer(1...GRPCRingHash.largestRingSize),
        standard: "1024", summary: "minRingSize: at least so many points"),
      AlgorithmOption(
        name: "maximum-ring-size", kind: .integer(1...GRPCRingHash.largestRingSize),
        standard: "4096", summary: "maxRingSize: at most so many points"),
      AlgorithmOption(
        name: "ring-size-cap", kind: .integer(1...GRPCRingHash.largestRingSize),
        standard: "4096", summary: "GRPC_RING_HASH_CAP: both sizes are cut to this"),
    ],
    promises: AlgorithmPromises(
      balance: .sizedRing(minimum: 1024, maximum: 4096, cap: 4096), movement: .any,
      orderIndependent: true, skippingEqualsRemoving: false,
      wholeWeights: true)
  ) { cluster, options throws(ClusterError) in
    try GRPCRingHash(
      cluster, minimumRingSize: options.integer("minimum-ring-size"),
      maximumRingSize: options.integer("maximum-ring-size"),
      ringSizeCap: options.integer("ring-size-cap"))
  }
}
