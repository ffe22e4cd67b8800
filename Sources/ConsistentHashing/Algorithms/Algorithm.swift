/// An algorithm as documents, help, conformance checks and benchmarks know it: a name, what it is,
/// its options, what it promises, and how to build it.
///
/// ``native`` lists the algorithms of this library. Profiles of real systems are listed by
/// `ProxyProfiles`.
public struct Algorithm: Sendable {
  /// The name in documents and on the command line.
  public let name: String

  /// What it is, in one line.
  public let summary: String

  /// The options it takes.
  public let options: [AlgorithmOption]

  /// The properties of nodes that it reads, beyond id, address, weight and state.
  public let nodeProperties: [AlgorithmOption]

  /// What it promises.
  public let promises: AlgorithmPromises

  private let build: @Sendable (Cluster, OptionValues) throws(ClusterError) -> any NodeSelector

  /// Describes an algorithm.
  ///
  /// - Parameters:
  ///   - name: The name in documents, in kebab case.
  ///   - summary: What it is, in one line.
  ///   - options: The options it takes.
  ///   - nodeProperties: The properties of nodes that it reads.
  ///   - promises: What it promises; checked by `ConsistentHashingTesting`.
  ///   - build: Makes the selector of a cluster; its options are checked already.
  public init(
    name: String, summary: String, options: [AlgorithmOption] = [],
    nodeProperties: [AlgorithmOption] = [], promises: AlgorithmPromises,
    build: @escaping @Sendable (Cluster, OptionValues) throws(ClusterError) -> any NodeSelector
  ) {
    self.name = name
    self.summary = summary
    self.options = options
    self.nodeProperties = nodeProperties
    self.promises = promises
    self.build = build
  }

  /// Makes the selector of a cluster with the options that the cluster gives.
  ///
  /// - Throws: ``ClusterError`` if the algorithm has no such option or does not take its value, or
  ///   the nodes do not suit it.
  public func selector(for cluster: Cluster) throws(ClusterError) -> any NodeSelector {
    for (position, node) in cluster.nodes.enumerated() where !node.properties.isEmpty {
      try check(node, at: position)
    }
    return try build(cluster, OptionValues(cluster.options, declared: options, by: name))
  }

  private func check(_ node: Node, at position: Int) throws(ClusterError) {
    for property in nodeProperties {
      guard let value = node.properties[property.name], !property.accepts(value) else { continue }
      throw ClusterError(
        .invalidProperty, .node(position),
        "the \(property.name) of node \(quoted(node.id.text)) cannot be \(quoted(value))",
        remedy: "use \(property.range)")
    }
  }

  /// The four algorithms of this library.
  ///
  /// The one place where they are listed.
  public static let native: [Algorithm] = [ketama, jump, rendezvous, maglev]

  private static let seed = AlgorithmOption(
    name: "seed", kind: .integer(0...Int.max), standard: "0",
    summary: "seed of the key hash")

  /// The ketama ring.
  public static let ketama = Algorithm(
    name: "ketama", summary: "ring of virtual nodes on XXH3",
    options: [
      AlgorithmOption(
        name: "virtual-nodes", kind: .integer(1...1_000_000), standard: "160",
        summary: "points of a node of weight 1"),
      seed,
    ],
    promises: AlgorithmPromises(
      balance: .ring(virtualNodes: 160), movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true)
  ) { cluster, options throws(ClusterError) in
    try KetamaRing(
      cluster, virtualNodes: options.integer("virtual-nodes"), seed: options.seed)
  }

  /// Jump over slots.
  public static let jump = Algorithm(
    name: "jump", summary: "jump consistent hash over slots that may be vacant, on XXH3",
    options: [
      AlgorithmOption(
        name: "slots", kind: .integer(1...JumpSlots.maximumCount), standard: nil,
        summary: "number of slots; as many as are owned unless given"),
      seed,
    ],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true, wholeWeights: true, identityIsSlot: true)
  ) { cluster, options throws(ClusterError) in
    try JumpHash(
      cluster, slots: options.has("slots") ? options.integer("slots") : nil, seed: options.seed)
  }

  /// Rendezvous.
  public static let rendezvous = Algorithm(
    name: "rendezvous", summary: "highest random weight on XXH3; exact weights, O(nodes) lookup",
    options: [seed],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true)
  ) { cluster, options throws(ClusterError) in
    try RendezvousHash(cluster, seed: options.seed)
  }

  /// Maglev tables.
  public static let maglev = Algorithm(
    name: "maglev", summary: "Maglev lookup table on XXH3; one load a lookup",
    options: [
      AlgorithmOption(
        name: "table-size", kind: .integer(2...MaglevTable.maximumTableSize), standard: "65537",
        summary: "number of slots: a prime, best 100 times the number of nodes or more"),
      seed,
    ],
    promises: AlgorithmPromises(
      balance: .slots(MaglevTable.defaultTableSize), movement: .nearMinimal, orderIndependent: true,
      skippingEqualsRemoving: false)
  ) { cluster, options throws(ClusterError) in
    try MaglevTable(cluster, tableSize: options.integer("table-size"), seed: options.seed)
  }
}

extension OptionValues {
  fileprivate var seed: UInt64 {
    get throws(ClusterError) { UInt64(try integer("seed")) }
  }
}
