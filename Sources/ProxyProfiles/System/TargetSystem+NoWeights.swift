internal import ConsistentHashing

extension TargetSystem {
  /// Throws unless every node has the weight 1, or 0 for drained, for systems without weights.
  ///
  /// - Parameters:
  ///   - nodes: The nodes.
  ///   - remedy: What to do about another weight.
  func requireNoWeights(_ nodes: [Node], remedy: String = "leave it out") throws(ClusterError) {
    for (position, node) in nodes.enumerated() where node.weight != 1 && node.weight != 0 {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but \(name) has no weights",
        remedy: remedy)
    }
  }
}
