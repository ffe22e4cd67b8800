/// The table of HAProxy's map-based hashing.
enum HAProxyMapTable {
  /// Fills a table: for each entry in turn every score grows by its weight, the first with the most
  /// whole sizes in `score + size` gets the entry and pays the size.
  ///
  /// - Parameters:
  ///   - weights: At least one, all above 0.
  ///   - size: The number of entries, usually the sum of the weights.
  /// - Returns: The position in `weights` of each entry.
  static func fill(weights: [Int], size: Int) -> [UInt32] {
    // In a table of one entry no score would ever be paid.
    if size == 1 { return [0] }
    // Equal weights take turns.
    if size == weights.count, weights.allSatisfy({ $0 == 1 }) {
      return (0..<UInt32(size)).map { $0 }
    }
    var scores = Array(repeating: 0, count: weights.count)
    return (0..<size).map { _ in
      var best = 0
      var most = Int.min
      for position in weights.indices {
        scores[position] += weights[position]
        let score = scores[position]
        // The quotient truncates towards zero; the common ones are known without a division.
        let sizes = score >= 0 && score < size ? 1 : (score + size) / size
        if sizes > most {
          most = sizes
          best = position
        }
      }
      scores[best] -= size
      return UInt32(best)
    }
  }

  /// The greatest common divisor.
  static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
