internal import ConsistentHashing

extension SharePrediction {
  /// Predicts the shares of a ring on which a node owns 160 points on average, shared out by weight.
  static func sharingPoints(of cluster: Cluster) -> SharePrediction {
    let weights = cluster.availableWeights
    let members = weights.count { $0 > 0 }
    let pointsOfWeight1 = 160 * Double(members) / weights.reduce(0, +)
    return SharePrediction(
      weights: weights,
      spread: .points(weights.map { $0 > 0 ? max(1, ($0 * pointsOfWeight1).rounded()) : 0 }))
  }
}
