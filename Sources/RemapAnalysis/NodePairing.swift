public import ConsistentHashing

/// The nodes of two clusters side by side, matched by identity.
///
/// Nodes without a match are matched by address, so that a document that names its nodes matches the
/// configuration of a system that does not. An address without a port means port 80.
public struct NodePairing: Sendable {
  /// All identities: those of the cluster before, in its order and at its positions, then the new ones.
  public let ids: [NodeID]

  /// The place in ``ids`` of each node of the cluster after.
  let placeAfter: [Int]
  /// The nodes before by place; nil for new ones.
  public let nodesBefore: [Node?]
  /// The nodes after by place; nil for those that left.
  public let nodesAfter: [Node?]
  /// The shares that the rule before predicts, by place; 0 for new nodes.
  public let targetsBefore: [Double]
  /// The shares that the rule after predicts, by place; 0 for nodes that left.
  public let targetsAfter: [Double]

  /// The weights that shares follow, by place; 0 where the node is missing.
  private let weightsBefore: [Double]
  private let weightsAfter: [Double]

  /// Matches the nodes of two sides.
  ///
  /// - Complexity: O(number of nodes).
  public init(before: ClusterSide, after: ClusterSide) {
    self.init(
      before: before.placed.nodes, before.prediction, after: after.placed.nodes, after.prediction)
  }

  private init(
    before: [Node], _ predictionBefore: SharePrediction, after: [Node],
    _ predictionAfter: SharePrediction
  ) {
    (ids, placeAfter) = Self.match(before, after)
    var nodesBefore = [Node?](repeating: nil, count: ids.count)
    var nodesAfter = nodesBefore
    var targetsBefore = [Double](repeating: 0, count: ids.count)
    var targetsAfter = targetsBefore
    for (place, node) in before.enumerated() { nodesBefore[place] = node }
    for (place, node) in zip(placeAfter, after) { nodesAfter[place] = node }
    for (place, target) in zip(before.indices, predictionBefore.targets) {
      targetsBefore[place] = target
    }
    for (place, target) in zip(placeAfter, predictionAfter.targets) { targetsAfter[place] = target }
    var weightsBefore = [Double](repeating: 0, count: ids.count)
    var weightsAfter = weightsBefore
    for (place, weight) in zip(before.indices, predictionBefore.weights) {
      weightsBefore[place] = weight
    }
    for (place, weight) in zip(placeAfter, predictionAfter.weights) { weightsAfter[place] = weight }
    self.weightsBefore = weightsBefore
    self.weightsAfter = weightsAfter
    self.nodesBefore = nodesBefore
    self.nodesAfter = nodesAfter
    self.targetsBefore = targetsBefore
    self.targetsAfter = targetsAfter
  }

  /// All identities, and the place among them of each node after.
  private static func match(_ before: [Node], _ after: [Node]) -> (ids: [NodeID], placeAfter: [Int])
  {
    var ids = before.map(\.id)
    var places: [NodeID: Int] = [:]
    for (place, id) in ids.enumerated() { places[id] = place }
    let idsAfter = Set(after.map(\.id))
    // The last one first, so that the first can be removed at the end. Addresses may be repeated.
    var placesByMachine: [Machine: [Int]] = [:]
    for (place, node) in before.enumerated().reversed() where !idsAfter.contains(node.id) {
      placesByMachine[Machine(node.address), default: []].append(place)
    }
    var placeAfter: [Int] = []
    for node in after {
      if let place = places[node.id] {
        placeAfter.append(place)
      } else if let place = placesByMachine[Machine(node.address)]?.popLast() {
        placeAfter.append(place)
      } else {
        places[node.id] = ids.count
        placeAfter.append(ids.count)
        ids.append(node.id)
      }
    }
    return (ids, placeAfter)
  }

  /// Whether a node takes a share before and after with the same weight, so that no key needs to move
  /// from or to it.
  public func isUnchanged(_ place: Int) -> Bool {
    weightsBefore[place] > 0 && weightsBefore[place] == weightsAfter[place]
  }

  /// Whether a node keeps its name but reaches another machine after the change.
  func isReaddressed(_ place: Int) -> Bool {
    guard let before = nodesBefore[place], let after = nodesAfter[place] else { return false }
    return Machine(before.address) != Machine(after.address)
  }

  /// Whether a node before and another one after are one machine.
  func isSameMachine(_ before: Int, _ after: Int) -> Bool {
    guard let before = nodesBefore[before], let after = nodesAfter[after] else { return false }
    return Machine(before.address) == Machine(after.address)
  }

  /// The least that the change must move.
  public var floor: MovementFloor { MovementFloor(before: targetsBefore, after: targetsAfter) }
}
