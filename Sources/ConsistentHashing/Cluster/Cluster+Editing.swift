extension Cluster {
  /// The cluster with one more node at the end.
  ///
  /// Where slots are the identity (jump), the node takes the lowest vacant slots, or new ones behind
  /// the last, and all others keep theirs; slots of its own make room for themselves.
  ///
  /// - Throws: ``ClusterError`` if its id or address is taken, or it is malformed.
  public func adding(_ node: Node) throws(ClusterError) -> Cluster {
    try editing { edit throws(ClusterError) in
      var node = node
      if edit.keepsSlots {
        if node.slots.isEmpty {
          node.slots = edit.vacantSlots(try JumpSlots.units(of: node, at: edit.nodes.count))
        }
        edit.makeRoom(for: node.slots)
      }
      edit.nodes.append(node)
    }
  }

  /// The cluster without a node.
  ///
  /// Where slots are the identity (jump), its slots become vacant.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or it is the last one.
  public func removing(_ id: NodeID) throws(ClusterError) -> Cluster {
    try editing { edit throws(ClusterError) in
      edit.nodes.remove(at: try edit.position(of: id))
    }
  }

  /// The cluster with another weight for a node.
  ///
  /// Where slots are the identity (jump), a larger weight takes the lowest vacant slots, or new ones
  /// behind the last; a smaller one gives up the node's highest slots; 0 keeps them, vacant.
  ///
  /// - Throws: ``ClusterError`` if no node has this id or the weight is out of range.
  public func settingWeight(of id: NodeID, to weight: Double) throws(ClusterError) -> Cluster {
    try editing { edit throws(ClusterError) in
      let index = try edit.position(of: id)
      edit.nodes[index].weight = weight
      guard edit.keepsSlots, weight != 0 else { return }
      let units = try JumpSlots.units(of: edit.nodes[index], at: index)
      let missing = units - edit.nodes[index].slots.count
      if missing > 0 {
        edit.nodes[index].slots += edit.vacantSlots(missing)
      } else if units > 0 {
        edit.nodes[index].slots = Array(edit.nodes[index].slots.sorted().prefix(units))
      }
    }
  }

  /// The cluster with another state for a node.
  ///
  /// - Throws: ``ClusterError`` if no node has this id.
  public func settingState(of id: NodeID, to state: Node.State) throws(ClusterError) -> Cluster {
    try editing { edit throws(ClusterError) in
      edit.nodes[try edit.position(of: id)].state = state
    }
  }

  /// The cluster with a node's identity at another address.
  ///
  /// - Throws: ``ClusterError`` if no node has this id, or the address is taken or malformed.
  public func readdressing(_ id: NodeID, to address: String) throws(ClusterError) -> Cluster {
    try editing { edit throws(ClusterError) in
      edit.nodes[try edit.position(of: id)].address = address
    }
  }

  /// The same nodes under another algorithm.
  ///
  /// - Parameters:
  ///   - algorithm: The name of the algorithm.
  ///   - options: Its options; none unless given, since those of the cluster belong to its own.
  /// - Throws: ``ClusterError`` if the cluster cannot be made again; it always can.
  public func with(algorithm: String, options: [String: String] = [:]) throws(ClusterError)
    -> Cluster
  {
    try Cluster(
      name: name, nodes: nodes, algorithm: algorithm, key: key, options: options,
      allowsRepeatedAddresses: allowsRepeatedAddresses)
  }

  private func editing(_ change: (inout Edit) throws(ClusterError) -> Void) throws(ClusterError)
    -> Cluster
  {
    var edit = try Edit(self)
    try change(&edit)
    return try Cluster(
      name: name, nodes: edit.nodes, algorithm: algorithm, key: key, options: edit.options,
      allowsRepeatedAddresses: allowsRepeatedAddresses)
  }
}

/// A cluster under change, with its slots written out where they are the identity, so that nobody
/// else's slots shift, and left out where they are not.
private struct Edit {
  var nodes: [Node]
  var options: [String: String]
  let keepsSlots: Bool

  init(_ cluster: Cluster) throws(ClusterError) {
    nodes = cluster.nodes
    options = cluster.options
    keepsSlots = cluster.algorithm == Algorithm.jump.name
    guard keepsSlots else {
      // Slots mean nothing to the other algorithms, and would contradict new weights and nodes.
      for index in nodes.indices { nodes[index].slots = [] }
      return
    }
    let slots = try JumpSlots(nodes, count: options["slots"].flatMap { Int($0) })
    for (index, slots) in try JumpSlots.assign(nodes).enumerated() { nodes[index].slots = slots }
    options["slots"] = String(slots.owners.count)
  }

  func position(of id: NodeID) throws(ClusterError) -> Int {
    guard let position = nodes.firstIndex(where: { $0.id == id }) else {
      throw ClusterError(
        .unknownNode, .cluster, "no node has the id \(quoted(id.text))",
        remedy: "use one of " + nodes.prefix(5).map(\.id.text).joined(separator: ", ")
          + (nodes.count > 5 ? ", …" : ""))
    }
    return position
  }

  /// The lowest vacant slots, then new ones, which raise the number of slots.
  mutating func vacantSlots(_ count: Int) -> [Int] {
    let taken = Set(nodes.flatMap(\.slots))
    var found: [Int] = []
    var slot = 0
    while found.count < count, slot < JumpSlots.maximumCount {
      if !taken.contains(slot) { found.append(slot) }
      slot += 1
    }
    makeRoom(for: found)
    return found
  }

  /// Raises the number of slots to one more than the largest of some, if it is lower.
  mutating func makeRoom(for slots: [Int]) {
    let total = options["slots"].flatMap { Int($0) } ?? 0
    // A slot beyond the limit is refused when the cluster is made.
    options["slots"] = String(max(total, min(slots.max() ?? -1, JumpSlots.maximumCount - 1) + 1))
  }
}
