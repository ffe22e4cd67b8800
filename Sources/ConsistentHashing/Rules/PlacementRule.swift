/// A rule that places keys, as documents, help, checks and benchmarks know it: its name, its options,
/// what it promises, what it predicts, and how to build its selectors.
///
/// A ``RuleCatalogue`` lists rules. A rule is made of a type of selector and a type of options:
///
/// ```swift
/// let rule = PlacementRule(
///   name: "first", summary: "sends every key to the first node",
///   promises: RulePromises(movement: .any)
/// ) { cluster, _, _ in
///   try FirstNode(cluster)
/// }
/// ```
public struct PlacementRule: Sendable {
  /// How much memory building one selector may take; the memory of the machine unless set.
  ///
  /// ```swift
  /// try PlacementRule.$memoryLimit.withValue(MemoryLimit(bytes: 1 << 30)) {
  ///   try rule.selector(for: cluster)
  /// }
  /// ```
  @TaskLocal public static var memoryLimit = MemoryLimit.machine

  /// The name in documents and on the command line, in kebab case.
  public let name: String

  /// What it is, in one line.
  public let summary: String

  /// The options it takes.
  public let options: [OptionDescription]

  /// The properties of nodes that it reads, beyond id, address, weight and state.
  public let nodeProperties: [OptionDescription]

  /// What it promises.
  public let promises: RulePromises

  private let build:
    @Sendable (Cluster, [String: String], KeySource?, (any NodeSelector)?) throws(ClusterError)
      -> any NodeSelector

  private let predict: @Sendable (Cluster, [String: String]) throws(ClusterError) -> SharePrediction

  private let estimate: @Sendable (Cluster, [String: String]) throws(ClusterError) -> Double

  /// Describes a rule with options.
  ///
  /// - Parameters:
  ///   - name: The name in documents, in kebab case.
  ///   - summary: What it is, in one line.
  ///   - options: The type of its options.
  ///   - nodeProperties: The properties of nodes that it reads.
  ///   - promises: What it promises; checked by `ConsistentHashingTesting`.
  ///   - prediction: What it predicts of shares; nothing unless given.
  ///   - memory: About how many bytes building a selector takes. Unless given, 27 bytes for each point of
  ///     a ring that the prediction counts.
  ///   - update: Makes the selector of a changed cluster from the one before, with the same result as
  ///     building it anew.
  ///   - build: Makes the selector of a cluster.
  public init<Options: RuleOptions, Selector: NodeSelector>(
    name: String, summary: String, options: Options.Type,
    nodeProperties: [OptionDescription] = [], promises: RulePromises,
    prediction: @escaping @Sendable (Cluster, Options) throws(ClusterError) -> SharePrediction = {
      cluster, _ in SharePrediction(cluster)
    },
    memory: (@Sendable (Cluster, Options) -> Double)? = nil,
    update: (@Sendable (Selector, Cluster, Options) throws(ClusterError) -> Selector)? = nil,
    build: @escaping @Sendable (Cluster, Options, KeySource?) throws(ClusterError) -> Selector
  ) {
    self.name = name
    self.summary = summary
    self.options = Options.fields.map(\.description)
    self.nodeProperties = nodeProperties
    self.promises = promises
    self.build = { cluster, written, key, previous throws(ClusterError) in
      let options = try Options(written, rule: name)
      if let update, let previous = previous as? Selector {
        return try update(previous, cluster, options)
      }
      return try build(cluster, options, key)
    }
    predict = { cluster, written throws(ClusterError) in
      try prediction(cluster, Options(written, rule: name))
    }
    estimate = { cluster, written throws(ClusterError) in
      let options = try Options(written, rule: name)
      if let memory { return memory(cluster, options) }
      return MemoryEstimate.bytes(try prediction(cluster, options))
    }
  }

  /// Describes a rule without options; see
  /// ``init(name:summary:options:nodeProperties:promises:prediction:memory:update:build:)``.
  public init<Selector: NodeSelector>(
    name: String, summary: String, nodeProperties: [OptionDescription] = [],
    promises: RulePromises,
    prediction: @escaping @Sendable (Cluster) throws(ClusterError) -> SharePrediction = {
      SharePrediction($0)
    },
    memory: (@Sendable (Cluster) -> Double)? = nil,
    build: @escaping @Sendable (Cluster) throws(ClusterError) -> Selector
  ) {
    self.init(
      name: name, summary: summary, options: NoOptions.self, nodeProperties: nodeProperties,
      promises: promises,
      prediction: { cluster, _ throws(ClusterError) in try prediction(cluster) },
      memory: memory.map { memory in { cluster, _ in memory(cluster) } },
      build: { cluster, _, _ throws(ClusterError) in try build(cluster) })
  }

  /// Makes the selector of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes and their slots.
  ///   - options: The options as documents write them; those left out have their defaults.
  ///   - key: Where routers find the key. Some systems treat keys by their source.
  ///   - previous: The selector before, of this rule or any other. A rule that can make the new
  ///     selector from it does; the result is the same.
  /// - Throws: ``ClusterError`` if the rule has no such option or does not take its value, the nodes do
  ///   not suit it, or building takes more memory than ``memoryLimit`` allows.
  public func selector(
    for cluster: Cluster, options: [String: String] = [:], key: KeySource? = nil,
    updating previous: (any NodeSelector)? = nil
  ) throws(ClusterError) -> any NodeSelector {
    for (position, node) in cluster.nodes.enumerated() where !node.properties.isEmpty {
      try check(node, at: position)
    }
    try checkMemory(cluster, options)
    return try build(cluster, options, key, previous)
  }

  /// What the rule predicts of the shares of a cluster's nodes.
  ///
  /// - Throws: ``ClusterError`` if the rule does not take an option or a node.
  public func prediction(for cluster: Cluster, options: [String: String] = [:])
    throws(ClusterError) -> SharePrediction
  {
    try predict(cluster, options)
  }

  /// About how many bytes of memory building a selector takes, at its peak.
  ///
  /// Small clusters take little under every rule. Rings take memory for each of their points, whose number
  /// grows with the weights under some rules: nginx makes 160 for each unit.
  ///
  /// - Complexity: O(nodes).
  /// - Throws: ``ClusterError`` if the rule does not take an option or a node.
  public func memory(for cluster: Cluster, options: [String: String] = [:])
    throws(ClusterError) -> Double
  {
    try estimate(cluster, options) + MemoryEstimate.bytesPerNode * Double(cluster.nodes.count)
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
}
