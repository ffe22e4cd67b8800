public import ConsistentHashing

/// One side of an analysis: a placed cluster with the selector and the prediction of its rule.
public struct ClusterSide: Sendable {
  /// The cluster and how keys are placed on it.
  public let placed: PlacedCluster

  /// The rule.
  public let rule: PlacementRule

  /// The selector that places keys.
  public let selector: any NodeSelector

  /// The shares that the rule predicts.
  public let prediction: SharePrediction

  /// Makes the selector and the prediction of a placed cluster.
  ///
  /// - Parameters:
  ///   - placed: The cluster and how keys are placed on it.
  ///   - catalogue: The rules that it may name.
  ///   - previous: The side before a change, whose selector some rules make the new one from.
  /// - Throws: `ClusterError` if the catalogue does not have the rule, or the rule refuses the cluster.
  public init(
    _ placed: PlacedCluster, in catalogue: RuleCatalogue, updating previous: ClusterSide? = nil
  ) throws(ClusterError) {
    try self.init(
      placed, rule: catalogue.rule(named: placed.placement.rule), updating: previous)
  }

  /// Makes the selector and the prediction of a placed cluster under a rule.
  ///
  /// - Parameters:
  ///   - placed: The cluster and how keys are placed on it.
  ///   - rule: The rule that the placement names.
  ///   - previous: The side before a change, whose selector some rules make the new one from.
  /// - Throws: `ClusterError` if the rule refuses the cluster.
  public init(
    _ placed: PlacedCluster, rule: PlacementRule, updating previous: ClusterSide? = nil
  ) throws(ClusterError) {
    let placement = placed.placement
    self.placed = placed
    self.rule = rule
    selector = try rule.selector(
      for: placed.cluster, options: placement.options, key: placement.key,
      updating: previous?.selector)
    prediction = try rule.prediction(for: placed.cluster, options: placement.options)
  }
}
