// What holds thousands of entries prints their number, also inside of what holds it.

extension RingPoints: CustomStringConvertible, CustomReflectable {
  /// The number of points.
  public var description: String { "RingPoints(\(count) points)" }

  /// The number of points.
  public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}

extension NodeTable: CustomStringConvertible, CustomReflectable {
  /// The number of entries.
  public var description: String { "NodeTable(\(count) entries)" }

  /// The number of entries.
  public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}

extension WeightWheel: CustomStringConvertible, CustomReflectable {
  /// The number of owners and the sum of weights.
  public var description: String { "WeightWheel(\(ownerCount) owners, sum \(sum))" }

  /// The number of owners and the sum of weights.
  public var customMirror: Mirror {
    Mirror(self, children: ["ownerCount": ownerCount, "sum": sum])
  }
}
