internal import Configurations
internal import ConsistentHashing

/// A cluster as a program inside nginx routes by it: the selector, and its members in their order.
struct NginxRouting {
  /// The rule.
  let rule: PlacementRule
  /// The selector whose table the program reads.
  let selector: any NodeSelector
  /// The positions of the members, in the order of their ids.
  ///
  /// Programs number them from 0 in this order, so that nothing depends on the order of a list.
  let members: [Int]

  /// The rules that the programs know.
  static let rules: [PlacementRule] = [.ketama, .jump, .rendezvous, .maglev]

  /// Builds the selector of a cluster.
  ///
  /// - Throws: `EmissionError` if no program knows the rule, or the rule refuses the cluster.
  init(_ placed: PlacedCluster, engine: NginxEngine) throws(EmissionError) {
    guard let rule = Self.rules.first(where: { $0.name == placed.placement.rule }) else {
      throw Self.unknownRule(placed.placement.rule, engine)
    }
    let nodes = placed.nodes
    self.rule = rule
    members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    do throws(ClusterError) {
      selector = try rule.selector(
        for: placed.cluster, options: placed.placement.options, key: placed.placement.key)
    } catch {
      throw EmissionError(.invalidOption, error.subject, error.problem, remedy: error.remedy)
    }
  }

  /// Whether the programs know a rule.
  static func knows(_ rule: String) -> Bool { rules.contains { $0.name == rule } }

  static func unknownRule(_ name: String, _ engine: NginxEngine) -> EmissionError {
    EmissionError(
      .unknownRule, .algorithm,
      "the engine \(engine.rawValue) does not place keys by \(quoted(name))",
      remedy: "use one of \(rules.map(\.name).joined(separator: ", ")), or leave the engine out")
  }
}
