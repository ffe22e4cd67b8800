public import ConsistentHashing

/// The nodes of two clusters side by side, matched by identity; those left over by address, so that a
/// document that names its nodes matches the configuration of a system that does not.
public struct NodePairing: Sendable {
  /// The cluster before.
  public let before: Cluster
  /// The cluster after.
  public let after: Cluster

  /// All identities: those of the cluster before in its order and places, then the new ones.
  public let ids: [NodeID]

  /// Where the nodes of the cluster after stand in ``ids``.
  let placeAfter: [Int]
  /// The nodes before by place; nil for new ones.
  public let nodesBefore: [Node?]
  /// The nodes after by place; nil for those that left.
  public let nodesAfter: [Node?]

  /// Matches two clusters.
  ///
  /// - Complexity: O(number of nodes).
  public init(before: Cluster, after: Cluster) {
    self.before = before
    self.after = after
    var places: [NodeID: Int] = [:]
    var ids: [NodeID] = []
    for node in before.nodes {
      places[node.id] = ids.count
      ids.append(node.id)
    }
    let idsAfter = Set(after.nodes.map(\.id))
    var placesByAddress: [NodeID: Int] = [:]
    for (place, node) in before.nodes.enumerated() where !idsAfter.contains(node.id) {
      placesByAddress[NodeID(node.address)] = place
    }
    var placeAfter: [Int] = []
    for node in after.nodes {
      if let place = places[node.id] {
        placeAfter.append(place)
      } else if let place = placesByAddress.removeValue(forKey: NodeID(node.address)) {
        placeAfter.append(place)
      } else {
        places[node.id] = ids.count
        placeAfter.append(ids.count)
        ids.append(node.id)
      }
    }
    var nodesBefore = [Node?](repeating: nil, count: ids.count)
    for (place, node) in before.nodes.enumerated() { nodesBefore[place] = node }
    var nodesAfter = [Node?](repeating: nil, count: ids.count)
    for (place, node) in zip(placeAfter, after.nodes) { nodesAfter[place] = node }
    self.ids = ids
    self.placeAfter = placeAfter
    self.nodesBefore = nodesBefore
    self.nodesAfter = nodesAfter
  }

  /// Whether a node is up before and after with the same weight, so that keys have no need to move
  /// from or to it.
  public func isUnchanged(_ place: Int) -> Bool {
    guard let before = nodesBefore[place], let after = nodesAfter[place] else { return false }
    return before.takesShare && after.takesShare && before.weight == after.weight
  }

  /// The shares that the weights ask for before, by place.
  public var targetsBefore: [Double] { Self.targets(nodesBefore) }

  /// The shares that the weights ask for after, by place.
  public var targetsAfter: [Double] { Self.targets(nodesAfter) }

  /// What the change must move.
  public var floor: MovementFloor { MovementFloor(before: targetsBefore, after: targetsAfter) }

  private static func targets(_ nodes: [Node?]) -> [Double] {
    let weights = nodes.map { node in
      guard let node, node.takesShare else { return 0.0 }
      return node.weight
    }
    let sum = weights.reduce(0, +)
    return weights.map { sum > 0 ? $0 / sum : 0 }
  }
}
