import ArgumentParser
import ClusterDocument
import ConsistentHashing
import ProxyProfiles

/// A cluster that a command was given, with the algorithm it is to be used with.
struct ClusterInput {
  let document: ClusterDocument
  let cluster: Cluster
  let algorithm: Algorithm

  /// Documents above this size are refused: a million nodes take about 60 MB.
  private static let largestDocument = 256 << 20

  /// Reads a document; `-` is standard input.
  ///
  /// - Parameter algorithm: Overrides the document's. Options that belong to its own algorithm alone
  ///   are left behind.
  init(_ path: String, algorithm override: AlgorithmName?) throws {
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: Self.largestDocument)
    try self.init(
      document: ClusterDocument(yaml: bytes.span, file: file.name), algorithm: override)
  }

  private init(document: ClusterDocument, algorithm override: AlgorithmName?) throws {
    self.document = document
    if let override, override.algorithm.name != document.cluster.algorithm {
      algorithm = override.algorithm
      cluster = try refusalsLocated(document) { () throws(ClusterError) in
        try document.cluster.with(
          algorithm: override.algorithm.name,
          options: override.algorithm.accepted(document.cluster.options))
      }
    } else {
      cluster = document.cluster
      algorithm = try refusalsLocated(document) { () throws(ClusterError) in
        try Algorithm.named(document.cluster.algorithm)
      }
    }
  }

  /// The selector of the cluster.
  func selector() throws -> any NodeSelector {
    try locating { () throws(ClusterError) in try algorithm.selector(for: cluster) }
  }

  /// Runs something that may refuse the cluster, and says where in the document the reason stands.
  func locating<Result>(_ body: () throws(ClusterError) -> Result) throws -> Result {
    try refusalsLocated(document, body)
  }
}

private func refusalsLocated<Result>(
  _ document: ClusterDocument, _ body: () throws(ClusterError) -> Result
) throws -> Result {
  do {
    return try body()
  } catch {
    throw document.locate(error)
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
