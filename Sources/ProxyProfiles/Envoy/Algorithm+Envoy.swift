public import ConsistentHashing

extension Algorithm {
  private static let panicThreshold = AlgorithmOption(
    name: "panic-threshold", kind: .integer(0...100), standard: "50",
    summary: "healthy_panic_threshold: below this percentage of healthy hosts all are used")

  /// Envoy `ring_hash`.
  public static let envoyRing = Algorithm(
    name: "envoy-ring", summary: "what Envoy picks under ring_hash; the id is the hash key",
    options: [
      AlgorithmOption(
        name: "minimum-ring-size", kind: .integer(1...EnvoyRingHash.largestRingSize),
        standard: "1024", summary: "minimum_ring_size: at least so many points"),
      AlgorithmOption(
        name: "maximum-ring-size", kind: .integer(1...EnvoyRingHash.largestRingSize),
        standard: String(EnvoyRingHash.largestRingSize),
        summary: "maximum_ring_size: at most so many points"),
      AlgorithmOption(
        name: "hash-function",
        kind: .word(EnvoyRingHash.HashFunction.allCases.map(\.rawValue)), standard: "xx-hash",
        summary: "hash_function: the hash of points"),
      panicThreshold,
    ],
    promises: AlgorithmPromises(
      balance: .sizedRing(
        minimum: 1024, maximum: EnvoyRingHash.largestRingSize, cap: EnvoyRingHash.largestRingSize),
      movement: .any, orderIndependent: false, skippingEqualsRemoving: false,
      downIsSkipped: false,
      wholeWeights: true)
  ) { cluster, options throws(ClusterError) in
    try EnvoyRingHash(
      cluster, minimumRingSize: options.integer("minimum-ring-size"),
      maximumRingSize: options.integer("maximum-ring-size"),
      hashFunction: EnvoyRingHash.HashFunction(rawValue: options.word("hash-function")) ?? .xxHash,
      panicThreshold: options.integer("panic-threshold"))
  }

  /// Envoy `maglev`.
  public static let envoyMaglev = Algorithm(
    name: "envoy-maglev", summary: "what Envoy picks under maglev; the id is the hash key",
    options: [
      AlgorithmOption(
        name: "table-size", kind: .integer(2...EnvoyMaglev.largestTableSize),
        standard: String(EnvoyMaglev.defaultTableSize), summary: "table_size: a prime"),
      panicThreshold,
    ],
    promises: AlgorithmPromises(
      balance: .slots(EnvoyMaglev.defaultTableSize), movement: .nearMinimal,
      orderIndependent: true, skippingEqualsRemoving: false, downIsSkipped: false,
      wholeWeights: true)
  ) { cluster, options throws(ClusterError) in
    try EnvoyMaglev(
      cluster, tableSize: options.integer("table-size"),
      panicThreshold: options.integer("panic-threshold"))
  }
}
