package import ConsistentHashing

extension Cluster {
  /// Makes a cluster of the servers of a configuration, in which an address may appear several times.
  ///
  /// Only a cluster with such an address allows it, so that others stay as strict as a document.
  package init(configured name: String, nodes: [Node], properties: [String: String])
    throws(ClusterError)
  {
    var seen: Set<NodeID> = []
    let isRepeated = nodes.contains { !seen.insert(NodeID($0.address)).inserted }
    try self.init(
      name: name, nodes: nodes, properties: properties, allowsRepeatedAddresses: isRepeated)
  }
}
