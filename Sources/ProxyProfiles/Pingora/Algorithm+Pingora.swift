public import ConsistentHashing

extension Algorithm {
  /// pingora's consistent hashing.
  public static let pingora = Algorithm(
    name: "pingora", summary: "what pingora's consistent hashing (pingora-ketama) picks",
    options: [
      AlgorithmOption(
        name: "max-iterations", kind: .integer(1...Int.max), standard: nil,
        summary: "how many points select() looks at; all unless given")
    ],
    promises: AlgorithmPromises(
      balance: .ring(virtualNodes: CRC32Ring.virtualNodes), movement: .minimal,
      orderIndependent: true, skippingEqualsRemoving: true, wholeWeights: true,
      identityIsAddress: true)
  ) { cluster, options throws(ClusterError) in
    try PingoraKetama(
      cluster,
      maximumIterations: options.has("max-iterations") ? options.integer("max-iterations") : nil)
  }
}
