public import ConsistentHashing

/// What a change moves, counted on keys.
public struct RemapReport: Hashable, Sendable {
  /// The kind of the counted keys.
  public enum Keys: String, Hashable, Sendable, Codable {
    /// The user's own: figures are exact for them.
    case given
    /// Generated keys: figures are estimates, with a sampling error.
    case sampled
  }

  /// A flow of keys between two nodes.
  public struct Flow: Hashable, Sendable, Codable {
    /// The node before; nil if the key was placed by state, such as round robin.
    public let from: NodeID?
    /// The node after; nil if the key is placed by state.
    public let to: NodeID?
    /// The number of keys.
    public let count: Int
    /// Whether both nodes take a share with the same weight before and after, so that no key had to
    /// move.
    public let isNeedless: Bool

    private enum CodingKeys: String, CodingKey {
      case from, to
      case count = "keys"
      case isNeedless = "needless"
    }
  }

  /// A node that keeps its name while its address changes.
  public struct Readdressing: Hashable, Sendable, Codable {
    /// The identity.
    public let id: NodeID
    /// The address before.
    public let from: String
    /// The address after.
    public let to: String
    /// How many keys stay with the name.
    public let count: Int

    private enum CodingKeys: String, CodingKey {
      case id, from, to
      case count = "keys"
    }
  }

  /// One node before and after.
  public struct NodeLine: Hashable, Sendable, Codable {
    /// The identity.
    public let id: NodeID
    /// Its keys before; nil if it was not listed.
    public let before: Int?
    /// Its keys after; nil if it is no longer listed.
    public let after: Int?
    /// The share that the rule predicts before, from 0 to 1.
    public let targetBefore: Double
    /// The share that the rule predicts after, from 0 to 1.
    public let targetAfter: Double

    private enum CodingKeys: String, CodingKey {
      case id, before, after
      case targetBefore = "targetShareBefore"
      case targetAfter = "targetShareAfter"
    }
  }

  /// The kind of the keys.
  public let keys: Keys
  /// How many were counted.
  public let total: Int
  /// How many change their node.
  public let moved: Int
  /// How many reach another machine: keys that move, without those whose new node has the address of
  /// the old one, and keys of ``readdressings``.
  public let otherMachine: Int
  /// How many of ``moved`` go between two nodes that take a share with the same weight before and after.
  public let needless: Int
  /// How many were placed by state before.
  public let byStateBefore: Int
  /// How many are placed by state after.
  public let byStateAfter: Int
  /// The least that the change must move, as shares.
  public let floor: MovementFloor
  /// Moved keys by pair of nodes, in the order of the nodes.
  public let flows: [Flow]
  /// Nodes that keep their name while their address changes, in the order of the nodes.
  public let readdressings: [Readdressing]
  /// The nodes: those before in their order, then new ones.
  public let nodes: [NodeLine]

  init(
    keys: Keys, total: Int, otherMachine: Int? = nil, byStateBefore: Int, byStateAfter: Int,
    floor: MovementFloor, flows: [Flow], readdressings: [Readdressing] = [], nodes: [NodeLine]
  ) {
    self.keys = keys
    self.total = total
    moved = flows.reduce(0) { $0 + $1.count }
    self.otherMachine = otherMachine ?? moved
    self.readdressings = readdressings
    needless = flows.reduce(0) { $0 + ($1.isNeedless ? $1.count : 0) }
    self.byStateBefore = byStateBefore
    self.byStateAfter = byStateAfter
    self.floor = floor
    self.flows = flows
    self.nodes = nodes
  }

  init(
    keys: Keys, total: Int, pairing: NodePairing, countsBefore: [Int], countsAfter: [Int],
    flows: [(from: Int, to: Int, count: Int)]
  ) {
    let ids = pairing.ids
    var staying = countsBefore
    var otherMachine = 0
    for flow in flows {
      staying[flow.from] -= flow.count
      let isByHash = flow.from < ids.count && flow.to < ids.count
      if !(isByHash && pairing.isSameMachine(flow.from, flow.to)) { otherMachine += flow.count }
    }
    var readdressings: [Readdressing] = []
    for place in ids.indices where pairing.isReaddressed(place) {
      otherMachine += staying[place]
      if let before = pairing.nodesBefore[place], let after = pairing.nodesAfter[place] {
        readdressings.append(
          Readdressing(
            id: ids[place], from: before.address, to: after.address, count: staying[place]))
      }
    }
    self.init(
      keys: keys, total: total, otherMachine: otherMachine, byStateBefore: countsBefore[ids.count],
      byStateAfter: countsAfter[ids.count], floor: pairing.floor,
      flows: flows.map { flow in
        let isByHash = flow.from < ids.count && flow.to < ids.count
        return Flow(
          from: flow.from < ids.count ? ids[flow.from] : nil,
          to: flow.to < ids.count ? ids[flow.to] : nil,
          count: flow.count,
          isNeedless: isByHash && pairing.isUnchanged(flow.from) && pairing.isUnchanged(flow.to))
      }, readdressings: readdressings,
      nodes: ids.indices.map { place in
        NodeLine(
          id: ids[place],
          before: pairing.nodesBefore[place].map { _ in countsBefore[place] },
          after: pairing.nodesAfter[place].map { _ in countsAfter[place] },
          targetBefore: pairing.targetsBefore[place], targetAfter: pairing.targetsAfter[place])
      })
  }

  /// The half-width of the 95 % interval of a sampled share: 1.96·√(D(1−D)/K).
  ///
  /// For a share of 0 or 1 that would be 0. The result is then 3/K: a part of this share is missed by K
  /// keys with a probability of 5 %.
  public func samplingError(of share: Double) -> Double {
    guard total > 0 else { return 0 }
    guard share > 0, share < 1 else { return min(3 / Double(total), 1) }
    return 1.96 * (share * (1 - share) / Double(total)).squareRoot()
  }

  /// The largest ratio of a node's keys to its target, before.
  public var peakBefore: Double { peak { ($0.before, $0.targetBefore) } }

  /// The largest ratio of a node's keys to its target, after.
  public var peakAfter: Double { peak { ($0.after, $0.targetAfter) } }

  private func peak(_ line: (NodeLine) -> (Int?, Double)) -> Double {
    guard total > 0 else { return 0 }
    return nodes.map(line).filter { $0.1 > 0 }
      .map { Double($0.0 ?? 0) / (Double(total) * $0.1) }.max() ?? 0
  }
}
