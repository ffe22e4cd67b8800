/// Rules by name: what this library has, and what others add.
///
/// A catalogue is a value. `ProxyProfiles` adds the rules of real systems; a program adds its own:
///
/// ```swift
/// let catalogue = try RuleCatalogue.native.adding(myRule)
/// let selector = try catalogue.selector(for: document)
/// ```
public struct RuleCatalogue: Sendable {
  private let rules: [PlacementRule]

  /// Lists rules.
  ///
  /// - Throws: ``CatalogueError`` if two rules have the same name.
  public init(_ rules: [PlacementRule]) throws(CatalogueError) {
    var names: Set<String> = []
    for rule in rules where !names.insert(rule.name).inserted {
      throw CatalogueError(name: rule.name)
    }
    self.rules = rules
  }

  /// Lists rules whose names are known to differ; a test makes sure of it.
  package init(distinct rules: [PlacementRule]) {
    self.rules = rules
  }

  /// The four algorithms of this library.
  ///
  /// The one place where they are listed.
  public static let native = RuleCatalogue(distinct: [.ketama, .jump, .rendezvous, .maglev])

  /// The catalogue with more rules at the end.
  ///
  /// - Throws: ``CatalogueError`` if a name is taken: no rule can be replaced by another.
  public func adding(_ more: PlacementRule...) throws(CatalogueError) -> RuleCatalogue {
    try RuleCatalogue(rules + more)
  }

  /// The rule of a name.
  ///
  /// - Throws: ``ClusterError`` if there is none; it lists the names there are.
  public func rule(named name: String) throws(ClusterError) -> PlacementRule {
    guard let rule = rules.first(where: { $0.name == name }) else {
      throw ClusterError(
        .unknownAlgorithm, .algorithm, "there is no algorithm \(quoted(name))",
        remedy: "use one of " + rules.map(\.name).joined(separator: ", "))
    }
    return rule
  }

  /// Makes the selector that a document describes.
  ///
  /// - Parameters:
  ///   - placed: The cluster and its placement.
  ///   - previous: The selector before, which some rules make the new one from; see
  ///     ``PlacementRule/selector(for:options:key:updating:)``.
  /// - Throws: ``ClusterError`` if no rule has the name, or the rule refuses an option or the cluster.
  public func selector(
    for placed: PlacedCluster, updating previous: (any NodeSelector)? = nil
  ) throws(ClusterError) -> any NodeSelector {
    try rule(named: placed.placement.rule).selector(
      for: placed.cluster, options: placed.placement.options, key: placed.placement.key,
      updating: previous)
  }
}

extension RuleCatalogue: RandomAccessCollection {
  /// The position of the first rule.
  public var startIndex: Int { rules.startIndex }
  /// The position after the last rule.
  public var endIndex: Int { rules.endIndex }
  /// The rule at a position.
  public subscript(position: Int) -> PlacementRule { rules[position] }
}

/// Two rules of one name.
public struct CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String

  /// Describes a name that is taken.
  public init(name: String) {
    self.name = name
  }

  /// The name, and what to do.
  public var description: String {
    "a catalogue cannot have two rules named \(quoted(name)); give each rule a name of its own"
  }
}
