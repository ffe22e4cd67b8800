internal import ConsistentHashing

/// One `server` line of an nginx upstream, as far as the choice depends on it.
struct NginxPeer: Sendable {
  /// The first argument as it is written: nginx hashes this text, never the address that it resolves
  /// to.
  let text: String

  /// The `weight` parameter, 1 or more.
  let weight: Int

  /// Whether the line says `down`.
  let isDown: Bool

  /// Whether the line says `backup`: no key goes there while any other line is up.
  let isBackup: Bool

  /// Whether a key may go to the line: it is up, and not a backup.
  var isUsable: Bool { !isDown && !isBackup }

  /// The line that is written for a node.
  ///
  /// The text is the node's address. nginx has no weight 0 and no draining: such a node is written
  /// `down`, with weight 1.
  ///
  /// - Throws: `ClusterError` if the weight is not whole.
  init(_ node: Node, at position: Int) throws(ClusterError) {
    text = node.address
    weight = max(try TargetSystem.nginx.weight(of: node, at: position), 1)
    isBackup = node.isBackup
    // The weight of a backup counts for round robin only, so that its state alone decides.
    isDown = isBackup ? node.state != .up : !node.isAvailable
  }

  /// The lines of a cluster's nodes.
  ///
  /// - Throws: `ClusterError` if no node is available, or a weight is not whole.
  static func lines(of cluster: Cluster) throws(ClusterError) -> [NginxPeer] {
    try cluster.requireAvailableNode()
    var lines: [NginxPeer] = []
    lines.reserveCapacity(cluster.nodes.count)
    for (position, node) in cluster.nodes.enumerated() {
      lines.append(try NginxPeer(node, at: position))
    }
    return lines
  }
}

extension WeightWheel {
  /// Lays out the lines that are not backups, for the methods that take a hash modulo the sum of weights.
  ///
  /// - Throws: `ClusterError` if the weights sum to 2³¹ or more, where nginx's own sum would overflow.
  init(_ lines: [NginxPeer]) throws(ClusterError) {
    self.init(lines.enumerated().map { (owner: $0, weight: $1.isBackup ? 0 : $1.weight) })
    guard sum <= UInt64(Int32.max) else {
      throw ClusterError(
        .tooLarge, .cluster, "the weights sum to more than \(Int32.max)",
        remedy: "lower the weights")
    }
  }
}

extension TargetSystem {
  static let nginx = TargetSystem("nginx")
}
