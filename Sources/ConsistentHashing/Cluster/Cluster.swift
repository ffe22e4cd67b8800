/// The membership: a validated list of nodes, and the slots that they own.
///
/// How keys are placed on the nodes is a ``Placement``, a value of its own.
///
/// ```swift
/// let cluster = try Cluster(nodes: ["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"])
/// let ring = try KetamaRing(cluster)
/// ```
public struct Cluster: Hashable, Sendable {
  /// The name, for example of the upstream that is generated from it.
  public let name: String

  /// The nodes, in the order in which they were listed.
  ///
  /// Selectors return positions in this list.
  public let nodes: [Node]

  /// Which node owns which slot, for rules in which the slot is the identity.
  public let slots: SlotAssignment

  /// What only some systems know about the cluster as a whole, by name, such as nginx's `keepalive`.
  ///
  /// Nothing in this library reads it; configurations are read and written with it.
  public let properties: [String: String]

  /// Whether several nodes may have the same address, as lines of a real configuration may.
  public let allowsRepeatedAddresses: Bool

  /// The smallest weight that is not 0.
  public static let smallestWeight = 1e-6

  /// The largest weight.
  public static let largestWeight = 1e9

  /// Checks nodes and makes a cluster of them.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - nodes: The nodes, at least one.
  ///   - slots: The slots of each node; see ``SlotAssignment`` for what they are unless given.
  ///   - slotCount: The number of slots, vacant ones included; as many as the nodes need unless given.
  ///   - properties: What only some systems know about the cluster.
  ///   - allowsRepeatedAddresses: Whether several nodes may have the same address. Usually a mistake;
  ///     configurations of real systems allow it.
  /// - Complexity: O(number of nodes and given slots).
  /// - Throws: ``ClusterError`` if the list is empty, an id, address, weight, zone or slot is
  ///   malformed, or an id, address or slot appears twice. A cluster whose nodes are all down or
  ///   drained is not an error here; making a selector from it is.
  public init(
    name: String = "cluster", nodes: [Node], slots: [[Int]]? = nil, slotCount: Int? = nil,
    properties: [String: String] = [:], allowsRepeatedAddresses: Bool = false
  ) throws(ClusterError) {
    try Self.check(name, nodes, allowsRepeatedAddresses)
    var assignment: SlotAssignment
    if let slots {
      assignment = try SlotAssignment(checking: slots, count: slotCount, of: nodes)
    } else {
      assignment = SlotAssignment(default: nodes)
      if let slotCount {
        try SlotAssignment.check(count: slotCount, owned: assignment.count)
        assignment = assignment.counting(slotCount)
      }
    }
    self.init(
      checkedName: name, nodes: nodes, slots: assignment, properties: properties,
      allowsRepeatedAddresses: allowsRepeatedAddresses)
  }

  /// Takes nodes that are checked, in the place of those of a cluster.
  init(checked cluster: Cluster, nodes: [Node], slots: SlotAssignment) {
    self.init(
      checkedName: cluster.name, nodes: nodes, slots: slots, properties: cluster.properties,
      allowsRepeatedAddresses: cluster.allowsRepeatedAddresses)
  }

  private init(
    checkedName: String, nodes: [Node], slots: SlotAssignment, properties: [String: String],
    allowsRepeatedAddresses: Bool
  ) {
    name = checkedName
    self.nodes = nodes
    self.slots = slots
    self.properties = properties
    self.allowsRepeatedAddresses = allowsRepeatedAddresses
  }

  private static func check(_ name: String, _ nodes: [Node], _ allowsRepeatedAddresses: Bool)
    throws(ClusterError)
  {
    guard !name.isEmpty, isPrintable(name) else {
      throw ClusterError(
        .invalidName, .name, "the cluster name \(quoted(name)) is empty or has control characters",
        remedy: "give it a printable name")
    }
    guard !nodes.isEmpty else { throw .emptyCluster }
    try check(nodes, allowsRepeatedAddresses)
  }

  private static func check(_ nodes: [Node], _ allowsRepeatedAddresses: Bool)
    throws(ClusterError)
  {
    var ids: [NodeID: Int] = [:]
    ids.reserveCapacity(nodes.count)
    var addresses: [NodeID: Int] = [:]
    addresses.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      try check(node, at: index)
      if let first = ids.updateValue(index, forKey: node.id) {
        throw .duplicateID(node.id, first, index)
      }
      // Addresses compare by bytes as well, so they borrow the identity's comparison.
      if let first = addresses.updateValue(index, forKey: NodeID(node.address)),
        !allowsRepeatedAddresses
      {
        throw .duplicateAddress(nodes[first], node, at: index)
      }
    }
  }

  /// Checks what a node says of itself.
  static func check(_ node: Node, at index: Int) throws(ClusterError) {
    // The address first: where no id is given it is the id as well, and the mistake is the address's.
    do {
      _ = try NodeAddress(node.address)
    } catch {
      throw ClusterError(.invalidAddress, .node(index), error.problem, remedy: error.remedy)
    }
    guard !node.id.text.isEmpty, isPrintable(node.id.text) else {
      throw ClusterError(
        .invalidID, .node(index),
        node.id.text.isEmpty
          ? "node \(index + 1) has an empty id"
          : "the id \(quoted(node.id.text)) has control characters",
        remedy: "use printable characters")
    }
    let weight = node.weight
    guard weight == 0 || (weight >= smallestWeight && weight <= largestWeight) else {
      throw ClusterError(
        .invalidWeight, .node(index), "node \(quoted(node.id.text)) has the weight \(weight)",
        remedy: "a weight is 0 (drained) or a number from 0.000001 to 1000000000")
    }
    if let zone = node.zone, zone.isEmpty || !isPrintable(zone) {
      throw ClusterError(
        .invalidZone, .node(index),
        "the zone of node \(quoted(node.id.text)) is empty or has control characters",
        remedy: "leave it out or give it a printable name")
    }
  }

  /// Throws unless at least one node can be chosen.
  ///
  /// Every algorithm asks this first.
  public func requireAvailableNode() throws(ClusterError) {
    guard nodes.contains(where: \.isAvailable) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no node of \(quoted(name)) has a weight and is up",
        remedy: "set one to state up and weight 1")
    }
  }
}

/// Whether a text has no control characters (C0, DEL and C1), so that it stays on its line.
private func isPrintable(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x2028
      && scalar.value != 0x2029
  }
}
