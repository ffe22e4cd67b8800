/// The validated list of nodes, with the name, the key, the algorithm and its options.
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

  /// The name of the algorithm that places keys, one of ``Algorithm``'s.
  public let algorithm: String

  /// Where routers find the key of a request, if said.
  public let key: KeySource?

  /// The algorithm's options as they were written; the algorithm checks them.
  public let options: [String: String]

  /// Whether an address may stand twice, as lines of a real configuration may.
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
  ///   - algorithm: The name of the algorithm that places keys.
  ///   - key: Where routers find the key of a request.
  ///   - options: The algorithm's options.
  ///   - allowsRepeatedAddresses: Whether an address may stand twice. Usually a mistake; configurations
  ///     of real systems allow it.
  /// - Complexity: O(number of nodes).
  /// - Throws: ``ClusterError`` if the list is empty, an id, address, weight, zone or slot is
  ///   malformed, or an id, address or slot stands twice. A cluster whose nodes are all down or
  ///   drained is no error here; making a selector from it is.
  public init(
    name: String = "cluster", nodes: [Node], algorithm: String = "ketama", key: KeySource? = nil,
    options: [String: String] = [:], allowsRepeatedAddresses: Bool = false
  ) throws(ClusterError) {
    guard !name.isEmpty, isPrintable(name) else {
      throw ClusterError(
        .invalidName, .name, "the cluster name \(quoted(name)) is empty or has control characters",
        remedy: "give it a printable name")
    }
    guard !nodes.isEmpty else {
      throw ClusterError(.emptyCluster, .cluster, "the cluster has no nodes", remedy: "add a node")
    }
    try Self.check(nodes, allowsRepeatedAddresses)
    self.name = name
    self.nodes = nodes
    self.algorithm = algorithm
    self.key = key
    self.options = options
    self.allowsRepeatedAddresses = allowsRepeatedAddresses
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
        throw ClusterError(
          .duplicateID, .node(index),
          "nodes \(first + 1) and \(index + 1) have the same id \(quoted(node.id.text))",
          remedy: "give each node an id of its own")
      }
      // Addresses compare by bytes as well, so they borrow the identity's comparison.
      if let first = addresses.updateValue(index, forKey: NodeID(node.address)),
        !allowsRepeatedAddresses
      {
        throw ClusterError(
          .duplicateAddress, .node(index),
          "nodes \(quoted(nodes[first].id.text)) and \(quoted(node.id.text)) have the same address "
            + quoted(node.address),
          remedy: "list each address once; to give it a larger share, raise its weight")
      }
    }
    try JumpSlots.check(nodes)
  }

  private static func check(_ node: Node, at index: Int) throws(ClusterError) {
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
  package func requireAvailableNode() throws(ClusterError) {
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
