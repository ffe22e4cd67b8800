public import ConsistentHashing

extension Algorithm {
  /// katran's second Maglev.
  public static let katran = Algorithm(
    name: "katran", summary: "what katran picks (MaglevHashV2); keys are client addresses",
    options: [
      AlgorithmOption(
        name: "table-size", kind: .integer(2...KatranMaglev.largestTableSize),
        standard: String(KatranMaglev.defaultTableSize), summary: "RING_SIZE: a prime"),
      AlgorithmOption(
        name: "port", kind: .integer(0...65_535), standard: "443", summary: "the port of the VIP"),
    ],
    promises: AlgorithmPromises(
      balance: .slots(KatranMaglev.defaultTableSize), movement: .nearMinimal,
      orderIndependent: true, skippingEqualsRemoving: false, downIsSkipped: false,
      wholeWeights: true,
      identityIsAddress: true)
  ) { cluster, options throws(ClusterError) in
    try KatranMaglev(
      cluster, tableSize: options.integer("table-size"),
      port: UInt16(truncatingIfNeeded: options.integer("port")))
  }
}
