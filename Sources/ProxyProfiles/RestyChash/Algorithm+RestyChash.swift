public import ConsistentHashing

extension Algorithm {
  /// lua-resty-balancer's `resty.chash`.
  public static let restyChash = Algorithm(
    name: "resty-chash", summary: "what resty.chash (ingress-nginx's upstream-hash-by) finds",
    promises: AlgorithmPromises(
      balance: .ring(virtualNodes: CRC32Ring.virtualNodes), movement: .minimal,
      orderIndependent: true, skippingEqualsRemoving: true, wholeWeights: true)
  ) { cluster, _ throws(ClusterError) in
    try RestyChash(cluster)
  }
}
