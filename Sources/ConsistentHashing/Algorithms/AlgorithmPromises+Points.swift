extension AlgorithmPromises.Balance {
  /// The points that each node of a ring owns on average; nil for what is no ring.
  ///
  /// Where a ring has a size of its own, the shares of nodes need not be whole numbers of points, and
  /// their order decides which of them get the point more: `1.5` is 1 or 2 points, equally often.
  ///
  /// - Parameters:
  ///   - weights: The weights of the nodes that take keys, above 0.
  ///   - options: The options of the algorithm that are set.
  package func points(of weights: [Double], options: [String: String]) -> [Double]? {
    func option(_ name: String, _ standard: Int) -> Double {
      Double(options[name].flatMap { Int($0) } ?? standard)
    }
    let sum = weights.reduce(0, +)
    switch self {
    case .exactShares, .slots, .none: return nil
    case .ring(let standard):
      let virtual = option("virtual-nodes", standard)
      return weights.map { max(1, ($0 * virtual).rounded()) }
    case .sharedRing(let standard):
      let virtual = option("virtual-nodes", standard) * Double(weights.count) / sum
      return weights.map { max(1, ($0 * virtual).rounded()) }
    case .sizedRing(let smallestSize, let largestSize, let standardCap):
      let cap = option("ring-size-cap", standardCap)
      let least = min(cap, option("minimum-ring-size", smallestSize))
      let most = min(cap, option("maximum-ring-size", largestSize))
      guard let smallest = weights.min().map({ $0 / sum }) else { return [] }
      let size = min((smallest * least).rounded(.up) / smallest, most)
      return weights.map { weight in
        let points = size * weight / sum
        // What is whole but for the last bits is whole.
        return abs(points - points.rounded()) < 1e-6 ? points.rounded() : points
      }
    }
  }
}
