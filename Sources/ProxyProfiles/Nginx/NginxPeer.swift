public import ConsistentHashing

/// One `server` line of an nginx upstream, as far as the choice depends on it.
public struct NginxPeer: Hashable, Sendable {
  /// The first argument, as it is written: this text is what nginx hashes, never the address it
  /// resolves to.
  public let text: String

  /// The `weight` parameter, 1 or more.
  public let weight: Int

  /// Whether the line says `down`.
  public let isDown: Bool

  /// Whether the line says `backup`: no key is sent there while any other line is up.
  public let isBackup: Bool

  /// Describes a line.
  public init(text: String, weight: Int = 1, isDown: Bool = false, isBackup: Bool = false) {
    self.text = text
    self.weight = weight
    self.isDown = isDown
    self.isBackup = isBackup
  }

  /// The property of nodes that marks a backup line.
  public static let backup = AlgorithmOption(
    name: "backup", kind: .word(["true", "false"]), standard: "false",
    summary: "whether the server line says backup")

  /// The line that is written for a node.
  ///
  /// The text is the node's address. nginx knows no weight 0 and no draining: such a node is written
  /// `down`.
  ///
  /// - Throws: `ClusterError` if the weight is not whole.
  public init(_ node: Node, at position: Int) throws(ClusterError) {
    guard let weight = Int(exactly: node.weight) else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node '\(node.id)' has the weight \(node.weight), but nginx's weights are whole numbers",
        remedy: "multiply all weights until they are whole")
    }
    let isBackup = node.properties[Self.backup.name] == "true"
    self.init(
      text: node.address, weight: max(weight, 1),
      // A backup is no member of the cluster; whether it is up is its state alone.
      isDown: isBackup ? node.state == .down : !node.isAvailable, isBackup: isBackup)
  }

  /// The lines of a cluster's nodes.
  ///
  /// - Throws: `ClusterError` if no node is available or a weight is not one that nginx takes.
  static func lines(of cluster: Cluster) throws(ClusterError) -> [NginxPeer] {
    try cluster.requireAvailableNode()
    var lines: [NginxPeer] = []
    lines.reserveCapacity(cluster.nodes.count)
    for (position, node) in cluster.nodes.enumerated() {
      lines.append(try NginxPeer(node, at: position))
    }
    return lines
  }

  /// Throws unless some line is up and all weights are ones that nginx takes.
  static func check(_ peers: [NginxPeer], for nodes: [Node]) throws(ClusterError) {
    guard nodes.count == peers.count, peers.contains(where: { !$0.isDown && !$0.isBackup }) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server line is up", remedy: "remove 'down' from one")
    }
    for (position, peer) in peers.enumerated()
    where !(1...Int(Cluster.largestWeight)).contains(peer.weight) {
      throw ClusterError(
        .invalidWeight, .node(position), "server '\(peer.text)' has the weight \(peer.weight)",
        remedy: "nginx takes whole weights from 1")
    }
  }

  /// The bytes that a ring point starts from: host, one zero byte, port.
  ///
  /// `unix:` in any case is dropped and the rest is the host, without a port. Otherwise digits after
  /// the last colon are the port; brackets stay with the host.
  public var hashedBytes: [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.count >= 5, bytes.prefix(5).map({ $0 | 0x20 }).elementsEqual("unix:".utf8) {
      return bytes.dropFirst(5) + [0]
    }
    var split = bytes.count
    while split > 0, (0x30...0x39).contains(bytes[split - 1]) { split -= 1 }
    guard split > 0, bytes[split - 1] == UInt8(ascii: ":") else { return bytes + [0] }
    return bytes[..<(split - 1)] + [0] + bytes[split...]
  }
}
