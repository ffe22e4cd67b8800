public import ConsistentHashing

extension Algorithm {
  /// Guava's `Hashing.consistentHash`.
  public static let guavaConsistent = Algorithm(
    name: "guava-consistent",
    summary: "what Guava's Hashing.consistentHash picks; places in the list are identities",
    options: [
      AlgorithmOption(
        name: "input", kind: .word(GuavaConsistentHash.Input.allCases.map(\.rawValue)),
        standard: "murmur3-128", summary: "what the application passes for a key")
    ],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .any, orderIndependent: false,
      skippingEqualsRemoving: false, takesWeights: false)
  ) { cluster, options throws(ClusterError) in
    try GuavaConsistentHash(
      cluster,
      input: GuavaConsistentHash.Input(rawValue: options.word("input")) ?? .murmur3x128)
  }
}
