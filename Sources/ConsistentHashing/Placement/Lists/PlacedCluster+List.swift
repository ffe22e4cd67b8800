extension PlacedCluster {
  /// A number for the list: two lists with one number place every key on the same nodes.
  ///
  /// What does not decide where keys go does not count: names of the cluster, states `down`, and properties
  /// that the rule does not read; nor does the order of nodes, or an address, where the rule does not look
  /// at it.
  ///
  /// - Parameter rules: The catalogue that has the rule.
  /// - Throws: ``ClusterError`` if there is no such rule.
  /// - Complexity: O(nodes).
  public func listDigest(in rules: RuleCatalogue) throws(ClusterError) -> UInt64 {
    let rule = try rules.rule(named: placement.rule)
    let promises = rule.promises
    let properties = rule.nodeProperties.map(\.name).sorted()
    var bytes: [UInt8] = []
    func add(_ texts: String...) {
      for text in texts { bytes += Array(text.utf8) + [0] }
    }
    add("chash list 1", rule.name)
    for (name, value) in placement.options.sorted(by: { $0.key < $1.key }) { add(name, value) }
    add("")
    if promises.identityIsSlot { add("\(cluster.slots.count)") }
    var positions = Array(nodes.indices)
    if promises.isOrderIndependent {
      positions.sort { nodes[$0].id.text.utf8.lexicographicallyPrecedes(nodes[$1].id.text.utf8) }
    }
    for position in positions {
      let node = nodes[position]
      add(node.id.text)
      if promises.identityIsAddress || promises.addressSettlesTies { add(node.address) }
      let weight = Int(exactly: node.weight).map { "\($0)" } ?? "\(node.weight)"
      add(node.state == .drain ? "drain" : weight)
      if promises.identityIsSlot {
        add(cluster.slots.slots(ofNode: position).map { "\($0)" }.joined(separator: " "))
      }
      for name in properties {
        if let value = node.properties[name] { add(name, value) }
      }
    }
    return XXH3().hash(bytes.span)
  }

  /// An earlier list, with what has become of its nodes.
  ///
  /// A node that has left, or is down, is down in it, so that its sessions go to the next of their
  /// preference. A node that drains keeps its place: those of its sessions that were placed by the list
  /// go on. A node at a new address is reached there, unless the rule hashes the address: then it is
  /// another node, and the one of the list has left. Name, properties and key are those of today.
  ///
  /// - Parameters:
  ///   - list: The earlier list.
  ///   - rules: The catalogue that has its rule.
  /// - Returns: Nil if no node of the list is left.
  /// - Throws: ``ClusterError`` if there is no such rule.
  public func asReachable(_ list: PlacedCluster, in rules: RuleCatalogue) throws(ClusterError)
    -> PlacedCluster?
  {
    let promises = try rules.rule(named: list.placement.rule).promises
    var present: [NodeID: Node] = [:]
    for node in nodes { present[node.id] = node }
    let changed = list.nodes.map { old in
      var node = old
      // Who is down is a matter of today.
      if node.state == .down { node.state = .up }
      guard let now = present[old.id], now.state != .down,
        now.address == old.address || !promises.identityIsAddress
      else {
        if node.state == .up { node.state = .down }
        return node
      }
      node.address = now.address
      node.zone = now.zone
      return node
    }
    guard changed.contains(where: \.isAvailable) else { return nil }
    return PlacedCluster(
      Cluster(checked: cluster, nodes: changed, slots: list.cluster.slots),
      Placement(
        rule: list.placement.rule, options: list.placement.options, key: placement.key))
  }
}
