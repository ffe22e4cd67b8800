public import ConsistentHashing

extension PlacementRule {
  /// twemproxy `distribution: ketama`.
  public static let twemproxyKetama = PlacementRule(
    name: "twemproxy-ketama", summary: "what twemproxy picks under 'distribution: ketama'",
    options: TwemproxyOptions.self, promises: twemproxyPromises,
    prediction: { cluster, _ throws(ClusterError) in .sharingPoints(of: cluster) }
  ) { cluster, options, _ throws(ClusterError) in
    try TwemproxyKetama(cluster, options)
  }

  /// twemproxy `distribution: modula`.
  public static let twemproxyModula = PlacementRule(
    name: "twemproxy-modula", summary: "what twemproxy picks under 'distribution: modula'",
    options: TwemproxyOptions.self, promises: twemproxyPromises
  ) { cluster, options, _ throws(ClusterError) in
    try TwemproxyModula(cluster, options)
  }

  private static let twemproxyPromises = RulePromises(
    movement: .any, isOrderIndependent: true, downIsSkipped: false, requiresWholeWeights: true,
    zeroWeightDrains: false)
}
