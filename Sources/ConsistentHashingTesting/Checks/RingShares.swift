internal import ConsistentHashing

extension ConformanceCheck {
  /// A node with v of the N random points of a ring has a share that is Beta(v, N − v)-distributed.
  ///
  /// Its mean is v/N, its variance v(N − v)/(N²(N + 1)); counting K keys adds multinomial noise.
  ///
  /// Two tests. Each share stays within 6 standard deviations of its mean, upwards widened for the
  /// skewness 2(N − 2v)√(N + 1)/((N + 2)√(v(N − v))) after Cornish and Fisher. And the spread is
  /// neither larger nor smaller than that of random points: over 18 rings of 10 equal nodes the sum
  /// of squared deviations in units of their variance, 180 on average with a standard deviation of
  /// √(18·2·10²/9) = 20, stays within 6 of those (wider for few points, whose deviations have
  /// heavier tails); half the points promised are found.
  ///
  /// Shapes: weights 1, 2, 3, 10; broken weights unless they must be whole; the 18 rings; 10 000 keys
  /// each.
  public static let ringShares = ConformanceCheck(
    name: "ring-shares", summary: "shares spread as random points of a ring do",
    applies: {
      if case .points = $0.sampleSpread { true } else { false }
    }
  ) { run in
    func points(of cluster: Cluster) -> [Double]? {
      guard case .points(let points) = run.prediction(cluster)?.spread else { return nil }
      return points
    }
    let equal = Array(repeating: 1.0, count: 10)
    var virtualNodes = 1.0
    var squares = 0.0
    var rings = 0.0
    for weights in run.weightings.dropFirst() + Array(repeating: equal, count: 18) {
      guard let cluster = run.cluster(weights: weights), let selector = run.selector(cluster)
      else { return }
      guard let points = points(of: cluster), let first = points.first else { return }
      if weights == equal { virtualNodes = first }
      let shares = Shares(of: selector, keys: run.keys(10_000))
      let total = points.reduce(0, +)
      for (index, count) in shares.counts.enumerated() {
        let share = RingShare(points: points[index], of: total, keys: Double(shares.keys))
        let deviation = share.deviation(Double(count) / Double(shares.keys))
        if weights == equal { squares += deviation * deviation }
        // The skewness is that of the share; the noise of counting, which has next to none, only
        // makes it smaller.
        let upper = 6 + 35 * max(0, share.skewness) / 6
        if !(deviation >= -6 && deviation <= upper) {
          run.report(
            "\(cluster.nodes[index].id) of \(run.describe(cluster)) gets \(count) of \(shares.keys) "
              + "keys, \(rounded(deviation)) standard deviations from its \(points[index]) of "
              + "\(total) points")
        }
      }
      if weights == equal { rings += 1 }
    }
    let nodes = Double(equal.count)
    let mean = rings * nodes
    // The square of a deviation with excess kurtosis κ has the variance 2 + κ; κ is about 6/v.
    let variance = rings * nodes * nodes / (nodes - 1) * (2 + 6 / virtualNodes)
    let deviation = (squares - mean) / variance.squareRoot()
    if !(deviation.magnitude <= 6) {
      run.report(
        "the shares of \(Int(rings)) rings of \(equal.count) equal nodes vary "
          + "\(rounded(squares / mean)) times as much as those of \(virtualNodes) random points "
          + "each would, \(rounded(deviation)) standard deviations away")
    }
  }
}

/// The share that a node has of a sample of keys, as a random variable.
private struct RingShare {
  private let mean: Double
  private let variance: Double
  let skewness: Double

  init(points v: Double, of total: Double, keys: Double) {
    let rest = total - v
    mean = v / total
    let shareVariance = v * rest / (total * total * (total + 1))
    variance = shareVariance + (mean * (1 - mean) - shareVariance) / keys
    skewness =
      rest > 0
      ? 2 * (rest - v) * (total + 1).squareRoot() / ((total + 2) * (v * rest).squareRoot()) : 0
  }

  /// The distance of a measured share from the mean in standard deviations.
  func deviation(_ share: Double) -> Double {
    variance > 0 ? (share - mean) / variance.squareRoot() : (share - mean) * .infinity
  }
}
