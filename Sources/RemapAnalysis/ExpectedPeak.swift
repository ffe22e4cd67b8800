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
/// distributions by the cube-root rule of Wilson and Hilferty, which says 2 % too much where nodes own a
/// few points only.
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
    case .ring, .sharedRing, .sizedRing:
      let points = balance.points(of: weights, options: options) ?? []
      value = weights.count == 1 ? 1 : Self.largest(Self.classes(points: points, counts: counts))
      return
    case .slots(let standard):
      let size = options["table-size"].flatMap { Int($0) } ?? standard
      // The smallest node may hold one slot more than its due.
      factor = 1 + (weights.min().map { sum / $0 } ?? 0) / Double(size)
      shapes = counts
    }
    value = weights.count == 1 ? 1 : factor * Self.largest(ShapeClass.classes(of: shapes))
  }

  /// The classes of the nodes of a ring.
  ///
  /// A node with 1.5 points on average is half a node with 1 and half a node with 2, whose mean share is
  /// 2/1.5 of its target. Without a point it takes no key.
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
        whole.append(shape(points, 1))
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

/// Gamma shapes that are as good as equal, so that a million nodes cost no more than a thousand.
private struct ShapeClass {
  let mean: Double
  let count: Double
  /// The mean of the ratios, where it is not 1.
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
