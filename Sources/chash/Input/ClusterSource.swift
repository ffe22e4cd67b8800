import ClusterDocument
import Configurations
import ConsistentHashing
import EnvoyConfiguration
import HAProxyConfiguration
import MCRouterConfiguration
import NginxConfiguration
import ProxyProfiles
import TwemproxyConfiguration

/// A place that a cluster was read from: a document, or the configuration of a real system.
protocol ClusterSource {
  /// The cluster and how keys are placed on it.
  var placed: PlacedCluster { get }

  /// The file, for messages.
  var file: String { get }

  /// The place of a part of the cluster, for messages: `file:line`, or the file if no line is known.
  func place(of subject: ClusterError.Subject) -> String
}

extension ClusterDocument: ClusterSource {
  func place(of subject: ClusterError.Subject) -> String {
    location(of: subject).map { "\(file):\($0.line):\($0.column)" } ?? file
  }
}

/// The systems whose configurations can be read, one line each.
let configurationReaders: [any ConfigurationReader] = [
  NginxReader(),
  HAProxyReader(),
  TwemproxyReader(),
  MCRouterReader(),
  EnvoyReader(),
]

/// Whether an argument, which may name a part, is read from standard input.
func isStandardInput(_ argument: String) -> Bool {
  FileDescriptor.isStandardInput(ClusterReference(argument).path)
}

/// A cluster as it is named on the command line: a document, or a part of a configuration.
///
/// `FILE` is a document, and `FILE#NAME` a part of a configuration. A configuration needs no name if it
/// has only one part. A file is one if its name ends in `.conf` or `.cfg`, or if its contents say so.
struct ClusterReference {
  /// The file.
  let path: String
  /// The part of a configuration.
  ///
  /// Nil for the only one.
  let name: String?

  init(_ argument: String) {
    // A file may have a number sign in its name.
    guard let sign = argument.lastIndex(of: "#"), !FileDescriptor.exists(argument) else {
      path = argument
      name = nil
      return
    }
    path = String(argument[..<sign])
    name = String(argument[argument.index(after: sign)...])
  }

  /// Whether the file is a configuration, by its name.
  private var isConfiguration: Bool {
    name != nil
      || configurationReaders.contains { $0.marks.suffixes.contains(where: path.hasSuffix) }
  }

  /// Reads the cluster.
  func read() throws -> any ClusterSource {
    if isConfiguration { return try ConfigurationSource(ConfigurationFile(path), name: name) }
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: Self.largestDocument)
    if configurationReaders.contains(where: { $0.recognises(bytes) }) {
      return try ConfigurationSource(ConfigurationFile(path, bytes: bytes), name: nil)
    }
    return try ClusterDocument(
      yaml: bytes.span, file: file.name, properties: RuleCatalogue.all.nodePropertyNames)
  }

  /// Documents above this size are refused: a million nodes take about 60 MB.
  private static let largestDocument = 256 << 20
}
