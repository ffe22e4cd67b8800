/// What a rule predicts for a cluster: the share that each node should take, and how closely real
/// shares follow.
public struct SharePrediction: Hashable, Sendable {
  /// How closely shares follow the targets.
  public enum Spread: Hashable, Sendable {
    /// Shares are exactly the targets; counts of keys vary as counts do.
    case exact
    /// Nodes own so many random points of a ring on average, one entry for each node, so that shares
    /// are Beta-distributed. `1.5` is 1 or 2 points, equally often.
    case points([Double])
    /// Shares are whole slots of a table of so many; nodes of equal weight differ by at most one.
    case slots(Int)
    /// The rule predicts nothing.
    case unknown
  }

  /// The weight of each node that the shares follow, in the unit of the rule; 0 for a node that gets
  /// nothing.
  ///
  /// A node of the same weight before and after a change need not give or take keys.
  public let weights: [Double]

  /// The share that each node should take, by the positions of the nodes; 0 for those that get nothing.
  ///
  /// They sum to 1 unless no node takes a share.
  public let targets: [Double]

  /// How closely shares follow.
  public let spread: Spread

  /// Predicts shares in proportion to weights.
  ///
  /// - Parameters:
  ///   - weights: The weight of each node; 0 for a node that gets nothing.
  ///   - spread: How closely shares follow.
  public init(weights: [Double], spread: Spread) {
    self.weights = weights
    let sum = weights.reduce(0, +)
    targets = sum > 0 ? weights.map { $0 / sum } : weights.map { _ in 0 }
    self.spread = spread
  }

  /// Predicts that every node that is available takes a share in proportion to its weight.
  public init(_ cluster: Cluster, spread: Spread = .unknown) {
    self.init(weights: cluster.availableWeights, spread: spread)
  }
}

extension Cluster {
  /// The weight of each node that is available, 0 for all others.
  public var availableWeights: [Double] {
    nodes.map { $0.isAvailable ? $0.weight : 0 }
  }
}
