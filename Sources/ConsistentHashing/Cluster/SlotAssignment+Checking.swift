extension SlotAssignment {
  /// Checks the slots that are given for nodes.
  ///
  /// - Parameters:
  ///   - slots: The slots of each node, in any order.
  ///   - count: The number of slots; up to the last that is owned unless given.
  ///   - nodes: The nodes.
  /// - Throws: ``ClusterError`` if a slot is given twice or out of range, a node with a weight has
  ///   none, or the number of a node's slots is not its weight.
  init(checking slots: [[Int]], count: Int?, of nodes: [Node]) throws(ClusterError) {
    guard slots.count == nodes.count else {
      throw ClusterError(
        .invalidSlots, .cluster, "slots are given for \(slots.count) of \(nodes.count) nodes",
        remedy: "give every node its slots, or none")
    }
    var owner: [Int: Int] = [:]
    for (index, node) in nodes.enumerated() {
      try Self.check(slots[index], of: node, at: index)
      for slot in slots[index] {
        guard let first = owner.updateValue(index, forKey: slot) else { continue }
        let name = quoted(node.id.text)
        guard first != index else {
          throw ClusterError(
            .invalidSlots, .node(index), "node \(name) has the slot \(slot) twice",
            remedy: "give each slot once")
        }
        throw ClusterError(
          .invalidSlots, .node(index),
          "slot \(slot) belongs to both \(quoted(nodes[first].id.text)) and \(name)",
          remedy: "give each slot to one node")
      }
    }
    let owned = (owner.keys.max() ?? -1) + 1
    try Self.check(count: count ?? owned, owned: owned)
    self.init(
      slots.map { Self.joined($0.sorted().map { $0..<$0 + 1 }) }, count: count ?? owned)
  }

  private static func check(_ slots: [Int], of node: Node, at index: Int) throws(ClusterError) {
    let name = quoted(node.id.text)
    guard !slots.isEmpty || node.weight == 0 else {
      throw ClusterError(
        .invalidSlots, .node(index), "node \(name) has no slots, but others have",
        remedy: "give every node its slots, or none")
    }
    guard node.weight == 0 || units(node.weight) == slots.count else {
      throw ClusterError(
        .invalidSlots, .node(index),
        "node \(name) has \(slots.count) slots but the weight \(node.weight)",
        remedy: "leave the weight out: the number of slots is the weight")
    }
    for slot in slots where !(0..<maximumCount).contains(slot) {
      throw ClusterError(
        .invalidSlots, .node(index), "node \(name) has the slot \(slot)",
        remedy: "slots are from 0 to \(maximumCount - 1)")
    }
  }

  /// Throws unless there is room for the slots that are owned.
  static func check(count: Int, owned: Int) throws(ClusterError) {
    guard count >= owned, count <= maximumCount, count > 0 else {
      throw ClusterError(
        .invalidSlots, .option("slots"),
        owned == 0
          ? "the number of slots is \(count)"
          : "the number of slots is \(count), but slot \(owned - 1) is owned",
        remedy: "give from \(max(owned, 1)) to \(maximumCount) slots")
    }
  }

  /// The number of slots up to the last one that a node owns.
  var ownedCount: Int {
    (0..<nodeCount).reduce(0) { max($0, slots(ofNode: $1).last?.upperBound ?? 0) }
  }
}
