internal import ConsistentHashing

/// Which node owns each slot.
enum RedisSlotRanges {
  /// The owner of no slot.
  static let nobody = UInt32.max

  /// Slots split evenly in the order of the masters, as `redis-cli --cluster create` does it: the
  /// borders are multiples of the share, added up in single precision.
  static func even(_ masters: [Int]) -> [UInt32] {
    var owners = Array(repeating: nobody, count: RedisKeySlot.count)
    let share = Float(RedisKeySlot.count) / Float(masters.count)
    var cursor: Float = 0
    var first = 0
    for (number, master) in masters.enumerated() {
      // Half away from zero; the sum is above −1, and below 0 only with more masters than slots.
      var last = Int(Double(cursor + share - 1) + 0.5)
      if last > RedisKeySlot.count || number == masters.count - 1 { last = RedisKeySlot.count - 1 }
      last = max(last, first)
      for slot in first..<min(last + 1, RedisKeySlot.count) { owners[slot] = UInt32(master) }
      first = min(last + 1, RedisKeySlot.count - 1)
      cursor += share
    }
    return owners
  }

  /// Slots as nodes list them, such as `0-5460,10923`.
  ///
  /// - Throws: `ClusterError` if a list is malformed or a slot has two owners.
  static func given(_ nodes: [Node], property: String) throws(ClusterError) -> [UInt32] {
    var owners = Array(repeating: nobody, count: RedisKeySlot.count)
    for (position, node) in nodes.enumerated() {
      guard let text = node.properties[property] else { continue }
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let range = range(part) else {
          throw ClusterError(
            .invalidProperty, .node(position),
            "the \(property) of node \(quoted(node.id.text)) hold \(quoted(String(part)))",
            remedy: "write slots from 0 to 16383, such as 0-5460,10923")
        }
        for slot in range {
          guard owners[slot] == nobody else {
            throw ClusterError(
              .invalidProperty, .node(position),
              "slot \(slot) belongs to nodes \(quoted(nodes[Int(owners[slot])].id.text)) and \(quoted(node.id.text))",
              remedy: "give it to one of them")
          }
          owners[slot] = UInt32(position)
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
