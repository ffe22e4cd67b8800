public import ConsistentHashing

extension Algorithm {
  /// uhashring with its own hash.
  public static let uhashring = Algorithm(
    name: "uhashring", summary: "what Python's uhashring picks: a ring of 128-bit MD5 points",
    promises: AlgorithmPromises(
      balance: .ring(virtualNodes: UhashringDefault.virtualNodes), movement: .minimal,
      orderIndependent: true, skippingEqualsRemoving: true, wholeWeights: true)
  ) { cluster, _ throws(ClusterError) in
    try UhashringDefault(cluster)
  }

  /// uhashring with `hash_fn="ketama"`.
  public static let uhashringKetama = Algorithm(
    name: "uhashring-ketama", summary: "what Python's uhashring picks under hash_fn='ketama'",
    promises: AlgorithmPromises(
      balance: .sharedRing(virtualNodes: 160), movement: .any, orderIndependent: true,
      skippingEqualsRemoving: false, wholeWeights: true, zeroWeightDrains: false)
  ) { cluster, _ throws(ClusterError) in
    try UhashringKetama(cluster)
  }
}
