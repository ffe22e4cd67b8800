import ClusterDocument
import ConsistentHashing
import ProxyProfiles

/// Where a cluster was read: a document, or the configuration of a real system.
protocol ClusterSource {
  /// The cluster.
  var cluster: Cluster { get }

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

/// A cluster as it is named on the command line: a document, or a part of a configuration.
///
/// `FILE` is a document, `FILE#NAME` an upstream of an nginx configuration or a backend of an HAProxy
/// one, which ends in `.cfg` or has `haproxy` in its name. A file that ends in `.conf` or `.cfg` needs
/// no name if it has only one.
enum ClusterReference {
  case document(path: String)
  case nginx(path: String, name: String?)
  case haproxy(path: String, name: String?)

  init(_ argument: String) {
    let (path, name) = Self.configuration(argument)
    guard name != nil || path.hasSuffix(".conf") || path.hasSuffix(".cfg") else {
      self = .document(path: path)
      return
    }
    self =
      Self.isHAProxy(path) ? .haproxy(path: path, name: name) : .nginx(path: path, name: name)
  }

  /// Whether a configuration is one of HAProxy, by its name.
  static func isHAProxy(_ path: String) -> Bool {
    let file = path.split(separator: "/").last ?? ""
    return file.hasSuffix(".cfg") || file.lowercased().contains("haproxy")
  }

  /// The file of a configuration, and the part of it that is named.
  static func configuration(_ argument: String) -> (path: String, name: String?) {
    // A file may have a number sign in its name.
    guard let sign = argument.lastIndex(of: "#"), !FileDescriptor.exists(argument) else {
      return (argument, nil)
    }
    return (String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
  }

  /// What documents may say about a node for the sake of some algorithm.
  private static let nodeProperties = Array(
    Set(Algorithm.all.flatMap(\.nodeProperties).map(\.name))
  ).sorted()

  /// Reads the cluster.
  func read() throws -> any ClusterSource {
    switch self {
    case .document(let path):
      let file = try FileDescriptor.reading(path)
      defer { file.close() }
      let bytes = try file.readAll(limit: Self.largestDocument)
      return try ClusterDocument(
        yaml: bytes.span, file: file.name, properties: Self.nodeProperties)
    case .nginx(let path, let name):
      return try NginxSource(path: path, name: name)
    case .haproxy(let path, let name):
      return try HAProxySource(path: path, name: name)
    }
  }

  /// Documents above this size are refused: a million nodes take about 60 MB.
  private static let largestDocument = 256 << 20
}
