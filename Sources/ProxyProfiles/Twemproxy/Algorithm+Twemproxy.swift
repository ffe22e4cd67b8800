public import ConsistentHashing

extension Algorithm {
  /// twemproxy `distribution: ketama`.
  public static let twemproxyKetama = Algorithm(
    name: "twemproxy-ketama", summary: "what twemproxy picks under 'distribution: ketama'",
    options: twemproxyOptions,
    promises: AlgorithmPromises(
      balance: .sharedRing(virtualNodes: 160), movement: .any, orderIndependent: true,
      skippingEqualsRemoving: false, downIsSkipped: false, wholeWeights: true,
      zeroWeightDrains: false)
  ) { cluster, options throws(ClusterError) in
    try TwemproxyKetama(cluster, keyHash: options.twemproxyHash, tag: options.twemproxyTag)
  }

  /// twemproxy `distribution: modula`.
  public static let twemproxyModula = Algorithm(
    name: "twemproxy-modula", summary: "what twemproxy picks under 'distribution: modula'",
    options: twemproxyOptions,
    promises: AlgorithmPromises(
      balance: .none, movement: .any, orderIndependent: true, skippingEqualsRemoving: false,
      downIsSkipped: false, wholeWeights: true, zeroWeightDrains: false)
  ) { cluster, options throws(ClusterError) in
    try TwemproxyModula(cluster, keyHash: options.twemproxyHash, tag: options.twemproxyTag)
  }

  private static let twemproxyOptions = [
    AlgorithmOption(
      name: "hash", kind: .word(TwemproxyHash.allCases.map(\.rawValue)), standard: "fnv1a_64",
      summary: "hash function of keys"),
    AlgorithmOption(
      name: "hash-tag", kind: .text, standard: nil,
      summary: "two bytes; only what stands between them is hashed, such as {}"),
  ]
}

extension OptionValues {
  fileprivate var twemproxyHash: TwemproxyHash {
    get throws(ClusterError) { TwemproxyHash(rawValue: try word("hash")) ?? .fnv1aWith64Bits }
  }

  fileprivate var twemproxyTag: TwemproxyHashTag? {
    get throws(ClusterError) {
      guard has("hash-tag") else { return nil }
      let text = try word("hash-tag")
      guard let tag = TwemproxyHashTag(text) else {
        throw ClusterError(
          .invalidOption, .option("hash-tag"), "the hash tag \(quoted(text)) has not two bytes",
          remedy: "write an opening and a closing one, such as {}")
      }
      return tag
    }
  }
}
