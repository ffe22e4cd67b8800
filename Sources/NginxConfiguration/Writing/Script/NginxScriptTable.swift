internal import ConsistentHashing

/// What an algorithm looks keys up in, as texts of ASCII characters in the script.
///
/// njs runs a script anew for each request, and texts are the only large values that take no time then.
/// Members are numbered from 0 in the order of their ids.
struct NginxScriptTable {
  /// The constants of the algorithm.
  private(set) var lines: [String] = []
  /// The algorithm.
  let algorithm: String
  /// The seed of the key hash.
  let seed: UInt64

  /// Writes the table of a selector; nil if it is none of those that the script knows.
  ///
  /// - Parameter members: The positions of the members, in the order of their ids.
  init?(_ selector: any NodeSelector, members: [Int]) {
    var numbers = [Int](repeating: members.count, count: selector.nodes.count)
    for (number, position) in members.enumerated() { numbers[position] = number }
    switch selector {
    case let ring as KetamaRing:
      let points = ring.sortedPoints
      algorithm = NginxScriptAlgorithm.ketama
      seed = ring.seed
      lines = [
        "const points = \(points.count);",
        Self.text("values", (0..<points.count).map { (points.value($0), 11) }),
      ]
      addEntries((0..<points.count).map { numbers[points.owner(at: $0)] }, bound: members.count)
    case let table as MaglevTable:
      algorithm = NginxScriptAlgorithm.maglev
      seed = table.seed
      lines = ["const slots = \(table.tableSize);"]
      addEntries(
        (0..<table.tableSize).map { numbers[table.member(ofSlot: $0)] }, bound: members.count)
    case let jump as JumpHash:
      algorithm = NginxScriptAlgorithm.jump
      seed = jump.seed
      lines = ["const slots = \(jump.ownersOfSlots.count);"]
      addEntries(
        jump.ownersOfSlots.map { $0 < 0 ? members.count : numbers[Int($0)] },
        bound: members.count + 1)
    case let rendezvous as RendezvousHash:
      algorithm = NginxScriptAlgorithm.rendezvous
      seed = rendezvous.seed
      let parts = members.map { position in
        let id = rendezvous.nodes[position].id.text
        let digits = String(
          NginxScriptConstants.eightBytes(seed: XXH3.hash(id)), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
      }
      lines = ["const parts = \"\(parts.joined())\";"]
    default: return nil
    }
  }

  /// Adds the numbers of members, and the function that reads them.
  private mutating func addEntries(_ entries: [Int], bound: Int) {
    let read: String
    let width: Int
    if bound <= 64 {
      width = 1
      read = "entries.charCodeAt(at) - 40"
    } else if bound <= 4096 {
      width = 2
      read = "entries.charCodeAt(2 * at) * 64 + entries.charCodeAt(2 * at + 1) - 2600"
    } else {
      width = 3
      read =
        "(entries.charCodeAt(3 * at) * 64 + entries.charCodeAt(3 * at + 1)) * 64 "
        + "+ entries.charCodeAt(3 * at + 2) - 166440"
    }
    lines += [
      Self.text("entries", entries.map { (UInt64($0), width) }),
      "function entry(at) { return \(read); }",
    ]
  }

  /// A text of numbers, each of so many digits of six bits: the characters from 40 on.
  private static func text(_ name: String, _ numbers: [(number: UInt64, width: Int)]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * (numbers.first?.width ?? 0) * 65 / 64)
    for (number, width) in numbers {
      for place in (0..<width).reversed() {
        let digit = 40 + UInt8(truncatingIfNeeded: number >> UInt64(6 * place) & 63)
        bytes.append(digit)
        // A backslash is written twice.
        if digit == UInt8(ascii: "\\") { bytes.append(digit) }
      }
    }
    return "const \(name) = \"\(String(decoding: bytes, as: UTF8.self))\";"
  }
}
