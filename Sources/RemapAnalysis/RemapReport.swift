public import ConsistentHashing

/// What a change moves, counted on keys.
public struct RemapReport: Sendable {
  /// What the counted keys are.
  public enum Keys: Hashable, Sendable {
    /// The user's own: figures are exact for them.
    case given
    /// Generated ones: figures are estimates, with a sampling error.
    case sampled
  }

  /// A flow of keys between two nodes.
  public struct Flow: Hashable, Sendable {
    /// The node before; nil if the key went by state, such as round robin.
    public let from: NodeID?
    /// The node after; nil if the key goes by state.
    public let to: NodeID?
    /// The number of keys.
    public let count: Int
    /// Whether both nodes are up with the same weight before and after, so that no key had to move.
    public let isNeedless: Bool
  }

  /// One node before and after.
  public struct NodeLine: Hashable, Sendable {
    /// The identity.
    public let id: NodeID
    /// Its keys before; nil if it was not listed.
    public let before: Int?
    /// Its keys after; nil if it is not listed any more.
    public let after: Int?
    /// The share its weight asks for before, from 0 to 1.
    public let targetBefore: Double
    /// The share its weight asks for after, from 0 to 1.
    public let targetAfter: Double
  }

  /// What the keys are.
  public let keys: Keys
  /// How many were counted.
  public let total: Int
  /// How many change their node.
  public let moved: Int
  /// How many of those move between two nodes that are up with the same weight before and after.
  public let needless: Int
  /// Keys that went by state before.
  public let statefulBefore: Int
  /// Keys that go by state after.
  public let statefulAfter: Int
  /// What the change of weights must move, as shares.
  public let floor: MovementFloor
  /// Moved keys by pair of nodes, in the order of the nodes.
  public let flows: [Flow]
  /// The nodes: those before in their order, then new ones.
  public let nodes: [NodeLine]

  init(
    keys: Keys, total: Int, pairing: NodePairing, countsBefore: [Int], countsAfter: [Int],
    flows: [(from: Int, to: Int, count: Int)]
  ) {
    self.keys = keys
    self.total = total
    let ids = pairing.ids
    self.flows = flows.map { flow in
      let known = flow.from < ids.count && flow.to < ids.count
      return Flow(
        from: flow.from < ids.count ? ids[flow.from] : nil,
        to: flow.to < ids.count ? ids[flow.to] : nil,
        count: flow.count,
        isNeedless: known && pairing.isUnchanged(flow.from) && pairing.isUnchanged(flow.to))
    }
    moved = self.flows.reduce(0) { $0 + $1.count }
    needless = self.flows.reduce(0) { $0 + ($1.isNeedless ? $1.count : 0) }
    statefulBefore = countsBefore[ids.count]
    statefulAfter = countsAfter[ids.count]
    floor = pairing.floor
    let targetsBefore = pairing.targetsBefore
    let targetsAfter = pairing.targetsAfter
    nodes = ids.indices.map { place in
      NodeLine(
        id: ids[place],
        before: pairing.nodesBefore[place].map { _ in countsBefore[place] },
        after: pairing.nodesAfter[place].map { _ in countsAfter[place] },
        targetBefore: targetsBefore[place], targetAfter: targetsAfter[place])
    }
  }

  /// The half-width of the 95 % interval of a sampled share: 1.96·√(D(1−D)/K).
  ///
  /// Where none or all of the keys were met, that would be 0; then it is 3/K, the share that K keys
  /// miss altogether with a chance of 5 %.
  public func samplingError(of share: Double) -> Double {
    guard total > 0 else { return 0 }
    guard share > 0, share < 1 else { return min(3 / Double(total), 1) }
    return 1.96 * (share * (1 - share) / Double(total)).squareRoot()
  }

  /// The largest ratio of a node's keys to what its weight asks for, before.
  public var peakBefore: Double { peak { ($0.before, $0.targetBefore) } }

  /// The largest ratio of a node's keys to what its weight asks for, after.
  public var peakAfter: Double { peak { ($0.after, $0.targetAfter) } }

  private func peak(_ line: (NodeLine) -> (Int?, Double)) -> Double {
    guard total > 0 else { return 0 }
    return nodes.map(line).filter { $0.1 > 0 }
      .map { Double($0.0 ?? 0) / (Double(total) * $0.1) }.max() ?? 0
  }
}
