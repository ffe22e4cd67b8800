public import ConsistentHashing

/// A cluster as it was read from a document, together with where its parts stand.
///
/// ```yaml
/// name: sessions
/// algorithm: nginx
/// key: cookie:sid
/// options: { virtual-nodes: 160 }
/// nodes:
///   - { address: 10.0.0.1:8080 }
///   - { id: web-2, address: 10.0.0.2:8080, weight: 2, zone: eu-1a }
///   - { id: web-3, address: 10.0.0.3:8080, state: down }
/// ```
public struct ClusterDocument: Sendable {
  /// The cluster.
  public let cluster: Cluster

  /// The file, as it was named.
  public let file: String

  let places: DocumentPlaces

  /// Reads a document, strictly: unknown and repeated fields are errors.
  ///
  /// - Parameters:
  ///   - bytes: The YAML text in UTF-8.
  ///   - file: Its name, for messages.
  ///   - properties: Names of node properties that algorithms read, which may stand beside the fields
  ///     that all nodes have.
  /// - Complexity: O(size of the text); nothing but the cluster is kept of it.
  /// - Throws: ``DocumentError`` with the line of the first mistake.
  public init(yaml bytes: Span<UInt8>, file: String, properties: [String] = [])
    throws(DocumentError)
  {
    var reader = DocumentReader(
      events: try YAMLEvents(bytes, file: file), file: file, properties: properties)
    cluster = try reader.document()
    self.file = file
    places = reader.places
  }

  /// Reads a document; see the other initialiser.
  public init(yaml text: String, file: String, properties: [String] = []) throws(DocumentError) {
    try self.init(yaml: text.utf8.span, file: file, properties: properties)
  }

  /// Says where in the document an error about the cluster stands.
  ///
  /// For errors that come up after reading, when an algorithm or a system refuses the cluster.
  public func locate(_ error: ClusterError) -> DocumentError {
    DocumentError(
      file: file, location: places[error.subject], problem: error.problem, remedy: error.remedy)
  }

  /// Where a part of the cluster stands, if it does.
  public func location(of subject: ClusterError.Subject) -> DocumentError.Location? {
    places[subject]
  }
}

/// Where the parts of a cluster stand in its document.
struct DocumentPlaces: Sendable {
  private var parts: [ClusterError.Subject: DocumentError.Location] = [:]

  /// Line and column of each node, in eight bytes; documents may list a million.
  private var nodes: [(line: UInt32, column: UInt32)] = []

  /// The place of the node that comes next.
  mutating func addNode(at location: DocumentError.Location) {
    nodes.append((UInt32(clamping: location.line), UInt32(clamping: location.column)))
  }

  subscript(subject: ClusterError.Subject) -> DocumentError.Location? {
    get {
      guard case .node(let index) = subject else { return parts[subject] }
      guard nodes.indices.contains(index) else { return nil }
      return DocumentError.Location(line: Int(nodes[index].line), column: Int(nodes[index].column))
    }
    set {
      parts[subject] = newValue
    }
  }
}
