public import ConsistentHashing

extension Algorithm {
  private static let salt = AlgorithmOption(
    name: "salt", kind: .text, standard: nil, summary: "salt: appended to keys; none unless given")

  /// mcrouter `Ch3`.
  public static let mcrouterCh3 = Algorithm(
    name: "mcrouter-ch3",
    summary: "what mcrouter picks under Ch3; places in the list are identities",
    options: [salt],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .any, orderIndependent: false,
      skippingEqualsRemoving: false, takesWeights: false)
  ) { cluster, options throws(ClusterError) in
    try MCRouterCh3(cluster, salt: options.salt)
  }

  /// mcrouter `WeightedCh3`.
  public static let mcrouterWeightedCh3 = Algorithm(
    name: "mcrouter-weighted-ch3",
    summary: "what mcrouter picks under WeightedCh3; weights from 0 to 1",
    options: [salt],
    promises: AlgorithmPromises(
      balance: .none, movement: .any, orderIndependent: false,
      skippingEqualsRemoving: false, largestWeight: 1)
  ) { cluster, options throws(ClusterError) in
    try MCRouterCh3(cluster, isWeighted: true, salt: options.salt)
  }

  /// mcrouter `Rendezvous`.
  public static let mcrouterRendezvous = Algorithm(
    name: "mcrouter-rendezvous", summary: "what mcrouter picks under Rendezvous; the id is the tag",
    options: [salt],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true, takesWeights: false)
  ) { cluster, options throws(ClusterError) in
    try MCRouterRendezvous(cluster, salt: options.salt)
  }

  /// mcrouter `WeightedRendezvous`.
  public static let mcrouterWeightedRendezvous = Algorithm(
    name: "mcrouter-weighted-rendezvous",
    summary: "what mcrouter picks under WeightedRendezvous; the id is the tag", options: [salt],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true)
  ) { cluster, options throws(ClusterError) in
    try MCRouterRendezvous(cluster, isWeighted: true, salt: options.salt)
  }

  /// mcrouter `Crc32`.
  public static let mcrouterCRC32 = Algorithm(
    name: "mcrouter-crc32", summary: "what mcrouter picks under Crc32 (modulo)", options: [salt],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .any, orderIndependent: false,
      skippingEqualsRemoving: false, takesWeights: false)
  ) { cluster, options throws(ClusterError) in
    try MCRouterCRC32(cluster, salt: options.salt)
  }
}

extension OptionValues {
  fileprivate var salt: String {
    get throws(ClusterError) { has("salt") ? try word("salt") : "" }
  }
}
