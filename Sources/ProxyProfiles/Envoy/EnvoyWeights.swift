package import ConsistentHashing

/// A locality of an Envoy cluster under locality weighted load balancing, which a `Cluster` does not
/// have.
package struct EnvoyLocality: Sendable {
  /// The weight of the locality; the hosts of one of weight 0 get nothing.
  let weight: Int

  /// The healthy hosts; their ids are their hash keys.
  let hosts: [Node]

  /// Describes a locality.
  package init(weight: Int, hosts: [Node]) {
    self.weight = weight
    self.hosts = hosts
  }
}

/// Hosts with the shares that the hashing balancers of Envoy and gRPC work with, in their order.
struct EnvoyWeights: Sendable {
  /// A host that takes part.
  struct Entry: Sendable {
    /// Its position in the list of all hosts.
    let index: Int
    let hashKey: String
    /// Its share: all of them sum up to 1, but for rounding.
    let share: Double
  }

  private(set) var entries: [Entry] = []

  /// The smallest share.
  private(set) var smallest = 1.0

  /// Shares in proportion to weights.
  ///
  /// - Parameters:
  ///   - nodes: All hosts.
  ///   - indices: The positions of those that take part, in the order of the system.
  ///   - system: The system, which takes no weights below 1.
  init(_ nodes: [Node], at indices: [Int], for system: TargetSystem) throws(ClusterError) {
    try append(nodes, at: indices, localityShare: 1, system)
  }

  /// Shares of the hosts of a cluster that take part.
  init(_ cluster: Cluster, panicThreshold: Int) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let indices = Self.participants(of: cluster, panicThreshold: panicThreshold)
    try self.init(cluster.nodes, at: indices, for: .envoy)
  }

  /// Shares of hosts in localities, listed locality after locality.
  init(_ localities: [EnvoyLocality]) throws(ClusterError) {
    let nodes = localities.flatMap(\.hosts)
    let sum = localities.reduce(0) { $0 + $1.weight }
    var start = 0
    for locality in localities {
      let end = start + locality.hosts.count
      if locality.weight > 0 {
        try append(
          nodes, at: Array(start..<end),
          localityShare: Double(locality.weight) / Double(sum), .envoy)
      }
      start = end
    }
    guard !entries.isEmpty else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no locality has a weight and a host",
        remedy: "give one a weight")
    }
  }

  /// The positions of the hosts that take part: those that are up, or all members in panic.
  static func participants(of cluster: Cluster, panicThreshold: Int) -> [Int] {
    let members = cluster.nodes.indices.filter { cluster.nodes[$0].isMember }
    let healthy = members.filter { cluster.nodes[$0].isAvailable }
    let isPanic = isPanic(healthy: healthy.count, of: members.count, threshold: panicThreshold)
    return isPanic ? members : healthy
  }

  /// Whether Envoy ignores health: too few hosts are healthy, and healthy ones times the
  /// overprovisioning factor of 1.4 do not make up for the others.
  static func isPanic(healthy: Int, of count: Int, threshold: Int) -> Bool {
    100 * Double(healthy) / Double(count) < Double(threshold) && 140 * healthy < 100 * count
  }

  private mutating func append(
    _ nodes: [Node], at indices: [Int], localityShare: Double, _ system: TargetSystem
  ) throws(ClusterError) {
    var sum = 0
    for index in indices { sum += try system.weight(of: nodes[index], at: index) }
    let largest = system.weights.upperBound
    guard sum <= largest else {
      throw ClusterError(
        .tooLarge, .cluster, "the weights sum up to \(sum)",
        remedy: "\(system.name) takes sums up to \(largest); scale the weights down")
    }
    for index in indices {
      let share = nodes[index].weight * localityShare / Double(sum)
      entries.append(Entry(index: index, hashKey: nodes[index].id.text, share: share))
      smallest = min(smallest, share)
    }
  }
}

extension TargetSystem {
  /// Envoy, whose weights and sums of weights have 32 bits.
  static let envoy = TargetSystem("Envoy", weights: 1...Int(UInt32.max))

  /// gRPC, with the same limits.
  static let grpc = TargetSystem("gRPC", weights: 1...Int(UInt32.max))
}

extension SharePrediction {
  /// Predicts that Envoy's hosts that take part have shares in proportion to their weights.
  init(_ cluster: Cluster, panicThreshold: Int, spread: ([Double]) -> Spread) {
    var weights = [Double](repeating: 0, count: cluster.nodes.count)
    for index in EnvoyWeights.participants(of: cluster, panicThreshold: panicThreshold) {
      weights[index] = cluster.nodes[index].weight
    }
    self.init(weights: weights, spread: spread(weights))
  }
}
