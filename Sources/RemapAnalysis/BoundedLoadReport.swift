public import ConsistentHashing

/// Plays keys as requests, and counts which of them leave the node of their key because it has too many
/// requests in flight.
///
/// The load is stated as a number of requests in flight: when one more begins, the oldest ends. So the
/// keys are taken in the order of a log, and the result depends on nothing else.
public struct BoundedLoadCounter: Sendable {
  private let side: ClusterSide
  private var load: NodeLoad

  /// The nodes of the requests in flight, the oldest at ``oldest``.
  private var window: [Int] = []
  private var oldest = 0
  private let limit: Int

  private var counts: [Int]
  private var firsts: [Int]
  private var peaks: [Int]
  private var flows: FlowCounts
  private var total = 0
  private var byState = 0

  /// Prepares counting.
  ///
  /// - Parameters:
  ///   - side: The cluster and its selector.
  ///   - percent: The most that a node may have, in per cent of its share, from 100.
  ///   - inFlight: The requests in flight at once, from 1.
  public init(_ side: ClusterSide, percent: Int, inFlight: Int) {
    self.side = side
    let nodes = side.placed.nodes
    load = NodeLoad(nodes, percent: percent)
    limit = max(1, inFlight)
    counts = Array(repeating: 0, count: nodes.count)
    firsts = counts
    peaks = counts
    flows = FlowCounts(places: nodes.count)
  }

  /// Plays one request.
  ///
  /// - Returns: The node that takes it; nil if the rule places the key by state.
  @discardableResult
  public mutating func count(_ key: Span<UInt8>) -> Int? {
    guard let first = side.selector.index(for: key) else {
      byState += 1
      return nil
    }
    if window.count == limit { load.end(window[oldest]) }
    let node = side.selector.index(for: key, under: load) ?? first
    load.begin(node)
    if window.count < limit {
      window.append(node)
    } else {
      window[oldest] = node
      oldest = (oldest + 1) % limit
    }
    total += 1
    firsts[first] += 1
    counts[node] += 1
    peaks[node] = max(peaks[node], load.inFlight[node])
    if node != first { flows.add(first, node) }
    return node
  }

  /// The report of the requests played so far.
  public func report() -> BoundedLoadReport {
    let ids = side.placed.nodes.map(\.id)
    let targets = side.prediction.targets
    return BoundedLoadReport(
      percent: load.percent, inFlight: limit, total: total, byState: byState,
      nodes: ids.indices.map {
        BoundedLoadReport.NodeLine(
          id: ids[$0], first: firsts[$0], count: counts[$0], peak: peaks[$0], target: targets[$0])
      },
      flows: flows.sorted().map {
        BoundedLoadReport.Flow(from: ids[$0.from], to: ids[$0.to], count: $0.count)
      })
  }
}

/// Which requests leave the node of their key because of a limit on its load.
public struct BoundedLoadReport: Hashable, Sendable {
  /// One node.
  public struct NodeLine: Hashable, Sendable {
    /// The identity.
    public let id: NodeID
    /// The requests whose keys go to it by the hash.
    public let first: Int
    /// The requests it took.
    public let count: Int
    /// The most requests that it had in flight.
    public let peak: Int
    /// The share that the rule means for it, from 0 to 1.
    public let target: Double
  }

  /// Requests that left a node for another one.
  public struct Flow: Hashable, Sendable {
    /// The node of their keys.
    public let from: NodeID
    /// The node that took them.
    public let to: NodeID
    /// How many.
    public let count: Int
  }

  /// The limit in per cent of a node's share.
  public let percent: Int
  /// The requests in flight at once.
  public let inFlight: Int
  /// The requests that were played.
  public let total: Int
  /// Requests that the rule places by state, which are not played.
  public let byState: Int
  /// The nodes in the order of the cluster.
  public let nodes: [NodeLine]
  /// Where requests spilled from and to, in the order of the nodes.
  public let flows: [Flow]

  /// The requests that left the node of their key.
  public var spilled: Int { flows.reduce(0) { $0 + $1.count } }
}
