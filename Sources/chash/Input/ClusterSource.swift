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

  /// The formats that the configuration gives logs.
  var logFormats: [ConfiguredLogFormats.Named] { get }

  /// The place of a part of the cluster, for messages: `file:line`, or the file if no line is known.
  func place(of subject: ClusterError.Subject) -> String
}

extension ClusterSource {
  var logFormats: [ConfiguredLogFormats.Named] { [] }
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
/// `FILE` is a document, and `FILE#NAME` a part of a configuration. A file whose name ends in `.conf` or
/// `.cfg`, or whose contents are like a configuration, is one, and needs no name if it has only one part. In
/// place of the file there may be a folder, or files with commas between them.
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

  /// Whether this is a configuration: by its name, or as it is a folder or several files.
  private var isConfiguration: Bool {
    name != nil
      || configurationReaders.contains { $0.marks.suffixes.contains(where: path.hasSuffix) }
      || FileDescriptor.isDirectory(path) || ConfigurationInput.names(in: path).count > 1
  }

  /// What a reference leads to.
  enum Contents {
    /// A cluster document.
    case document(ClusterDocument)
    /// A configuration, and the name of the part if one was given.
    case configuration(ConfigurationFile, name: String?)
  }

  /// Reads the cluster.
  func read(_ options: ReadingOptions) throws -> any ClusterSource {
    switch try contents(options) {
    case .document(let document): document
    case .configuration(let file, let name): try ConfigurationSource(file, name: name)
    }
  }

  /// Reads the document or the configuration.
  ///
  /// A file of any other name is a configuration if its contents are like one.
  func contents(_ options: ReadingOptions) throws -> Contents {
    if isConfiguration {
      return .configuration(try ConfigurationFile(path, options), name: name)
    }
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: Self.largestDocument)
    if bytes.count <= ConfigurationInput.largest,
      configurationReaders.contains(where: { $0.likeness(of: bytes) > 0 })
    {
      let part = ConfigurationPart(file: file.name, bytes: bytes)
      let input = try ConfigurationInput([part], files: options.files)
      return .configuration(try ConfigurationFile(path, input, options), name: nil)
    }
    return .document(
      try ClusterDocument(
        yaml: bytes.span, file: file.name, properties: RuleCatalogue.all.nodePropertyNames))
  }

  /// Documents above this size are refused: a million nodes take about 60 MB.
  private static let largestDocument = 256 << 20
}
