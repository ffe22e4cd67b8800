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

  let locations: [ClusterError.Subject: DocumentError.Location]

  /// Says where in the document an error about the cluster stands.
  ///
  /// For errors that come up after reading, when an algorithm or a system refuses the cluster.
  public func locate(_ error: ClusterError) -> DocumentError {
    DocumentError(
      file: file, location: locations[error.subject], problem: error.problem, remedy: error.remedy)
  }

  /// Where a part of the cluster stands, if it does.
  public func location(of subject: ClusterError.Subject) -> DocumentError.Location? {
    locations[subject]
  }
}
