/// How keys are placed on the nodes of a cluster: the rule, its options, and where the key is.
///
/// Rules are known by name, because documents and other programs write them down. A
/// ``RuleCatalogue`` finds the rule; code that knows which rule it wants uses the typed initialiser
/// instead, such as ``KetamaRing/init(_:virtualNodes:seed:)``.
public struct Placement: Hashable, Sendable {
  /// The name of the rule, for example `ketama` or `nginx`.
  public var rule: String

  /// The rule's options as they are written in documents; the rule checks them.
  public var options: [String: String]

  /// Where routers find the key of a request, if said.
  public var key: KeySource?

  /// Describes a placement.
  ///
  /// - Parameters:
  ///   - rule: The name of the rule.
  ///   - options: Its options; those left out have their defaults.
  ///   - key: Where routers find the key of a request.
  public init(rule: String = "ketama", options: [String: String] = [:], key: KeySource? = nil) {
    self.rule = rule
    self.options = options
    self.key = key
  }

  /// Writes typed options of a rule down; those that have their default are left out.
  ///
  /// - Parameters:
  ///   - rule: The rule, whose options these are.
  ///   - options: The options.
  ///   - key: Where routers find the key of a request.
  public init(_ rule: PlacementRule, _ options: some RuleOptions, key: KeySource? = nil) {
    self.init(rule: rule.name, options: options.written, key: key)
  }
}

extension Placement {
  /// Whether sessions follow the server that answered first.
  public var pinsSessions: Bool {
    if case .session(let affinity)? = key { affinity.follow == .server } else { false }
  }

  /// Whether a change of the list leaves sessions where they are: they follow their server or their list.
  public var keepsSessions: Bool {
    if case .session(let affinity)? = key { affinity.follow != .key } else { false }
  }
}

/// A cluster and how keys are placed on it: what a document or a configuration says.
public struct PlacedCluster: Hashable, Sendable {
  /// The membership.
  public var cluster: Cluster

  /// How keys are placed on it.
  public var placement: Placement

  /// Brings the two together.
  public init(_ cluster: Cluster, _ placement: Placement = Placement()) {
    self.cluster = cluster
    self.placement = placement
  }

  /// The name of the cluster.
  public var name: String { cluster.name }

  /// The nodes of the cluster.
  public var nodes: [Node] { cluster.nodes }
}
