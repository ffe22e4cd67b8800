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
    let nodes = nodes + [node]
    if let slots {
      let given = self.nodes.indices.map { self.slots.slots(ofNode: $0).flatMap(Array.init) }
      let count = max(
        self.slots.count, min((slots.max() ?? 0), SlotAssignment.maximumCount - 1) + 1)
      return try Cluster(
        name: name, nodes: nodes, slots: given + [slots], slotCount: count, properties: properties,
        allowsRepeatedAddresses: allowsRepeatedAddresses)
    }
    let units = SlotAssignment.units(node.weight)
    return try Cluster(self, nodes: nodes, slots: self.slots.adding(units: units))
  }

  /// The cluster without a node, whose slots become vacant.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or it is the last one.
  public func removing(_ id: NodeID) throws(ClusterError) -> Cluster {
    let position = try position(of: id)
    var nodes = nodes
    nodes.remove(at: position)
    return try Cluster(self, nodes: nodes, slots: slots.removing(node: position))
  }

  /// The cluster with another weight for a node.
  ///
  /// A larger weight takes the lowest vacant slots, or new ones after the last; a smaller one gives up
  /// the node's highest slots; 0 keeps them.
  ///
  /// - Throws: ``ClusterError`` if no node has this id or the weight is out of range.
  public func settingWeight(of id: NodeID, to weight: Double) throws(ClusterError) -> Cluster {
    let position = try position(of: id)
    var nodes = nodes
    nodes[position].weight = weight
    // Whether the weight is one at all is checked with the nodes.
    let units = weight > 0 ? SlotAssignment.units(min(weight, Self.largestWeight)) : nil
    return try Cluster(
      self, nodes: nodes, slots: units.map { slots.resizing(node: position, to: $0) } ?? slots)
  }

  /// The cluster with another state for a node.
  ///
  /// - Throws: ``ClusterError`` if no node has this id.
  public func settingState(of id: NodeID, to state: Node.State) throws(ClusterError) -> Cluster {
    try editing(id) { $0.state = state }
  }

  /// The cluster with a node's identity at another address.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or the address is taken or malformed.
  public func readdressing(_ id: NodeID, to address: String) throws(ClusterError) -> Cluster {
    try editing(id) { $0.address = address }
  }

  /// The cluster with another node in the place of one: it takes over position and slots.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or the new node is malformed or its id or
  ///   address is taken.
  public func replacing(_ id: NodeID, with node: Node) throws(ClusterError) -> Cluster {
    let cluster = try editing(id) {
      let weight = $0.weight
      $0 = node
      $0.weight = weight
    }
    return try cluster.settingWeight(of: node.id, to: node.weight)
  }

  private func editing(_ id: NodeID, _ change: (inout Node) -> Void) throws(ClusterError) -> Cluster
  {
    var nodes = nodes
    change(&nodes[try position(of: id)])
    return try Cluster(self, nodes: nodes, slots: slots)
  }

  private func position(of id: NodeID) throws(ClusterError) -> Int {
    guard let position = nodes.firstIndex(where: { $0.id == id }) else {
      throw ClusterError(
        .unknownNode, .cluster, "no node has the id \(quoted(id.text))",
        remedy: "use one of " + nodes.prefix(5).map(\.id.text).joined(separator: ", ")
          + (nodes.count > 5 ? ", …" : ""))
    }
    return position
  }
}
