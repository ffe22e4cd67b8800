public import ConsistentHashing

/// Counts the keys of each node.
public struct BalanceCounter: Sendable {
  private let side: ClusterSide
  private var counts: [Int]
  private var byState = 0
  private var total = 0

  /// Prepares counting.
  ///
  /// - Parameters:
  ///   - placed: The cluster and how keys are placed on it.
  ///   - catalogue: The rules that it may name.
  /// - Throws: `ClusterError` if the catalogue does not have the rule, or the rule refuses the cluster.
  public init(_ placed: PlacedCluster, in catalogue: RuleCatalogue) throws(ClusterError) {
    self.init(try ClusterSide(placed, in: catalogue))
  }

  /// Prepares counting with a selector that has been made.
  public init(_ side: ClusterSide) {
    self.side = side
    counts = Array(repeating: 0, count: side.placed.nodes.count)
  }

  /// Counts one key.
  public mutating func count(_ key: Span<UInt8>) {
    total += 1
    if let index = side.selector.index(for: key) { counts[index] += 1 } else { byState += 1 }
  }

  /// Counts many keys.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  /// - Throws: `BatchError` if the spans do not fit together; nothing has been counted then.
  public mutating func count(keys: Span<UInt8>, ends: Span<Int>) throws(BatchError) {
    var nodes = [Int32](repeating: -1, count: ends.count)
    var places = nodes.mutableSpan
    try side.selector.indices(forKeys: keys, ends: ends, into: &places)
    total += nodes.count
    for node in nodes {
      if node < 0 { byState += 1 } else { counts[Int(node)] += 1 }
    }
  }

  /// Adds what another counter of the same cluster has counted.
  public mutating func add(_ other: BalanceCounter) {
    total += other.total
    byState += other.byState
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// The report of the keys counted so far.
  ///
  /// - Parameter keys: The kind of the keys.
  public func report(of keys: RemapReport.Keys) -> BalanceReport {
    let lines = zip(side.placed.nodes, zip(counts, side.prediction.targets)).map {
      BalanceReport.NodeLine(id: $0.id, count: $1.0, target: $1.1)
    }
    return BalanceReport(
      keys: keys, total: total, byState: byState, nodes: lines,
      expectedPeak: ExpectedPeak(side.prediction, keys: total).value)
  }
}

/// How keys spread over the nodes of a cluster.
public struct BalanceReport: Hashable, Sendable {
  /// One node.
  public struct NodeLine: Hashable, Sendable {
    /// The identity.
    public let id: NodeID
    /// Its keys.
    public let count: Int
    /// The share that the rule predicts, from 0 to 1.
    public let target: Double
  }

  /// The kind of the keys.
  public let keys: RemapReport.Keys
  /// How many were counted.
  public let total: Int
  /// How many are placed by state, such as round robin.
  public let byState: Int
  /// The nodes in the order of the cluster.
  public let nodes: [NodeLine]
  /// The largest ratio of a node's keys to its target.
  public let peak: Double
  /// The node with this ratio; nil if no node has a target.
  public let fullest: NodeID?
  /// The ``peak`` that theory expects for this rule, these weights and this many keys; nil if the rule
  /// predicts nothing.
  public let expectedPeak: Double?

  init(
    keys: RemapReport.Keys, total: Int, byState: Int, nodes: [NodeLine], expectedPeak: Double?
  ) {
    let ratios = nodes.filter { $0.target > 0 }
      .map { (id: $0.id, ratio: total > 0 ? Double($0.count) / (Double(total) * $0.target) : 0) }
    let fullest = ratios.max { $0.ratio < $1.ratio }
    self.keys = keys
    self.total = total
    self.byState = byState
    self.nodes = nodes
    self.fullest = fullest?.id
    peak = fullest?.ratio ?? 0
    self.expectedPeak = expectedPeak
  }
}

extension BalanceReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, keys, total, byState, peakToMean, expectedPeakToMean, nodes
  }

  /// Reads a report; also the JSON that `chash balance` prints, which has further fields.
  ///
  /// The peak is not read, because it follows from the nodes.
  ///
  /// - Throws: A `DecodingError`; around `FormatVersion.Unknown` if the format is newer.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try FormatVersion.check(container, forKey: .version)
    self.init(
      keys: try container.decode(RemapReport.Keys.self, forKey: .keys),
      total: try container.decode(Int.self, forKey: .total),
      byState: try container.decode(Int.self, forKey: .byState),
      nodes: try container.decode([NodeLine].self, forKey: .nodes),
      expectedPeak: try container.decodeIfPresent(Double.self, forKey: .expectedPeakToMean))
  }

  /// Writes the report, with the version of the format first.
  ///
  /// | field | value |
  /// |---|---|
  /// | `version` | the version of the format |
  /// | `keys` | `given` or `sampled` |
  /// | `total`, `byState` | numbers of keys |
  /// | `peakToMean` | ``peak`` |
  /// | `expectedPeakToMean` | ``expectedPeak``; left out if the rule predicts nothing |
  /// | `nodes` | objects with `id`, `keys` and `targetShare` |
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(FormatVersion.current, forKey: .version)
    try container.encode(keys, forKey: .keys)
    try container.encode(total, forKey: .total)
    try container.encode(byState, forKey: .byState)
    try container.encode(peak, forKey: .peakToMean)
    try container.encodeIfPresent(expectedPeak, forKey: .expectedPeakToMean)
    try container.encode(nodes, forKey: .nodes)
  }
}

extension BalanceReport.NodeLine: Codable {
  private enum CodingKeys: String, CodingKey {
    case id
    case count = "keys"
    case target = "targetShare"
  }
}
