public import ConsistentHashing

extension Algorithm {
  /// nginx `hash KEY consistent`.
  public static let nginx = Algorithm(
    name: "nginx", summary: "what nginx picks under 'hash KEY consistent' (http and stream)",
    options: [
      AlgorithmOption(
        name: "virtual-nodes", kind: .integer(160...160), standard: "160",
        summary: "points of a server of weight 1; nginx has no other number")
    ],
    nodeProperties: [NginxPeer.backup],
    promises: AlgorithmPromises(
      balance: .ring(virtualNodes: NginxConsistentHash.virtualNodes), movement: .minimal,
      orderIndependent: true, skippingEqualsRemoving: false, wholeWeights: true,
      identityIsAddress: true)
  ) { cluster, _ throws(ClusterError) in
    try NginxConsistentHash(cluster)
  }

  /// nginx `hash KEY`.
  public static let nginxHash = Algorithm(
    name: "nginx-hash", summary: "what nginx picks under 'hash KEY' (http and stream): modulo",
    nodeProperties: [NginxPeer.backup],
    promises: modulo
  ) { cluster, _ throws(ClusterError) in
    try NginxModuloHash(cluster)
  }

  /// nginx `ip_hash`.
  public static let nginxIPHash = Algorithm(
    name: "nginx-ip-hash",
    summary: "what nginx picks under 'ip_hash' (http); keys are client addresses",
    nodeProperties: [NginxPeer.backup],
    promises: modulo
  ) { cluster, _ throws(ClusterError) in
    try NginxIPHash(cluster)
  }

  /// nginx `split_clients`.
  public static let nginxSplitClients = Algorithm(
    name: "nginx-split-clients",
    summary: "which part nginx's 'split_clients' takes (http and stream)",
    options: [
      AlgorithmOption(
        name: "remainder", kind: .word(NginxSplitClients.Remainder.allCases.map(\.rawValue)),
        standard: "none",
        summary: "who takes what parts of 100 % leave by rounding; last as of nginx 1.31.2")
    ],
    nodeProperties: [NginxSplitPart.percent],
    promises: AlgorithmPromises(
      balance: .none, movement: .any, orderIndependent: false, skippingEqualsRemoving: false)
  ) { cluster, options throws(ClusterError) in
    try NginxSplitClients(
      cluster,
      remainder: NginxSplitClients.Remainder(rawValue: options.word("remainder")) ?? .none)
  }

  /// Positions in the list decide, and the sum of weights: any change may move every key.
  private static let modulo = AlgorithmPromises(
    balance: .none, movement: .any, orderIndependent: false, skippingEqualsRemoving: false,
    wholeWeights: true)
}
