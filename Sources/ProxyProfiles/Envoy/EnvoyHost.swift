internal import ConsistentHashing

/// A host of an Envoy cluster, as far as the choice depends on it.
public struct EnvoyHost: Hashable, Sendable {
  /// What is hashed: `hash_key` of the endpoint's `envoy.lb` metadata, else the host name under
  /// `use_hostname_for_hashing`, else the resolved address as `ip:port` or `[ip]:port`.
  public let hashKey: String

  /// `load_balancing_weight`, from 1 to 4294967295.
  public let weight: Int

  /// Describes a host.
  public init(hashKey: String, weight: Int = 1) {
    self.hashKey = hashKey
    self.weight = weight
  }
}

/// A locality of an Envoy cluster under locality weighted load balancing.
public struct EnvoyLocality: Hashable, Sendable {
  /// The weight of the locality; the hosts of one of weight 0 get nothing.
  public let weight: Int

  /// The healthy hosts.
  public let hosts: [EnvoyHost]

  /// Describes a locality.
  public init(weight: Int, hosts: [EnvoyHost]) {
    self.weight = weight
    self.hosts = hosts
  }
}

/// Hosts with the weights that Envoy's hashing balancers work with, in Envoy's order.
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

  /// Shares of hosts without localities, which stand at the given positions of the list of all.
  init(_ hosts: [EnvoyHost], indices: [Int]) throws(ClusterError) {
    try append(hosts, at: indices, localityShare: 1)
  }

  /// Shares of hosts in localities.
  init(_ localities: [EnvoyLocality]) throws(ClusterError) {
    var sum = 0
    for locality in localities {
      guard (0...Int(UInt32.max)).contains(locality.weight) else {
        throw ClusterError(
          .invalidWeight, .cluster, "a locality has the weight \(locality.weight)",
          remedy: "use a whole number from 0 to 4294967295")
      }
      sum += locality.weight
    }
    var start = 0
    for locality in localities {
      if locality.weight > 0 {
        try append(
          locality.hosts, at: Array(start..<(start + locality.hosts.count)),
          localityShare: Double(locality.weight) / Double(sum))
      }
      start += locality.hosts.count
    }
    guard !entries.isEmpty else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no locality has a weight and a host",
        remedy: "give one a weight")
    }
  }

  /// The hosts of a cluster that take part: those that are up, or all members in panic.
  init(_ cluster: Cluster, panicThreshold: Int) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let members = cluster.nodes.indices.filter { cluster.nodes[$0].isMember }
    let healthy = members.filter { cluster.nodes[$0].isAvailable }
    let isPanic = Self.isPanic(
      healthy: healthy.count, of: members.count, threshold: panicThreshold)
    let indices = isPanic ? members : healthy
    var hosts: [EnvoyHost] = []
    hosts.reserveCapacity(indices.count)
    for index in indices {
      let node = cluster.nodes[index]
      let weight = try node.wholeWeight(1...Int(UInt32.max), at: index, system: "Envoy")
      hosts.append(EnvoyHost(hashKey: node.id.text, weight: weight))
    }
    try self.init(hosts, indices: indices)
  }

  /// Whether Envoy ignores health: too few hosts are healthy, and healthy ones times the
  /// overprovisioning factor of 1.4 do not make up for the others.
  static func isPanic(healthy: Int, of count: Int, threshold: Int) -> Bool {
    100 * Double(healthy) / Double(count) < Double(threshold) && 140 * healthy < 100 * count
  }

  private mutating func append(_ hosts: [EnvoyHost], at indices: [Int], localityShare: Double)
    throws(ClusterError)
  {
    var sum = 0
    for (index, host) in zip(indices, hosts) {
      guard (1...Int(UInt32.max)).contains(host.weight), !host.hashKey.isEmpty else {
        throw ClusterError(
          .invalidWeight, .node(index),
          "host '\(host.hashKey)' has the weight \(host.weight)",
          remedy: "Envoy takes hosts with a hash key and whole weights from 1 to 4294967295")
      }
      sum += host.weight
    }
    guard sum <= Int(UInt32.max) else {
      throw ClusterError(
        .tooLarge, .cluster, "the weights sum up to \(sum)",
        remedy: "Envoy takes sums up to 4294967295; scale the weights down")
    }
    for (index, host) in zip(indices, hosts) {
      let share = Double(host.weight) * localityShare / Double(sum)
      entries.append(Entry(index: index, hashKey: host.hashKey, share: share))
      smallest = min(smallest, share)
    }
  }
}
