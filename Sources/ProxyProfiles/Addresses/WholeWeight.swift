internal import ConsistentHashing

extension Node {
  /// The weight as a whole number that a system takes.
  ///
  /// - Throws: `ClusterError` if the weight is not whole or out of range.
  func wholeWeight(_ range: ClosedRange<Int>, at position: Int, system: String) throws(ClusterError)
    -> Int
  {
    guard let whole = Int(exactly: weight), range.contains(whole) else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node '\(id)' has the weight \(weight), but \(system) takes whole weights from "
          + "\(range.lowerBound) to \(range.upperBound)",
        remedy: "scale the weights until they fit")
    }
    return whole
  }
}

extension Cluster {
  /// Throws unless all members have the same weight, for systems that know no weights.
  func requireEqualWeights(system: String) throws(ClusterError) {
    let members = nodes.indices.filter { nodes[$0].isMember }
    guard let first = members.first else { return }
    for index in members where nodes[index].weight != nodes[first].weight {
      throw ClusterError(
        .invalidWeight, .node(index),
        "node '\(nodes[index].id)' has the weight \(nodes[index].weight), but \(system) knows no "
          + "weights",
        remedy: "give all nodes the same weight")
    }
  }
}
