public import ConsistentHashing

extension Algorithm {
  /// Cilium's Maglev.
  public static let ciliumMaglev = Algorithm(
    name: "cilium-maglev", summary: "what Cilium picks under maglev; keys are client addresses",
    options: [
      AlgorithmOption(
        name: "table-size", kind: .word(CiliumMaglev.tableSizes.map(String.init)),
        standard: String(CiliumMaglev.defaultTableSize), summary: "bpf-lb-maglev-table-size"),
      AlgorithmOption(
        name: "hash-seed", kind: .text, standard: CiliumMaglev.defaultHashSeed,
        summary: "bpf-lb-maglev-hash-seed: twelve bytes in base 64"),
      AlgorithmOption(
        name: "port", kind: .integer(0...65_535), standard: "443",
        summary: "the port of the service"),
      AlgorithmOption(
        name: "protocol", kind: .word(CiliumMaglev.TransportProtocol.allCases.map(\.rawValue)),
        standard: "TCP", summary: "the protocol of the service"),
      AlgorithmOption(
        name: "scope", kind: .word(["external", "internal"]), standard: "external",
        summary: "the scope of the backends"),
    ],
    promises: AlgorithmPromises(
      balance: .none, movement: .any, orderIndependent: true,
      skippingEqualsRemoving: false, downIsSkipped: false, wholeWeights: true,
      identityIsAddress: true)
  ) { cluster, options throws(ClusterError) in
    try CiliumMaglev(
      cluster, tableSize: Int(options.word("table-size")) ?? CiliumMaglev.defaultTableSize,
      hashSeed: options.word("hash-seed"),
      port: UInt16(truncatingIfNeeded: options.integer("port")),
      transportProtocol: CiliumMaglev.TransportProtocol(rawValue: options.word("protocol")) ?? .tcp,
      isInternal: options.word("scope") == "internal")
  }
}
