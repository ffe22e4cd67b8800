import ConsistentHashing

extension CRC32Ring {
  /// Points of a member of weight 1.
  static let virtualNodes = 160

  /// The members of a cluster under a system that takes whole weights and hashes names.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; drained ones are left out.
  ///   - system: The name of the system, for errors.
  ///   - name: The bytes that a chain starts from.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or there would be more
  ///   than `KetamaRing.maximumPoints` points.
  static func members(
    of cluster: Cluster, for system: String,
    name: (Node, Int) throws(ClusterError) -> [UInt8]
  ) throws(ClusterError) -> [Member] {
    try cluster.requireAvailableNode()
    let crc = CRC32()
    var members: [Member] = []
    var total = 0
    for (position, node) in cluster.nodes.enumerated() where node.isMember {
      guard let weight = Int(exactly: node.weight) else {
        throw ClusterError(
          .invalidWeight, .node(position),
          "node '\(node.id)' has the weight \(node.weight), but \(system) takes whole numbers",
          remedy: "multiply all weights until they are whole")
      }
      // At most 10⁹ · 160.
      total += weight * virtualNodes
      guard total <= KetamaRing.maximumPoints else {
        throw ClusterError(
          .tooLarge, .node(position), "\(system)'s ring would have more than \(total) points",
          remedy: "lower the weights; at most \(KetamaRing.maximumPoints) points are built")
      }
      let bytes = try name(node, position)
      members.append(
        Member(
          base: crc.update(CRC32.initial, bytes.span), count: weight * virtualNodes,
          owner: position))
    }
    return members
  }
}
