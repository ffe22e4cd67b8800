internal import ConsistentHashing

/// A real system whose rule a profile follows: its name and what it takes of a cluster, said once.
struct TargetSystem: Sendable {
  /// The name as it appears in messages, for example `nginx`.
  let name: String

  /// The whole weights that it takes of nodes that are listed.
  let weights: ClosedRange<Int>

  /// Describes a system.
  init(_ name: String, weights: ClosedRange<Int> = 0...Int(Int32.max)) {
    self.name = name
    self.weights = weights
  }

  /// The weight of a node as the system takes it.
  ///
  /// - Throws: `ClusterError` if the weight is not whole or out of range.
  func weight(of node: Node, at position: Int) throws(ClusterError) -> Int {
    guard let whole = Int(exactly: node.weight) else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but \(name) takes whole weights",
        remedy: "multiply all weights until they are whole")
    }
    try check(weight: whole, of: "node \(quoted(node.id.text))", at: position)
    return whole
  }

  /// Throws unless a weight is in the range that the system takes.
  func check(weight: Int, of subject: @autoclosure () -> String, at position: Int)
    throws(ClusterError)
  {
    guard weights.contains(weight) else {
      throw ClusterError(
        .invalidWeight, .node(position), "\(subject()) has the weight \(weight)",
        remedy: "\(name) takes whole weights from \(weights.lowerBound) to \(weights.upperBound)")
    }
  }

  /// Throws unless all members have the same weight, for systems without weights.
  func requireEqualWeights(_ cluster: Cluster) throws(ClusterError) {
    guard let first = cluster.nodes.first(where: \.isMember) else { return }
    for (position, node) in cluster.nodes.enumerated()
    where node.isMember && node.weight != first.weight {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but \(name) has no weights",
        remedy: "give all nodes the same weight")
    }
  }

  /// Throws if a ring would have more points than this library builds.
  ///
  /// - Parameters:
  ///   - points: The number of points.
  ///   - subject: What makes it so many.
  func check(points: Int, _ subject: ClusterError.Subject = .cluster) throws(ClusterError) {
    guard points <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, subject, "\(name)'s ring would have \(points) points",
        remedy: "lower the weights or list fewer nodes; at most \(KetamaRing.maximumPoints) points "
          + "are built")
    }
  }

  /// The address of a node, for systems that hash it as a number.
  ///
  /// - Throws: `ClusterError` if it is not an IP address, or has no port and needs one.
  func address(of node: Node, at position: Int, needsPort: Bool = true) throws(ClusterError)
    -> ServerAddress
  {
    try ServerAddress(node, at: position, needsPort: needsPort, system: name)
  }

  /// Throws unless a table has a prime size in a range.
  func check(
    tableSize: Int, atMost largest: Int, such example: Int, option: String = "table-size"
  ) throws(ClusterError) {
    guard (2...largest).contains(tableSize), MaglevPlacement.isPrime(tableSize) else {
      throw ClusterError(
        .invalidOption, .option(option),
        "the table size \(tableSize) is not one that \(name) takes",
        remedy: "use a prime up to \(largest), such as \(example)")
    }
  }
}
