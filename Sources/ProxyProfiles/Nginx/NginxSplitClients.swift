public import ConsistentHashing

/// Which part nginx's `split_clients` takes, bit for bit.
///
/// Rule (http since 0.8.37, with this hash since 1.0.1; stream since 1.11.3; recorded from nginx
/// 1.22.1): the hash is MurmurHash2, 32 bits, seed 0, over the bytes of the value as they are. A part
/// of p hundredths of a percent ends `p · 0xffffffff / 10000` (rounded down, each part by itself)
/// after the part before; the first part whose end is above the hash takes it. `*` takes whatever is
/// left, and must come last.
///
/// Without `*` the parts may leave some hashes over, also when they sum to 100 %: those give the empty
/// string, no node. As of nginx 1.31.2 a sum of exactly 100 % lets the last part take them.
///
/// The property `percent` of a node is its part as it is written. If no node has it, parts are the
/// shares of the weights, rounded down to 0.01 %, and the last node takes the rest.
///
/// A part has no fallback: `split_clients` does not know whether the server that it names is down. A
/// node that is down keeps its part, and its keys have no other node.
public struct NginxSplitClients: NodeSelector {
  /// Who takes the hashes that parts of exactly 100 % leave over by rounding.
  public enum Remainder: String, CaseIterable, Sendable {
    /// No part, before nginx 1.31.2.
    case none
    /// The last part, as of nginx 1.31.2.
    case last
  }

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// Who takes what parts of 100 % leave by rounding.
    public var remainder = Remainder.none

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word(
        "remainder", \.remainder,
        "who takes what parts of 100 % leave by rounding; last as of nginx 1.31.2")
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Where each part ends, ascending: the first hash that is not its own.
  private let ends: [UInt32]

  /// The node of each part, and of what is left after the last end.
  private let owners: [Int]
  private let ownerOfRest: Int?

  private let isDown: [Bool]

  /// Splits the hashes among the nodes of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is available or nginx does not take the parts.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    var sum = 0
    var end: UInt32 = 0
    var ends: [UInt32] = []
    var owners: [Int] = []
    var rest: Int?
    for (position, part) in try NginxSplitPart.parts(of: cluster) {
      let hundredths = if case .hundredths(let value) = part { value } else { 0 }
      sum += hundredths
      guard rest == nil, sum <= 10_000 else {
        throw ClusterError(
          .invalidProperty, .node(position),
          "with node \(quoted(nodes[position].id.text)) the parts are more than 100 %",
          remedy: "lower a part; * must come last")
      }
      if part == .rest {
        rest = position
      } else {
        // The ends of parts that sum to 100 % or less are below 2³².
        end += UInt32(UInt64(hundredths) * 0xFFFF_FFFF / 10_000)
        ends.append(end)
        owners.append(position)
      }
    }
    if rest == nil, options.remainder == .last, sum == 10_000 { rest = owners.last }
    self.nodes = nodes
    self.ends = ends
    self.owners = owners
    ownerOfRest = rest
    isDown = nodes.map { !$0.isAvailable }
  }

  /// Splits the hashes among the nodes of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes.
  ///   - remainder: Who takes what parts of 100 % leave by rounding.
  /// - Throws: `ClusterError` as ``init(_:_:)`` does.
  public init(_ cluster: Cluster, remainder: Remainder = .none) throws(ClusterError) {
    var options = Options()
    options.remainder = remainder
    try self.init(cluster, options)
  }

  /// The node whose part a value falls into; nil if it falls into none, or the node is down.
  ///
  /// - Complexity: O(length of the key + log parts), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    guard let node = owner(of: MurmurHash2.hash(key, seed: 0)), !isDown[node] else { return nil }
    return node
  }

  /// The node of the key's part alone: there is no other.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let node = index(for: key), !visit(node) { return .stopped }
    return nodes.count == 1 && !isDown[0] && ownerOfRest == 0
      ? .everyNode : .stateful("no other part")
  }

  private func owner(of hash: UInt32) -> Int? {
    // The first part whose end is above the hash.
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > hash { high = middle } else { low = middle + 1 }
    }
    return low < owners.count ? owners[low] : ownerOfRest
  }

  /// MurmurHash2 of the key.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    UInt64(MurmurHash2.hash(key, seed: 0))
  }

  /// The parts, where hashes that are left over and parts whose node is down have no node.
  public func keySpace() -> KeySpace {
    var intervals = OwnedIntervals(.bits32, capacity: ends.count + 1)
    func owner(_ node: Int) -> KeySpace.Owner { isDown[node] ? .state : .node(node) }
    for (end, node) in zip(ends, owners) {
      intervals.append(through: UInt64(end) - 1, owner(node))
    }
    intervals.appendRest(ownerOfRest.map(owner) ?? .state)
    return KeySpace(
      intervals, keyHash: KeyHashIdentity(function: "murmur2-32"), stateRule: "no other part",
      hashesEveryKey: true)
  }
}
