public import ConsistentHashing

extension Algorithm {
  /// libketama.
  public static let libketama = Algorithm(
    name: "libketama", summary: "what libketama names: MD5 points by share of the memory",
    promises: AlgorithmPromises(
      balance: .sharedRing(virtualNodes: 160), movement: .any, orderIndependent: true,
      skippingEqualsRemoving: false, wholeWeights: true, identityIsAddress: true,
      zeroWeightDrains: false)
  ) { cluster, _ throws(ClusterError) in
    try LibketamaRing(cluster)
  }
}
