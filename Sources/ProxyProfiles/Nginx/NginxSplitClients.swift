public import ConsistentHashing

/// Which part nginx's `split_clients` takes, bit for bit.
///
/// Rule (http since 0.8.37, with this hash since 1.0.1; stream since 1.11.3; recorded from nginx
/// 1.22.1): the hash is MurmurHash2, 32 bits, seed 0, over the bytes of the value as they are. A part
/// of p hundredths of a percent ends `p · 0xffffffff / 10000` (rounded down, each part by itself)
/// behind the part before; the first part whose end is above the hash takes it. `*` takes whatever is
/// left, and must come last.
///
/// Without `*` the parts may leave some hashes over, also when they sum to 100 %: those give the empty
/// string, no node. As of nginx 1.31.2 a sum of exactly 100 % lets the last part take them.
///
/// A part has no fallback: what to do when the server it names is down is not a matter of
/// `split_clients`. A node that is down keeps its part, and its keys have no other node.
public struct NginxSplitClients: NodeSelector {
  /// Who takes the hashes that parts of exactly 100 % leave over by rounding.
  public enum Remainder: String, CaseIterable, Sendable {
    /// Nobody, before nginx 1.31.2.
    case none
    /// The last part, as of nginx 1.31.2.
    case last
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Where each part ends, ascending: the first hash that is not its own.
  private let ends: [UInt32]

  /// The node of each part, and of what is left behind the last end.
  private let owners: [Int]
  private let ownerOfRest: Int?

  private let isDown: [Bool]

  /// Splits by the property ``NginxSplitPart/percent`` of the nodes, or by their weights if none has
  /// it: shares rounded down to 0.01 %, the last node takes the rest.
  ///
  /// - Throws: `ClusterError` if no node is available or the parts are none that nginx takes.
  public init(_ cluster: Cluster, remainder: Remainder = .none) throws(ClusterError) {
    try cluster.requireAvailableNode()
    try self.init(
      nodes: cluster.nodes, parts: NginxSplitPart.parts(of: cluster), remainder: remainder)
  }

  /// Splits by lines as they stand in a configuration.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to.
  ///   - parts: The part of each node, in the order of the lines; nil for a node without a line.
  ///   - remainder: Who takes what parts of exactly 100 % leave over.
  /// - Throws: `ClusterError` if there are more or fewer parts than nodes, a part is out of range, or
  ///   a part comes after 100 % or `*`.
  public init(
    nodes: [Node], parts: [NginxSplitPart?], remainder: Remainder = .none
  ) throws(ClusterError) {
    guard nodes.count == parts.count, parts.contains(where: { $0 != nil }) else {
      throw ClusterError(.emptyCluster, .cluster, "there are no parts", remedy: "add one")
    }
    var sum = 0
    var end: UInt32 = 0
    var ends: [UInt32] = []
    var owners: [Int] = []
    var rest: Int?
    for (position, part) in parts.enumerated() {
      guard let part else { continue }
      var hundredths = 10_000
      if case .hundredths(let value) = part {
        guard (1...10_000).contains(value) else {
          throw ClusterError(
            .invalidProperty, .node(position),
            "node '\(nodes[position].id)' has a part of \(value) hundredths of a percent",
            remedy: "use 1 to 10000")
        }
        hundredths = value
      }
      guard rest == nil, part == .rest ? sum <= 10_000 : sum + hundredths <= 10_000 else {
        throw ClusterError(
          .invalidProperty, .node(position),
          "with node '\(nodes[position].id)' the parts are more than 100 %",
          remedy: "lower a part; * must come last")
      }
      if part == .rest {
        rest = position
      } else {
        sum += hundredths
        // The ends of parts that sum to 100 % or less are below 2³².
        end += UInt32(UInt64(hundredths) * 0xFFFF_FFFF / 10_000)
        ends.append(end)
        owners.append(position)
      }
    }
    if rest == nil, remainder == .last, sum == 10_000 { rest = owners.last }
    self.nodes = nodes
    self.ends = ends
    self.owners = owners
    ownerOfRest = rest
    isDown = nodes.map { !$0.isAvailable }
  }

  /// The node whose part a value falls into; nil if it falls into none, or the node is down.
  ///
  /// - Complexity: O(length of the key + log parts), without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    guard let node = owner(of: MurmurHash2.hash(key, seed: 0)), !isDown[node] else { return nil }
    return node
  }

  /// The node of the key's part alone: there is no other.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let node = choice(for: key), !visit(node) { return .stopped }
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
}
