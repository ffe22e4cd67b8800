/// Which node owns which slot under jump hashing.
///
/// Without slots in the document, node k owns slot k, and every further unit of a node's weight owns
/// one more slot behind those, in the order of the list. With slots, every node gives its own. A slot
/// is vacant if nobody owns it or its owner is drained or down.
public struct JumpSlots: Hashable, Sendable {
  /// The largest number of slots a selector may have.
  public static let maximumCount = 1 << 24

  /// The owner of each slot, a position in the list of nodes; -1 if nobody owns it.
  public let owners: [Int32]

  /// Assigns slots to nodes.
  ///
  /// - Parameters:
  ///   - nodes: Nodes that have passed ``Cluster``'s checks.
  ///   - count: The number of slots; as many as are owned, unless given.
  /// - Throws: ``ClusterError`` if a weight is not whole, or there are more slots than `count` or
  ///   ``maximumCount``.
  public init(_ nodes: [Node], count: Int? = nil) throws(ClusterError) {
    let assigned = try Self.assign(nodes)
    let owned = (assigned.joined().max() ?? -1) + 1
    let count = count ?? owned
    guard count >= owned, count <= Self.maximumCount else {
      throw ClusterError(
        .invalidSlots, .option("slots"),
        "the number of slots is \(count), but slot \(owned - 1) is owned",
        remedy: "give from \(owned) to \(Self.maximumCount) slots")
    }
    var owners = [Int32](repeating: -1, count: count)
    for (index, slots) in assigned.enumerated() {
      for slot in slots { owners[slot] = Int32(index) }
    }
    self.owners = owners
  }

  /// The slots of each node.
  static func assign(_ nodes: [Node]) throws(ClusterError) -> [[Int]] {
    if nodes.contains(where: { !$0.slots.isEmpty }) { return nodes.map(\.slots) }
    var total = nodes.count
    var assigned: [[Int]] = []
    assigned.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      let units = try units(of: node, at: index)
      let further = max(0, units - 1)
      guard total + further <= maximumCount else {
        throw ClusterError(
          .tooLarge, .node(index), "jump would need \(total + further) slots",
          remedy: "lower the weights; at most \(maximumCount) slots are kept")
      }
      assigned.append([index] + (total..<(total + further)))
      total += further
    }
    return assigned
  }

  /// A weight as a number of slots.
  static func units(of node: Node, at index: Int) throws(ClusterError) -> Int {
    guard let units = Int(exactly: node.weight) else {
      throw ClusterError(
        .invalidWeight, .node(index),
        "node \(quoted(node.id.text)) has the weight \(node.weight), but jump's weights are whole "
          + "numbers of slots",
        remedy: "multiply all weights until they are whole")
    }
    guard units <= maximumCount else {
      throw ClusterError(
        .tooLarge, .node(index), "jump would need \(units) slots for \(quoted(node.id.text))",
        remedy: "lower the weights; at most \(maximumCount) slots are kept")
    }
    return units
  }

  /// Checks explicit slots; nothing to check where there are none.
  static func check(_ nodes: [Node]) throws(ClusterError) {
    guard nodes.contains(where: { !$0.slots.isEmpty }) else { return }
    var owner: [Int: Int] = [:]
    for (index, node) in nodes.enumerated() {
      let name = quoted(node.id.text)
      guard !node.slots.isEmpty || node.weight == 0 else {
        throw ClusterError(
          .invalidSlots, .node(index), "node \(name) has no slots, but others have",
          remedy: "give every node its slots, or none")
      }
      guard node.weight == 0 || node.weight == Double(node.slots.count) else {
        throw ClusterError(
          .invalidSlots, .node(index),
          "node \(name) has \(node.slots.count) slots but the weight \(node.weight)",
          remedy: "leave the weight out: the number of slots is the weight")
      }
      for slot in node.slots {
        guard (0..<maximumCount).contains(slot) else {
          throw ClusterError(
            .invalidSlots, .node(index), "node \(name) has the slot \(slot)",
            remedy: "slots are from 0 to \(maximumCount - 1)")
        }
        if let first = owner.updateValue(index, forKey: slot) {
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
    }
  }
}
