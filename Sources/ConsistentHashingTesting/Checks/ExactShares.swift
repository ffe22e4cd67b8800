internal import ConsistentHashing

extension ConformanceCheck {
  /// Where shares are predicted to be exactly the weights, counts of keys are multinomial: Pearson's χ² with one degree
  /// of freedom less than nodes stays below the limit that chance exceeds for one seed in 3.5
  /// million (5 standard deviations).
  ///
  /// Shapes: 10 equal nodes; weights 1, 2, 3, 10; broken weights unless they must be whole; 20 000
  /// keys each. With 10 nodes an error of 12 % in one share is found.
  public static let exactShares = ConformanceCheck(
    name: "exact-shares", summary: "shares are exactly the weights",
    applies: { $0.sampleSpread == .exact }
  ) { run in
    for weights in run.weightings {
      guard let cluster = run.cluster(weights: weights), let selector = run.selector(cluster),
        let prediction = run.prediction(cluster)
      else { return }
      guard prediction.spread == .exact else { continue }
      let shares = Shares(of: selector, keys: run.keys(20_000))
      let chiSquare = shares.chiSquare(against: prediction.targets)
      let limit = chiSquareLimit(degrees: weights.count - 1, z: 5)
      if !(chiSquare <= limit) {
        run.report(
          "of \(shares.keys) keys \(run.describe(cluster)) gets \(shares.counts): chi-square "
            + "\(rounded(chiSquare)), limit \(rounded(limit))")
      }
    }
  }
}
