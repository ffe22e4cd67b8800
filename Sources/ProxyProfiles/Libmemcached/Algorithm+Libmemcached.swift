public import ConsistentHashing

extension Algorithm {
  /// libmemcached `DISTRIBUTION_MODULA`, its default.
  public static let libmemcachedModula = Algorithm(
    name: "libmemcached-modula",
    summary: "what libmemcached picks unless told otherwise: hash mod n",
    options: [keyHash("default"), sortHosts],
    promises: AlgorithmPromises(
      balance: .none, movement: .any, orderIndependent: false, skippingEqualsRemoving: false,
      wholeWeights: true, zeroWeightDrains: false)
  ) { cluster, options throws(ClusterError) in
    try LibmemcachedModulo(
      cluster, keyHash: options.libmemcachedHash, sortHosts: options.sortsHosts)
  }

  /// libmemcached `DISTRIBUTION_CONSISTENT` and `BEHAVIOR_KETAMA`.
  public static let libmemcachedKetama = ring(
    "libmemcached-ketama", "what libmemcached picks under CONSISTENT or KETAMA", spy: false)

  /// libmemcached `BEHAVIOR_KETAMA_WEIGHTED`.
  public static let libmemcachedKetamaWeighted = weightedRing(
    "libmemcached-ketama-weighted", "what libmemcached picks under KETAMA_WEIGHTED", spy: false)

  /// libmemcached `DISTRIBUTION_CONSISTENT_KETAMA_SPY`.
  public static let libmemcachedSpy = ring(
    "libmemcached-spy", "what libmemcached picks under KETAMA_SPY", spy: true)

  /// libmemcached `DISTRIBUTION_CONSISTENT_KETAMA_SPY` after `BEHAVIOR_KETAMA_WEIGHTED`.
  public static let libmemcachedSpyWeighted = weightedRing(
    "libmemcached-spy-weighted", "what libmemcached picks under KETAMA_WEIGHTED and KETAMA_SPY",
    spy: true)

  private static func ring(_ name: String, _ summary: String, spy: Bool) -> Algorithm {
    Algorithm(
      name: name, summary: summary,
      options: [
        keyHash("default"), sortHosts,
        AlgorithmOption(
          name: "distribution-set", kind: .word(["before-servers", "after-servers"]),
          standard: "before-servers",
          summary: "when the distribution is set; after the servers, weights count for nothing"),
      ],
      // Points are hashed by the key hash, which spreads them as it may.
      promises: promises(.none)
    ) { cluster, options throws(ClusterError) in
      let isAfter = try options.word("distribution-set") == "after-servers"
      return try LibmemcachedRing(
        cluster, points: isAfter ? .plainInAnyCase : .plain, spy: spy,
        keyHash: options.libmemcachedHash, sortHosts: options.sortsHosts)
    }
  }

  private static func weightedRing(_ name: String, _ summary: String, spy: Bool) -> Algorithm {
    Algorithm(
      name: name, summary: summary, options: [keyHash("md5"), sortHosts],
      promises: promises(.sharedRing(virtualNodes: 160))
    ) { cluster, options throws(ClusterError) in
      try LibmemcachedRing(
        cluster, points: .weighted, spy: spy, keyHash: options.libmemcachedHash,
        sortHosts: options.sortsHosts)
    }
  }

  private static func promises(_ balance: AlgorithmPromises.Balance) -> AlgorithmPromises {
    AlgorithmPromises(
      balance: balance, movement: .any, orderIndependent: true, skippingEqualsRemoving: false,
      downIsSkipped: false, wholeWeights: true, identityIsAddress: true, zeroWeightDrains: false)
  }

  private static func keyHash(_ standard: String) -> AlgorithmOption {
    AlgorithmOption(
      name: "hash", kind: .word(LibmemcachedHash.allCases.map(\.rawValue)), standard: standard,
      summary: "hash function of keys (BEHAVIOR_HASH)")
  }

  private static let sortHosts = AlgorithmOption(
    name: "sort-hosts", kind: .word(["no", "yes"]), standard: "no",
    summary: "whether servers are sorted by host and port (BEHAVIOR_SORT_HOSTS)")
}

extension OptionValues {
  fileprivate var libmemcachedHash: LibmemcachedHash {
    get throws(ClusterError) { LibmemcachedHash(rawValue: try word("hash")) ?? .standard }
  }

  fileprivate var sortsHosts: Bool {
    get throws(ClusterError) { try word("sort-hosts") == "yes" }
  }
}
