public import ConsistentHashing

/// The names that servers have in the cookies of sessions.
///
/// A name is the beginning of an HMAC-SHA256 (RFC 2104), as 12 lower-case hexadecimal digits. Its key
/// is the secret of the session's settings; its text is `chash session 1`, the name of the cluster and
/// the id of the node, each followed by a zero byte. So all routers with one document give a node the
/// same name, a node that moves to another address keeps it, and cookies of another cluster name no
/// server of this one.
///
/// With a secret, nobody else can tell the node from its name, or make up the name of a node.
public struct SessionTokens: Hashable, Sendable {
  /// The name of each node, in the order of the cluster.
  public let tokens: [String]

  /// How many characters a name has.
  public static let length = 12

  /// Names the nodes of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The cluster.
  ///   - secret: What the names are made with; nil if they need not be secret.
  /// - Throws: ``EmissionError`` if two nodes would have one name. Among a million nodes that happens
  ///   once in 560 clusters, among 1000 never in practice.
  public init(_ cluster: Cluster, secret: String?) throws(EmissionError) {
    let hash = KeyedSHA256(key: Array((secret ?? "").utf8))
    var tokens: [String] = []
    tokens.reserveCapacity(cluster.nodes.count)
    var positions: [String: Int] = [:]
    for (position, node) in cluster.nodes.enumerated() {
      let digest = hash.digest(of: ["chash session 1", cluster.name, node.id.text])
      let token = hexText(digest.prefix(Self.length / 2))
      if let other = positions.updateValue(position, forKey: token) {
        throw EmissionError(
          .invalidID, .node(position),
          "nodes \(quoted(cluster.nodes[other].id.text)) and \(quoted(node.id.text)) have the same name "
            + "\(token) in cookies",
          remedy: "use another secret, or another id for one of them")
      }
      tokens.append(token)
    }
    self.tokens = tokens
  }
}
