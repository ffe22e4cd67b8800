public import ConsistentHashing

/// A placed cluster that was read from a document, together with the lines of its parts.
///
/// ```yaml
/// name: sessions
/// algorithm: nginx
/// key: cookie:user
/// options: { virtual-nodes: 160 }
/// nodes:
///   - { address: 10.0.0.1:8080 }
///   - { id: web-2, address: 10.0.0.2:8080, weight: 2, zone: eu-1a }
///   - { id: web-3, address: 10.0.0.3:8080, state: down }
/// ```
///
/// The JSON that `Codable` writes for a `PlacedCluster` is a document as well.
public struct ClusterDocument: Sendable {
  /// The cluster and how keys are placed on it.
  public let placed: PlacedCluster

  /// The membership.
  public var cluster: Cluster { placed.cluster }

  /// How keys are placed.
  public var placement: Placement { placed.placement }

  /// The file, as the caller named it.
  public let file: String

  let places: DocumentPlaces

  /// Reads a document, strictly: unknown and repeated fields are errors.
  ///
  /// - Parameters:
  ///   - bytes: The YAML text in UTF-8.
  ///   - file: Its name, for messages.
  ///   - properties: Names of node properties that rules read, such as
  ///     `RuleCatalogue.nodePropertyNames`. They may be fields of a node; all others go under
  ///     `properties`.
  /// - Complexity: O(size of the text). Only the cluster is kept.
  /// - Throws: ``DocumentError`` with the line of the first mistake.
  public init(yaml bytes: Span<UInt8>, file: String, properties: [String] = [])
    throws(DocumentError)
  {
    var reader = DocumentReader(
      events: try DocumentEvents(bytes, file: file), file: file, properties: properties)
    placed = try reader.document()
    self.file = file
    places = reader.places
  }

  /// Reads a document; see the other initialiser.
  public init(yaml text: String, file: String, properties: [String] = []) throws(DocumentError) {
    try self.init(yaml: text.utf8.span, file: file, properties: properties)
  }

  /// Adds the place in the document to an error about the cluster.
  ///
  /// For errors that come up after reading, when a rule or a system refuses the cluster.
  public func locate(_ error: ClusterError) -> DocumentError {
    DocumentError(
      file: file, location: places[error.subject], problem: error.problem, remedy: error.remedy)
  }

  /// The place of a part of the cluster; nil if the document leaves the part out.
  public func location(of subject: ClusterError.Subject) -> DocumentError.Location? {
    places[subject]
  }
}

extension RuleCatalogue {
  /// The names of all node properties that rules read, sorted.
  ///
  /// A document may give them as fields of a node.
  public var nodePropertyNames: [String] {
    Set(flatMap(\.nodeProperties).map(\.name)).sorted()
  }
}
