public import ConsistentHashing

extension Algorithm {
  /// IPVS `mh`.
  public static let ipvsMaglev = Algorithm(
    name: "ipvs-mh", summary: "what Linux IPVS picks under mh; keys are client addresses",
    options: [
      AlgorithmOption(
        name: "table-index", kind: .integer(8...17), standard: "12",
        summary: "CONFIG_IP_VS_MH_TAB_INDEX: 2^index slots, nearly"),
      AlgorithmOption(
        name: "mh-fallback", kind: .word(["off", "on"]), standard: "off",
        summary: "the service flag: hash again when the server is down"),
      AlgorithmOption(
        name: "mh-port", kind: .word(["off", "on"]), standard: "off",
        summary: "the service flag: hash the client's port as well"),
      AlgorithmOption(
        name: "list-order", kind: .word(IPVSMaglev.ListOrder.allCases.map(\.rawValue)),
        standard: "added", summary: "the order of the nodes: as added, or as the kernel lists them"),
    ],
    promises: AlgorithmPromises(
      balance: .none, movement: .nearMinimal, orderIndependent: false,
      skippingEqualsRemoving: false, wholeWeights: true, identityIsAddress: true)
  ) { cluster, options throws(ClusterError) in
    try IPVSMaglev(
      cluster, tableIndex: options.integer("table-index"),
      fallsBack: options.word("mh-fallback") == "on", hashesPort: options.word("mh-port") == "on",
      order: IPVSMaglev.ListOrder(rawValue: options.word("list-order")) ?? .added)
  }
}
