public import ConsistentHashing

extension PlacementRule {
  /// nginx `hash KEY consistent`.
  public static let nginx = PlacementRule(
    name: "nginx", summary: "what nginx picks under 'hash KEY consistent' (http and stream)",
    options: NginxConsistentHash.Options.self, nodeProperties: [.backup],
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, requiresWholeWeights: true,
      identityIsAddress: true),
    prediction: { cluster, options throws(ClusterError) in
      SharePrediction(weights: cluster.sharingWeights, virtualNodes: options.virtualNodes)
    }
  ) { cluster, options, _ throws(ClusterError) in
    try NginxConsistentHash(cluster, options)
  }

  /// nginx `hash KEY`.
  public static let nginxHash = PlacementRule(
    name: "nginx-hash", summary: "what nginx picks under 'hash KEY' (http and stream): modulo",
    nodeProperties: [.backup], promises: modulo, prediction: sharesByWeight
  ) { cluster throws(ClusterError) in
    try NginxModuloHash(cluster)
  }

  /// nginx `ip_hash`.
  public static let nginxIPHash = PlacementRule(
    name: "nginx-ip-hash",
    summary: "what nginx picks under 'ip_hash' (http); keys are client addresses",
    nodeProperties: [.backup],
    promises: RulePromises(movement: .any, requiresWholeWeights: true, keys: .addresses),
    prediction: sharesByWeight
  ) { cluster throws(ClusterError) in
    try NginxIPHash(cluster)
  }

  /// nginx `split_clients`.
  public static let nginxSplitClients = PlacementRule(
    name: "nginx-split-clients",
    summary: "which part nginx's 'split_clients' takes (http and stream)",
    options: NginxSplitClients.Options.self, nodeProperties: [NginxSplitPart.percent],
    promises: RulePromises(movement: .any),
    prediction: { cluster, _ throws(ClusterError) in
      SharePrediction(weights: try NginxSplitPart.weights(of: cluster), spread: .unknown)
    }
  ) { cluster, options, _ throws(ClusterError) in
    try NginxSplitClients(cluster, options)
  }

  /// A Maglev table in blocks of `split_clients`.
  public static let nginxMaglev = PlacementRule(
    name: "nginx-maglev",
    summary: "a Maglev table of 10 000 slots that nginx looks up by 'split_clients' (http)",
    promises: RulePromises(movement: .nearMinimal, isOrderIndependent: true),
    prediction: { cluster throws(ClusterError) in
      SharePrediction(cluster, spread: .slots(NginxSlots.count))
    }
  ) { cluster throws(ClusterError) in
    try NginxMaglev(cluster)
  }

  /// Positions in the list decide, and the sum of weights: any change may move every key.
  private static let modulo = RulePromises(movement: .any, requiresWholeWeights: true)

  @Sendable private static func sharesByWeight(_ cluster: Cluster) throws(ClusterError)
    -> SharePrediction
  {
    SharePrediction(weights: cluster.sharingWeights, spread: .unknown)
  }
}
