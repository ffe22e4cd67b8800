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
/// The count of K keys on a node with probability p varies like a Gamma variable of shape K·p. A node's
/// share of a ring of V random points varies like one of shape V. Both together vary like one of shape
/// 1/(1/V + 1/(K·p)). The peak is the largest of one such variable for each node, each divided by its
/// mean. Its typical value is where the product of the distribution functions is exp(−exp(−γ)), the
/// point at which the extreme-value distribution has its mean. Gamma distributions are computed by the
/// cube-root rule of Wilson and Hilferty, which is 2 % too high where nodes own only a few points.
///
/// Printed next to measured figures; no placement depends on it.
package struct ExpectedPeak {
  package let value: Double?

  /// Computes the peak of a prediction.
  ///
  /// - Parameters:
  ///   - prediction: The shares that a rule predicts; nodes without a share do not count.
  ///   - keys: The number of keys.
  package init(_ prediction: SharePrediction, keys: Int) {
    let shares = prediction.targets.filter { $0 > 0 }
    guard keys > 0, let smallest = shares.min() else {
      value = nil
      return
    }
    let counts = shares.map { Double(keys) * $0 }
    let peak: Double
    switch prediction.spread {
    case .unknown:
      value = nil
      return
    case .exact:
      peak = Self.largest(ShapeClass.classes(of: counts))
    case .points(let points):
      let owned = zip(points, prediction.targets).filter { $0.1 > 0 }.map(\.0)
      peak = Self.largest(Self.classes(points: owned, counts: counts))
    case .slots(let size):
      // The smallest node may have one slot more than its share.
      peak = (1 + 1 / (smallest * Double(size))) * Self.largest(ShapeClass.classes(of: counts))
    }
    value = shares.count == 1 ? 1 : peak
  }

  /// The classes of the nodes of a ring.
  ///
  /// A node with 1.5 points on average counts as half a node with 1 and half a node with 2, whose mean
  /// share is 2/1.5 of its target. A node without a point takes no key.
  private static func classes(points: [Double], counts: [Double]) -> [ShapeClass] {
    let total = points.reduce(0, +)
    var whole: [Double] = []
    var split: [ShapeClass] = []
    for (points, count) in zip(points, counts) {
      // A share is Beta(V, N−V): as a Gamma of shape V, but narrower by (N−V)/N.
      func shape(_ v: Double, _ factor: Double) -> Double {
        let spread = max(0, total - v) / (v * (total + 1))
        return 1 / (spread + 1 / (count * factor))
      }
      let less = points.rounded(.down)
      guard points > less else {
        if points > 0 { whole.append(shape(points, 1)) }
        continue
      }
      for (v, part) in [(less, less + 1 - points), (less + 1, points - less)] where v > 0 {
        split.append(ShapeClass(mean: shape(v, v / points), count: part, factor: v / points))
      }
    }
    return ShapeClass.classes(of: whole) + ShapeClass.merged(split)
  }

  /// The point at which the product of the distribution functions is exp(−exp(−γ)).
  private static func largest(_ classes: [ShapeClass]) -> Double {
    let gamma = 0.577_215_664_901_532_9
    var low = 1.0
    var high = 2.0
    func logProduct(_ x: Double) -> Double {
      classes.reduce(0) { sum, shapes in
        let spread = 1 / (9 * shapes.mean)
        let z = (cbrt(x / shapes.factor) - (1 - spread)) / spread.squareRoot()
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

/// Gamma shapes that are nearly equal, so that a million nodes cost no more than a thousand.
private struct ShapeClass {
  let mean: Double
  let count: Double
  /// The mean of the ratios.
  var factor = 1.0

  /// Classes of equal shapes and factors together.
  static func merged(_ classes: [ShapeClass]) -> [ShapeClass] {
    let sorted = classes.sorted { ($0.mean, $0.factor) < ($1.mean, $1.factor) }
    var merged: [ShapeClass] = []
    for shapes in sorted {
      if let last = merged.last, last.mean == shapes.mean, last.factor == shapes.factor {
        merged[merged.count - 1] = ShapeClass(
          mean: last.mean, count: last.count + shapes.count, factor: last.factor)
      } else {
        merged.append(shapes)
      }
    }
    return merged
  }

  /// Classes of equal shapes; of neighbouring ones as well where there would be more than a thousand.
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
