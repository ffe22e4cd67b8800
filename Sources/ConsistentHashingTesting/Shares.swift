internal import ConsistentHashing

/// How many keys of a sample each node of a selector got.
struct Shares {
  let counts: [Int]
  let keys: Int

  /// Counts where keys go, leaving out those that are left to state.
  init(of selector: any NodeSelector, keys: [[UInt8]]) {
    var counts = [Int](repeating: 0, count: selector.nodes.count)
    var decided = 0
    for key in keys {
      guard let choice = selector.index(for: key.span), counts.indices.contains(choice) else {
        continue
      }
      counts[choice] += 1
      decided += 1
    }
    self.counts = counts
    self.keys = decided
  }

  /// Pearson's χ² of the counts against the shares they should follow.
  func chiSquare(against shares: [Double]) -> Double {
    var sum = 0.0
    for (count, share) in zip(counts, shares) {
      let expected = share * Double(keys)
      let difference = Double(count) - expected
      sum += difference * difference / expected
    }
    return sum
  }
}

extension PlacementRule {
  /// What the rule predicts of the shares of two equal nodes.
  var sampleSpread: SharePrediction.Spread {
    let nodes: [Node] = ["10.0.0.1:8080", "10.0.0.2:8080"]
    return (try? prediction(for: Cluster(nodes: nodes)))?.spread ?? .unknown
  }
}

/// The value that χ² with a number of degrees of freedom exceeds as rarely as a normal variable
/// exceeds `z` (Wilson and Hilferty 1931).
func chiSquareLimit(degrees: Int, z: Double) -> Double {
  let k = Double(max(degrees, 1))
  let root = 1 - 2 / (9 * k) + z * (2 / (9 * k)).squareRoot()
  return k * root * root * root
}

/// A number with few digits, for messages.
func rounded(_ value: Double) -> String {
  let scale = value.magnitude < 1 ? 100_000.0 : 100
  guard value.magnitude < 1e12 else { return String(value) }
  return String(Double(Int(value * scale + (value < 0 ? -0.5 : 0.5))) / scale)
}
