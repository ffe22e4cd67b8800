import ArgumentParser
import ConsistentHashing
import ProxyProfiles

/// A cluster that a command was given, with the algorithm it is to be used with.
struct ClusterInput {
  let source: any ClusterSource
  let cluster: Cluster
  let algorithm: Algorithm

  /// Reads what a command names; see ``ClusterReference``.
  ///
  /// - Parameter algorithm: Overrides the cluster's own. Options that belong to its own alone are left
  ///   behind.
  init(_ argument: String, algorithm override: AlgorithmName?) throws {
    let source = try ClusterReference(argument).read()
    self.source = source
    if let override, override.algorithm.name != source.cluster.algorithm {
      algorithm = override.algorithm
      cluster = try source.locating { () throws(ClusterError) in
        try source.cluster.with(
          algorithm: override.algorithm.name,
          options: override.algorithm.accepted(source.cluster.options))
      }
    } else {
      cluster = source.cluster
      algorithm = try source.locating { () throws(ClusterError) in
        try Algorithm.named(source.cluster.algorithm)
      }
    }
  }

  /// The selector of the cluster.
  func selector() throws -> any NodeSelector {
    try locating { () throws(ClusterError) in try algorithm.selector(for: cluster) }
  }

  /// Runs something that may refuse the cluster, and says where the reason stands.
  func locating<Result>(_ body: () throws(ClusterError) -> Result) throws -> Result {
    try source.locating(body)
  }
}

extension ClusterSource {
  /// Runs something that may refuse the cluster, and says where the reason stands.
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

extension Algorithm {
  /// Those options that this algorithm takes with these values.
  fileprivate func accepted(_ options: [String: String]) -> [String: String] {
    options.filter { name, value in
      self.options.contains { $0.name == name && $0.accepts(value) }
    }
  }
}

/// The name of an algorithm as an argument.
struct AlgorithmName: ExpressibleByArgument {
  let algorithm: Algorithm

  init?(argument: String) {
    guard let algorithm = Algorithm.all.first(where: { $0.name == argument }) else { return nil }
    self.algorithm = algorithm
  }

  static var allValueStrings: [String] { Algorithm.all.map(\.name) }

  var defaultValueDescription: String { algorithm.name }
}

/// The options that every command with a cluster takes.
struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use this algorithm instead of the document's.",
      discussion: "Options of the document that this algorithm does not take are left out.",
      valueName: "name"))
  var algorithm: AlgorithmName?
}
