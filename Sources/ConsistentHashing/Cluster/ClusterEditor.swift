/// A cluster while it is changed, perhaps many times.
///
/// Every change is checked as ``Cluster`` checks its nodes, and takes the time of the one node, so that many
/// changes of many nodes take O(nodes + changes).
package struct ClusterEditor {
  private let before: Cluster
  /// The nodes at places that stay; nil for one that has left.
  private var nodes: [Node?]
  private var count: Int
  private var places: [NodeID: Int] = [:]
  /// The places of addresses, which compare by bytes as well; empty if addresses may be repeated.
  private var addresses: [NodeID: Int] = [:]
  private var slots: SlotEditor

  /// Begins to change a cluster.
  ///
  /// - Complexity: O(nodes).
  package init(_ cluster: Cluster) {
    before = cluster
    nodes = cluster.nodes
    count = nodes.count
    slots = SlotEditor(cluster.slots)
    places.reserveCapacity(count)
    for (place, node) in cluster.nodes.enumerated() { places[node.id] = place }
    guard !cluster.allowsRepeatedAddresses else { return }
    addresses.reserveCapacity(count)
    for (place, node) in cluster.nodes.enumerated() { addresses[NodeID(node.address)] = place }
  }

  /// The cluster with all changes.
  ///
  /// - Complexity: O(nodes and ranges of slots).
  package var cluster: Cluster {
    Cluster(
      checked: before, nodes: nodes.compactMap(\.self),
      slots: slots.assignment(of: nodes.indices.lazy.filter { nodes[$0] != nil }))
  }

  /// Adds a node at the end, which takes the lowest vacant slots.
  package mutating func add(_ node: Node) throws(ClusterError) {
    let place = nodes.count
    nodes.append(node)
    count += 1
    try check(node, at: place, before: nil)
    take(node, place)
    slots.add(units: SlotAssignment.units(node.weight), at: place)
  }

  /// Removes a node, whose slots become vacant.
  package mutating func remove(_ id: NodeID) throws(ClusterError) {
    let (place, node) = try find(id)
    guard count > 1 else { throw .emptyCluster }
    nodes[place] = nil
    count -= 1
    places[id] = nil
    addresses[NodeID(node.address)] = nil
    slots.free(place)
  }

  /// Gives a node another weight.
  package mutating func setWeight(of id: NodeID, to weight: Double) throws(ClusterError) {
    try edit(id) { $0.weight = weight }
    guard weight > 0 else { return }
    let place = try find(id).place
    slots.resize(place, to: SlotAssignment.units(weight))
  }

  /// Gives a node another state.
  package mutating func setState(of id: NodeID, to state: Node.State) throws(ClusterError) {
    try edit(id) { $0.state = state }
  }

  /// Moves an identity to another address.
  package mutating func readdress(_ id: NodeID, to address: String) throws(ClusterError) {
    try edit(id) { $0.address = address }
  }

  /// Puts a node in the place of another one, whose slots it takes over.
  package mutating func replace(_ id: NodeID, with node: Node) throws(ClusterError) {
    try edit(id) {
      let weight = $0.weight
      $0 = node
      $0.weight = weight
    }
    try setWeight(of: node.id, to: node.weight)
  }

  private mutating func edit(_ id: NodeID, _ change: (inout Node) -> Void) throws(ClusterError) {
    let (place, before) = try find(id)
    var node = before
    change(&node)
    nodes[place] = node
    try check(node, at: place, before: before)
    places[id] = nil
    addresses[NodeID(before.address)] = nil
    take(node, place)
  }

  private mutating func take(_ node: Node, _ place: Int) {
    places[node.id] = place
    if !before.allowsRepeatedAddresses { addresses[NodeID(node.address)] = place }
  }

  private func find(_ id: NodeID) throws(ClusterError) -> (place: Int, node: Node) {
    if let place = places[id], let node = nodes[place] { return (place, node) }
    throw ClusterError(
      .unknownNode, .cluster, "no node has the id \(quoted(id.text))",
      remedy: "use one of "
        + nodes.lazy.compactMap(\.self).prefix(5).map(\.id.text).joined(separator: ", ")
        + (count > 5 ? ", …" : ""))
  }

  // MARK: Checks

  /// Checks a node that is in its place already.
  private func check(_ node: Node, at place: Int, before: Node?) throws(ClusterError) {
    do throws(ClusterError) {
      // Positions are counted only for messages.
      try Cluster.check(node, at: place)
    } catch {
      try Cluster.check(node, at: position(of: place))
    }
    let twin = places[node.id].flatMap { before?.id == node.id ? nil : $0 }
    let neighbour = addresses[NodeID(node.address)].flatMap {
      before.map { NodeID($0.address) } == NodeID(node.address) ? nil : $0
    }
    guard twin != nil || neighbour != nil else { return }
    // The mistake that a check of all nodes in their order meets first.
    if let twin, neighbour.map({ max(twin, place) <= max($0, place) }) ?? true {
      throw .duplicateID(
        node.id, position(of: min(twin, place)), position(of: max(twin, place)))
    }
    if let neighbour, let first = nodes[min(neighbour, place)],
      let second = nodes[max(neighbour, place)]
    {
      throw .duplicateAddress(first, second, at: position(of: max(neighbour, place)))
    }
  }

  /// The position of a place in the list of nodes.
  private func position(of place: Int) -> Int { nodes[..<place].count { $0 != nil } }
}
