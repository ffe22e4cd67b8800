public import ConsistentHashing

/// Counts the keys of each node.
public struct BalanceCounter: Sendable {
  private let cluster: Cluster
  private let algorithm: Algorithm
  private let selector: any NodeSelector
  private var counts: [Int]
  private var total = 0

  /// Prepares counting.
  ///
  /// - Throws: `ClusterError` if the algorithm refuses the cluster.
  public init(_ cluster: Cluster, _ algorithm: Algorithm) throws(ClusterError) {
    self.cluster = cluster
    self.algorithm = algorithm
    selector = try algorithm.selector(for: cluster)
    counts = Array(repeating: 0, count: cluster.nodes.count + 1)
  }

  /// Counts one key.
  public mutating func count(_ key: Span<UInt8>) {
    total += 1
    counts[selector.choice(for: key) ?? counts.count - 1] += 1
  }

  /// The report of the keys counted so far.
  public func report(of keys: RemapReport.Keys) -> BalanceReport {
    BalanceReport(keys: keys, total: total, cluster: cluster, algorithm: algorithm, counts: counts)
  }
}

/// How keys spread over the nodes of a cluster.
public struct BalanceReport: Sendable {
  /// One node.
  public struct NodeLine: Hashable, Sendable {
    /// The identity.
    public let id: NodeID
    /// Its keys.
    public let count: Int
    /// The share its weight asks for, from 0 to 1.
    public let target: Double
  }

  /// What the keys are.
  public let keys: RemapReport.Keys
  /// How many were counted.
  public let total: Int
  /// Keys that go by state, such as round robin.
  public let stateful: Int
  /// The nodes in the order of the cluster.
  public let nodes: [NodeLine]
  /// The largest ratio of a node's keys to what its weight asks for.
  public let peak: Double
  /// The node that has it.
  public let fullest: NodeID?
  /// What ``peak`` is expected to be for this algorithm, these weights and this many keys; nil if
  /// the algorithm promises nothing.
  public let expectedPeak: Double?

  init(
    keys: RemapReport.Keys, total: Int, cluster: Cluster, algorithm: Algorithm, counts: [Int]
  ) {
    let sum = cluster.nodes.reduce(0) { $0 + ($1.takesShare ? $1.weight : 0) }
    let nodes = zip(cluster.nodes, counts).map { node, count in
      NodeLine(id: node.id, count: count, target: node.takesShare ? node.weight / sum : 0)
    }
    let ratios = nodes.filter { $0.target > 0 }
      .map { (id: $0.id, ratio: total > 0 ? Double($0.count) / (Double(total) * $0.target) : 0) }
    let fullest = ratios.max { $0.ratio < $1.ratio }
    self.keys = keys
    self.total = total
    self.stateful = counts.last ?? 0
    self.nodes = nodes
    self.fullest = fullest?.id
    peak = fullest?.ratio ?? 0
    expectedPeak =
      ExpectedPeak(
        balance: algorithm.promises.balance, options: cluster.options,
        weights: cluster.nodes.filter(\.takesShare).map(\.weight), keys: total
      ).value
  }
}
