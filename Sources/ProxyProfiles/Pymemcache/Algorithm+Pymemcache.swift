public import ConsistentHashing

extension Algorithm {
  /// pymemcache's `RendezvousHash`.
  public static let pymemcache = Algorithm(
    name: "pymemcache", summary: "what Python's pymemcache picks: rendezvous on MurmurHash3",
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true, wholeWeights: true, takesWeights: false)
  ) { cluster, _ throws(ClusterError) in
    try PymemcacheRendezvous(cluster)
  }
}
