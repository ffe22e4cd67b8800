internal import ConsistentHashing

/// Which node owns each slot.
enum RedisSlotRanges {
  /// Slots split evenly between the members in their order, as `redis-cli --cluster create` does it: the
  /// borders are multiples of the share, added up in single precision.
  ///
  /// - Throws: `ClusterError` if there are more members than slots.
  static func even(_ nodes: [Node]) throws(ClusterError) -> [Int?] {
    let masters = nodes.indices.filter { nodes[$0].isMember }
    guard masters.count <= RedisKeySlot.count else {
      throw ClusterError(
        .tooLarge, .cluster, "there are more nodes than slots",
        remedy: "list at most \(RedisKeySlot.count)")
    }
    var owners = [Int?](repeating: nil, count: RedisKeySlot.count)
    let share = Float(RedisKeySlot.count) / Float(masters.count)
    var cursor: Float = 0
    var first = 0
    for (number, master) in masters.enumerated() {
      // Half away from zero; the sum is above −1, and below 0 only with more masters than slots.
      var last = Int(Double(cursor + share - 1) + 0.5)
      if last > RedisKeySlot.count || number == masters.count - 1 { last = RedisKeySlot.count - 1 }
      last = max(last, first)
      for slot in first..<min(last + 1, RedisKeySlot.count) { owners[slot] = master }
      first = min(last + 1, RedisKeySlot.count - 1)
      cursor += share
    }
    return owners
  }

  /// Slots as nodes list them, such as `0-5460,10923`.
  ///
  /// - Throws: `ClusterError` if a list is malformed or a slot has two owners.
  static func given(_ nodes: [Node], property: String) throws(ClusterError) -> [Int?] {
    var owners = [Int?](repeating: nil, count: RedisKeySlot.count)
    for (position, node) in nodes.enumerated() {
      guard let text = node.properties[property] else { continue }
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let range = range(part) else {
          throw ClusterError(
            .invalidProperty, .node(position),
            "the \(property) of node \(quoted(node.id.text)) contain \(quoted(String(part)))",
            remedy: "write slots from 0 to 16383, such as 0-5460,10923")
        }
        for slot in range {
          if let owner = owners[slot] {
            throw ClusterError(
              .invalidProperty, .node(position),
              "slot \(slot) belongs to nodes \(quoted(nodes[owner].id.text)) and "
                + quoted(node.id.text), remedy: "give it to one of them")
          }
          owners[slot] = position
        }
      }
    }
    return owners
  }

  private static func range(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count) else { return nil }
    var slots: [Int] = []
    for end in ends {
      let digits = end.drop { $0 == " " }
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let slot = Int(digits), slot < RedisKeySlot.count
      else { return nil }
      slots.append(slot)
    }
    guard let first = slots.first, let last = slots.last, first <= last else { return nil }
    return first...last
  }
}
