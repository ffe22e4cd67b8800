// Selectors print what they are, not the thousands of points or slots that they hold.

extension KetamaRing: CustomStringConvertible, CustomReflectable {
  /// The numbers of nodes and points, and the options.
  public var description: String {
    "KetamaRing(\(nodes.count) nodes, \(pointCount) points, seed \(seed))"
  }

  /// What ``description`` says.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "nodes": nodes.count, "points": pointCount, "virtualNodes": virtualNodes, "seed": seed,
      ])
  }
}

extension JumpHash: CustomStringConvertible, CustomReflectable {
  /// The numbers of nodes and slots, and the options.
  public var description: String {
    "JumpHash(\(nodes.count) nodes, \(slotCount) slots, seed \(seed))"
  }

  /// What ``description`` says.
  public var customMirror: Mirror {
    Mirror(self, children: ["nodes": nodes.count, "slots": slotCount, "seed": seed])
  }
}

extension RendezvousHash: CustomStringConvertible, CustomReflectable {
  /// The numbers of nodes and distinct weights, and the options.
  public var description: String {
    "RendezvousHash(\(nodes.count) nodes, \(weights.count) weights, seed \(seed))"
  }

  /// What ``description`` says.
  public var customMirror: Mirror {
    Mirror(self, children: ["nodes": nodes.count, "weights": weights.count, "seed": seed])
  }
}

extension MaglevTable: CustomStringConvertible, CustomReflectable {
  /// The numbers of nodes and slots, and the options.
  public var description: String {
    "MaglevTable(\(nodes.count) nodes, \(tableSize) slots, seed \(seed))"
  }

  /// What ``description`` says.
  public var customMirror: Mirror {
    Mirror(self, children: ["nodes": nodes.count, "slots": tableSize, "seed": seed])
  }
}

extension PlacementRule: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}

extension RuleCatalogue: CustomStringConvertible {
  /// The names of the rules.
  public var description: String { "RuleCatalogue(\(map(\.name).joined(separator: ", ")))" }
}
