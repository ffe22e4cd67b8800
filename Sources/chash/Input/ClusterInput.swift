import ArgumentParser
import ConsistentHashing
import ProxyProfiles
import RemapAnalysis

/// A cluster that a command was given, with the rule that places its keys.
struct ClusterInput {
  let source: any ClusterSource
  /// The file, as it was named.
  let path: String
  let placed: PlacedCluster
  let rule: PlacementRule

  /// Reads a cluster from the command line; see ``ClusterReference``.
  ///
  /// - Parameter options: May replace the algorithm of the cluster. Options that it does not take are left
  ///   out.
  init(_ argument: String, _ options: ClusterOptions) throws {
    let reference = ClusterReference(argument)
    let source = try reference.read(options.reading)
    path = reference.path
    self.source = source
    var placed = source.placed
    if let algorithm = options.algorithm, algorithm.rule.name != placed.placement.rule {
      placed.placement = algorithm.placement(from: placed.placement)
      rule = algorithm.rule
    } else {
      rule = try source.locating { () throws(ClusterError) in
        try RuleCatalogue.all.rule(named: placed.placement.rule)
      }
    }
    self.placed = placed
  }

  /// What the keys of the cluster are.
  var keyKind: KeyKind { KeyKind(placed, rule.promises.keys, logFormats: source.logFormats) }

  /// The selector of the cluster.
  func selector() throws -> any NodeSelector {
    try source.locating { () throws(ClusterError) in
      try rule.selector(
        for: placed.cluster, options: placed.placement.options, key: placed.placement.key)
    }
  }

  /// The selector of the cluster with the prediction of its rule.
  func side() throws -> ClusterSide {
    try source.locating { () throws(ClusterError) in try ClusterSide(placed, rule: rule) }
  }
}

extension ClusterSource {
  /// Runs something that may refuse the cluster, and adds the place to the error.
  func locating<Result>(_ body: () throws(ClusterError) -> Result) throws(CommandError) -> Result {
    do {
      return try body()
    } catch {
      throw refusal(error.subject, error.problem, error.remedy)
    }
  }

  /// An error about a part of the cluster.
  func refusal(_ subject: ClusterError.Subject, _ problem: String, _ remedy: String) -> CommandError
  {
    CommandError("\(place(of: subject)): \(problem); \(remedy)")
  }
}

/// The options that every command with a cluster takes.
struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use this algorithm instead of the document's.",
      discussion: "'chash algorithms' lists them. Options of the document that this algorithm does "
        + "not take are left out.",
      valueName: "name"),
    completion: AlgorithmName.completion, transform: AlgorithmName.init)
  var algorithm: AlgorithmName?

  @OptionGroup(title: "Reading configurations") var reading: ReadingOptions
}
