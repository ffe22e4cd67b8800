package import ConsistentHashing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The largest ratio of a node's keys to its target that theory expects.
///
/// A count of K keys that fall on a node with probability p varies like a Gamma variable of shape K·p;
/// a node's share of a ring of V random points of its own varies like one of shape V. The two together
/// vary like one of shape 1/(1/V + 1/(K·p)). The peak is the largest of one such variable for each
/// node, each divided by its mean; its typical value is where the product of their distribution
/// functions is exp(−exp(−γ)), the point at which the extreme-value distribution has its mean. Gamma
/// distributions by the cube-root rule of Wilson and Hilferty.
///
/// Printed beside measured figures; no placement depends on it.
package struct ExpectedPeak {
  package let value: Double?

  package init(
    balance: AlgorithmPromises.Balance, options: [String: String], weights: [Double], keys: Int
  ) {
    let sum = weights.reduce(0, +)
    guard keys > 0, !weights.isEmpty else {
      value = nil
      return
    }
    let counts = weights.map { Double(keys) * $0 / sum }
    let shapes: [Double]
    var factor = 1.0
    switch balance {
    case .none:
      value = nil
      return
    case .exactShares:
      shapes = counts
    case .ring(let standard), .sharedRing(let standard):
      var virtual = Double(options["virtual-nodes"].flatMap { Int($0) } ?? standard)
      if case .sharedRing = balance { virtual *= Double(weights.count) / sum }
      let points = weights.map { max(1, ($0 * virtual).rounded()) }
      let total = points.reduce(0, +)
      // A share is Beta(V, N−V): as a Gamma of shape V, but narrower by (N−V)/N.
      shapes = zip(points, counts).map { v, k in
        let spread = (total - v) / (v * (total + 1))
        return 1 / (spread + 1 / k)
      }
    case .slots(let standard):
      let size = options["table-size"].flatMap { Int($0) } ?? standard
      // The smallest node may hold one slot more than its due.
      factor = 1 + (weights.min().map { sum / $0 } ?? 0) / Double(size)
      shapes = counts
    }
    value = weights.count == 1 ? 1 : factor * Self.largest(ShapeClass.classes(of: shapes))
  }

  /// The point at which the product of the distribution functions is exp(−exp(−γ)).
  private static func largest(_ classes: [ShapeClass]) -> Double {
    let gamma = 0.577_215_664_901_532_9
    var low = 1.0
    var high = 2.0
    func logProduct(_ x: Double) -> Double {
      classes.reduce(0) { sum, shapes in
        let spread = 1 / (9 * shapes.mean)
        let z = (cbrt(x) - (1 - spread)) / spread.squareRoot()
        return sum + shapes.count
          * log(max(0.5 * erfc(-z / 2.0.squareRoot()), .leastNormalMagnitude))
      }
    }
    while logProduct(high) < -exp(-gamma), high < 1e12 { high *= 2 }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if logProduct(middle) < -exp(-gamma) { low = middle } else { high = middle }
    }
    return high
  }
}

/// Gamma shapes that are as good as equal, so that a million nodes cost no more than a thousand.
private struct ShapeClass {
  let mean: Double
  let count: Double

  /// Equal shapes together; if a thousand classes do not do, neighbours as well.
  static func classes(of shapes: [Double]) -> [ShapeClass] {
    let sorted = shapes.sorted()
    let most = sorted.count / 1000
    var classes: [ShapeClass] = []
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      end = min(max(end, start + most), sorted.count)
      let sum = sorted[start..<end].reduce(0, +)
      classes.append(ShapeClass(mean: sum / Double(end - start), count: Double(end - start)))
      start = end
    }
    return classes
  }
}
