public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

/// Writes clusters as nginx configuration: an `upstream` block, or a `split_clients` block.
///
/// ```swift
/// let cluster = try Cluster(name: "sessions", nodes: ["10.0.0.1:8080", "10.0.0.2:8080"])
/// let placed = PlacedCluster(cluster, Placement(rule: "nginx", key: .cookie("sid")))
/// print(try NginxEmitter().emit(placed).text)
/// ```
///
/// | rule | what is written |
/// |---|---|
/// | `nginx` | `hash KEY consistent` |
/// | `nginx-hash` | `hash KEY` |
/// | `nginx-ip-hash` | `ip_hash` |
/// | `nginx-split-clients` | `split_clients KEY $NAME` |
///
/// ``NginxReader`` reads what is written as an equal cluster. `emit(_:)` checks with it that nginx would
/// accept the text.
public struct NginxEmitter: ConfigurationEmitter {
  /// What the cluster does not say.
  public struct Options: RuleOptions {
    /// Where the block belongs.
    ///
    /// By default as the cluster's property `context` says, or else `http`.
    public var context: NginxContext?
    /// Idle connections that each worker keeps to the servers.
    ///
    /// By default as the cluster's property `keepalive` says.
    public var keepalive: Int?

    /// Creates the options with all defaults.
    public init() {}

    /// Creates options.
    public init(context: NginxContext? = nil, keepalive: Int? = nil) {
      self.context = context
      self.keepalive = keepalive
    }

    /// The options by their names.
    public static var fields: [OptionField<Self>] {
      [
        .word("context", \.context, "where the block belongs: http (layer 7) or stream (layer 4)"),
        .integer(
          "keepalive", \.keepalive, in: 1...largestKeepalive,
          "idle connections that each worker keeps to the servers (http)"),
      ]
    }
  }

  /// `nginx`.
  public static let system = "nginx"

  /// What is written, in one line.
  public static let summary = "an upstream or split_clients block"

  /// The rules that nginx places keys by.
  public static var rules: [String] { methods.map(\.name) }

  /// The most idle connections that an emitter writes.
  ///
  /// One address has no more ports.
  public static let largestKeepalive = 65535

  /// The options.
  public let options: Options

  /// The version that the text is for.
  ///
  /// Parameters that came later are left out.
  public let version: NginxVersion

  /// Creates an emitter for the newest version.
  public init(_ options: Options) {
    self.init(options, version: .newest)
  }

  /// Creates an emitter.
  public init(_ options: Options = Options(), version: NginxVersion) {
    self.options = options
    self.version = version
  }

  /// Creates an emitter with all defaults.
  public init() {
    self.init(Options())
  }

  /// Writes a cluster.
  ///
  /// - Throws: `EmissionError` if nginx has no such rule, would refuse the block, or would read something
  ///   else than the cluster says. A cluster whose nodes are all down is written.
  public func emit(_ placed: PlacedCluster) throws(EmissionError) -> Emission {
    let (items, notes) = try write(placed)
    return Emission(text: NginxItem.print(items), notes: notes)
  }

  /// Writes a cluster as a syntax tree, to replace a block of a file with
  /// ``NginxSyntaxTree/replacing(_:with:)``.
  ///
  /// - Throws: `EmissionError` as ``emit(_:)`` does.
  public func items(of placed: PlacedCluster) throws(EmissionError) -> [NginxItem] {
    try write(placed).items
  }

  private func write(_ placed: PlacedCluster) throws(EmissionError)
    -> (items: [NginxItem], notes: [EmissionNote])
  {
    let context = try context(for: placed.cluster)
    guard let rule = Self.methods.first(where: { $0.name == placed.placement.rule }) else {
      throw EmissionError(
        .unknownRule, .algorithm,
        "nginx does not place keys by \(quoted(placed.placement.rule))",
        remedy: "use one of \(Self.rules.joined(separator: ", ")); "
          + "nginx is its 'hash KEY consistent'")
    }
    if rule.name == PlacementRule.nginxSplitClients.name {
      let block = try NginxSplit(placed, context: context, options: options)
      try block.check(version: version)
      return (block.items, block.notes)
    }
    let upstream = try NginxUpstream(placed, context: context, options: options, version: version)
    try upstream.check(version: version)
    return (upstream.items, upstream.notes)
  }

  private static let methods: [PlacementRule] = [
    .nginx, .nginxHash, .nginxIPHash, .nginxSplitClients,
  ]

  private func context(for cluster: Cluster) throws(EmissionError) -> NginxContext {
    if let context = options.context { return context }
    guard let word = cluster.properties[NginxProperty.context] else { return .http }
    guard let context = NginxContext(rawValue: word) else {
      throw EmissionError(
        .invalidProperty, .cluster, "the context is \(quoted(word))",
        remedy: "use http or stream")
    }
    return context
  }
}
