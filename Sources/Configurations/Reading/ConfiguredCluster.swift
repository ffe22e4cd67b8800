public import ConsistentHashing

/// A part of a configuration that has servers, such as an nginx upstream or an HAProxy backend.
public struct ConfiguredCluster: Hashable, Sendable {
  /// The word of the system for it: `upstream`, `split_clients`, `backend`, `listen`.
  public let kind: String
  /// The name, unique among the parts of the same ``context``.
  public let name: String
  /// Another name for the part, which counts if no part has it as its ``name``.
  public let alias: String?
  /// The context of the part, where the system has several: `http` or `stream`.
  ///
  /// Nil otherwise.
  public let context: String?
  /// How a server is picked and how many there are, for example `hash, key $arg_u, 2 servers`.
  public let summary: String
  /// What the cluster does not say about the part, one sentence each.
  public let remarks: [String]
  /// What the cluster depends on outside of the configuration, such as variables of the environment and
  /// answers of DNS.
  public let dependencies: [ConfigurationDependency]
  /// What the keys are, if the cluster has no `KeySource` for them: an expression of the system.
  public let keyExpression: KeyExpression?
  /// Where the part is.
  public let location: ConfigurationLocation
  /// Where each node of the cluster is.
  public let nodeLocations: [ConfigurationLocation]
  /// The cluster, or the reason why the part has none.
  public let result: Result<PlacedCluster, NoCluster>
  /// The servers with their properties, also where the system picks them by their state.
  ///
  /// Nil if they are not known in full.
  public let pool: Cluster?
  /// What loses sessions in the part, or tells clients where servers are.
  package var findings: [SessionFinding] = []

  /// Describes a part.
  public init(
    kind: String, name: String, alias: String? = nil, context: String? = nil, summary: String,
    remarks: [String] = [], dependencies: [ConfigurationDependency] = [],
    keyExpression: KeyExpression? = nil, location: ConfigurationLocation,
    nodeLocations: [ConfigurationLocation], result: Result<PlacedCluster, NoCluster>,
    pool: Cluster? = nil
  ) {
    self.kind = kind
    self.name = name
    self.alias = alias
    self.context = context
    self.summary = summary
    self.remarks = remarks
    self.dependencies = dependencies
    self.keyExpression = keyExpression
    self.location = location
    self.nodeLocations = nodeLocations
    self.result = result
    self.pool = pool ?? (try? result.get())?.cluster
  }

  /// The cluster.
  ///
  /// - Throws: ``NoCluster`` if the part has none.
  public func cluster() throws(NoCluster) -> PlacedCluster { try result.get() }
}

/// A key as an expression of the system, for keys that have no `KeySource`.
public struct KeyExpression: Hashable, Sendable {
  /// The expression as written, for example `$host$uri`.
  public let text: String
  /// What its values are, if they are not the text that a user would type.
  public let values: String?

  /// Describes an expression.
  public init(_ text: String, values: String? = nil) {
    self.text = text
    self.values = values
  }
}

/// Why a part of a configuration has no cluster.
public struct NoCluster: Error, Hashable, Sendable {
  /// The kind of reason.
  public enum Reason: String, CaseIterable, Hashable, Sendable {
    /// The system rejects the part.
    case rejected
    /// The meaning of the part depends on the environment of the running system.
    case undecided
    /// The system picks servers by their state and not by a key.
    case stateful
    /// The part has no servers.
    case empty
    /// A later part of the same name takes its place.
    case replaced
    /// The part is valid, but a cluster cannot say what it does.
    case inexpressible
  }

  /// The kind of reason.
  public let reason: Reason
  /// What is wrong, with the name of the part or server.
  public let problem: String
  /// What to do about it.
  public let remedy: String
  /// Where the reason is.
  public let location: ConfigurationLocation
  /// What would have to be known to have a cluster, as ``ConfigurationProblem/unknowns``.
  public let unknowns: [String]

  /// Describes a reason.
  public init(
    _ reason: Reason, _ problem: String, remedy: String, location: ConfigurationLocation,
    unknowns: [String] = []
  ) {
    self.reason = reason
    self.problem = problem
    self.remedy = remedy
    self.location = location
    self.unknowns = unknowns
  }
}

extension NoCluster: CustomStringConvertible {
  /// Location, problem and remedy on one line.
  public var description: String { "\(location): \(problem); \(remedy)" }
}
