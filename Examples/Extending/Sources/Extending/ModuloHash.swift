public import ConsistentHashing

/// The rule of a house: XXH64 of the key modulo the sum of the weights.
///
/// Servers are in the order of the list. A server that is down hands its keys to the next one.
public struct ModuloHash: HashedSelector {
  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The seed of XXH64.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .seed("seed", \.seed, "seed of XXH64")
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let hashing: XXH64
  private let wheel: WeightWheel

  /// Lays the members of a cluster out.
  ///
  /// - Throws: `ClusterError` if no node is available, or a weight is not whole.
  public init(_ cluster: Cluster, _ options: Options = Options()) throws(ClusterError) {
    try cluster.requireAvailableNode()
    var weights: [(owner: Int, weight: Int)] = []
    for (position, node) in cluster.nodes.enumerated() where node.isMember {
      guard let weight = Int(exactly: node.weight) else {
        throw ClusterError(
          .invalidWeight, .node(position), "node '\(node.id)' has the weight \(node.weight)",
          remedy: "use whole weights")
      }
      weights.append((position, weight))
    }
    nodes = cluster.nodes
    hashing = XXH64(seed: options.seed)
    wheel = WeightWheel(weights)
  }

  /// XXH64 under the seed.
  public var keyHash: KeyHashIdentity { hashing.identity }

  /// XXH64 of the key.
  public func hash(of key: Span<UInt8>) -> UInt64 { hashing.hash(key) }

  /// The node at which the hash, modulo the sum of weights, runs out; if it is down, the next.
  public func index(forHash hash: UInt64) -> Int { firstUp(from: wheel.owner(ofHash: hash)) }

  /// The nodes that are up, from the choice on.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let first = wheel.owner(ofHash: hash)
    for step in 0..<nodes.count {
      let position = (first + step) % nodes.count
      if nodes[position].isAvailable, !visit(position) { return .stopped }
    }
    return .everyNode
  }

  /// The residues of the sum of weights.
  public func keySpace() -> KeySpace {
    KeySpace(
      domain: .bits64, keyHash: keyHash,
      form: .residues(wheel.residues { .node(firstUp(from: $0)) }))
  }

  private func firstUp(from first: Int) -> Int {
    var position = first
    while !nodes[position].isAvailable { position = (position + 1) % nodes.count }
    return position
  }
}
