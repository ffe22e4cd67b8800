extension Cluster {
  /// The cluster with one more node at the end.
  ///
  /// The node takes the lowest vacant slots, or new ones after the last; all other nodes keep theirs.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - slots: The slots that it takes instead, as many as its weight.
  /// - Throws: ``ClusterError`` if its id, address or a slot is taken, or it is malformed.
  public func adding(_ node: Node, slots: [Int]? = nil) throws(ClusterError) -> Cluster {
    guard let slots else {
      return try edited { editor throws(ClusterError) in try editor.add(node) }
    }
    let given = nodes.indices.map { self.slots.slots(ofNode: $0).flatMap(Array.init) }
    let count = max(
      self.slots.count, min((slots.max() ?? 0), SlotAssignment.maximumCount - 1) + 1)
    return try Cluster(
      name: name, nodes: nodes + [node], slots: given + [slots], slotCount: count,
      properties: properties, allowsRepeatedAddresses: allowsRepeatedAddresses)
  }

  /// The cluster without a node, whose slots become vacant.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or it is the last one.
  public func removing(_ id: NodeID) throws(ClusterError) -> Cluster {
    try edited { editor throws(ClusterError) in try editor.remove(id) }
  }

  /// The cluster with another weight for a node.
  ///
  /// A larger weight takes the lowest vacant slots, or new ones after the last; a smaller one gives up
  /// the node's highest slots; 0 keeps them.
  ///
  /// - Throws: ``ClusterError`` if no node has this id or the weight is out of range.
  public func settingWeight(of id: NodeID, to weight: Double) throws(ClusterError) -> Cluster {
    try edited { editor throws(ClusterError) in try editor.setWeight(of: id, to: weight) }
  }

  /// The cluster with another state for a node.
  ///
  /// - Throws: ``ClusterError`` if no node has this id.
  public func settingState(of id: NodeID, to state: Node.State) throws(ClusterError) -> Cluster {
    try edited { editor throws(ClusterError) in try editor.setState(of: id, to: state) }
  }

  /// The cluster with a node's identity at another address.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or the address is taken or malformed.
  public func readdressing(_ id: NodeID, to address: String) throws(ClusterError) -> Cluster {
    try edited { editor throws(ClusterError) in try editor.readdress(id, to: address) }
  }

  /// The cluster with another node in the place of one: it takes over position and slots.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or the new node is malformed or its id or
  ///   address is taken.
  public func replacing(_ id: NodeID, with node: Node) throws(ClusterError) -> Cluster {
    try edited { editor throws(ClusterError) in try editor.replace(id, with: node) }
  }

  private func edited(_ change: (inout ClusterEditor) throws(ClusterError) -> Void)
    throws(ClusterError) -> Cluster
  {
    var editor = ClusterEditor(self)
    try change(&editor)
    return editor.cluster
  }
}
