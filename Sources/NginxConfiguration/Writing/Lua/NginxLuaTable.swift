internal import Configurations
internal import ConsistentHashing

/// What an algorithm looks keys up in, as bytes that the Lua program reads into memory.
///
/// Members are numbered from 0 in the order of their ids, so that the bytes do not depend on the order of
/// a list. All numbers have their least significant byte first.
struct NginxLuaTable {
  /// The first bytes, so that no other file is taken for one.
  private static let mark = Array("chash table 1\n\0\0".utf8)

  /// The most bytes of a table: each worker of nginx has a copy.
  private static let largest = 256 << 20

  private(set) var bytes = Self.mark
  /// The numbers that the program needs to read the table, and the options.
  private(set) var settings: [(name: String, value: String)] = []

  /// Writes the table of a selector.
  ///
  /// - Parameters:
  ///   - selector: One of the four algorithms of this library.
  ///   - members: The positions of the members, in the order of their ids.
  init(_ selector: any NodeSelector, members: [Int]) throws(EmissionError) {
    var numbers = [UInt32](repeating: .max, count: selector.nodes.count)
    for (number, position) in members.enumerated() { numbers[position] = UInt32(number) }
    let size: Int
    switch selector {
    case let ring as KetamaRing: size = ring.pointCount * 16
    case let table as MaglevTable: size = table.tableSize * 4
    case let jump as JumpHash: size = jump.ownersOfSlots.count * 4
    default: size = selector.nodes.count * 20
    }
    guard size <= Self.largest else {
      throw EmissionError(
        .tooLarge, .cluster,
        "each worker of nginx would have a table of more than \(Self.largest >> 20) MiB",
        remedy: "lower the weights, the virtual nodes or the number of slots")
    }
    switch selector {
    case let ring as KetamaRing: write(ring, numbers)
    case let table as MaglevTable: write(table, numbers)
    case let jump as JumpHash: write(jump, numbers)
    case let rendezvous as RendezvousHash: write(rendezvous, members)
    default: break
    }
  }

  // MARK: The algorithms

  private mutating func write(_ ring: KetamaRing, _ numbers: [UInt32]) {
    let points = ring.sortedPoints
    // One or two points a bucket.
    var bits = 1
    while 2 << bits <= points.count { bits += 1 }
    var starts = [UInt32](repeating: UInt32(points.count), count: 1 << bits + 1)
    for position in (0..<points.count).reversed() {
      starts[Int(points.value(position) >> UInt64(64 - bits))] = UInt32(position)
    }
    for bucket in (0..<(1 << bits)).reversed() {
      starts[bucket] = min(starts[bucket], starts[bucket + 1])
    }
    bytes.reserveCapacity(bytes.count + points.count * 16)
    for position in 0..<points.count { append(points.value(position)) }
    for start in starts { append(start) }
    for position in 0..<points.count { append(numbers[points.owner(at: position)]) }
    settings = [
      ("seed", NginxLuaText.unsigned(ring.seed)), ("points", "\(points.count)"),
      ("bits", "\(bits)"),
    ]
  }

  private mutating func write(_ table: MaglevTable, _ numbers: [UInt32]) {
    bytes.reserveCapacity(bytes.count + table.tableSize * 4)
    for slot in 0..<table.tableSize { append(numbers[table.member(ofSlot: slot)]) }
    settings = [
      ("seed", NginxLuaText.unsigned(table.seed)), ("slots", "\(table.tableSize)"),
    ]
  }

  private mutating func write(_ jump: JumpHash, _ numbers: [UInt32]) {
    let owners = jump.ownersOfSlots
    bytes.reserveCapacity(bytes.count + owners.count * 4)
    // A vacant slot has the largest number.
    for owner in owners { append(owner < 0 ? .max : numbers[Int(owner)]) }
    settings = [("seed", NginxLuaText.unsigned(jump.seed)), ("slots", "\(owners.count)")]
  }

  private mutating func write(_ rendezvous: RendezvousHash, _ members: [Int]) {
    let nodes = rendezvous.nodes
    // The members by weight, and by id among equal ones.
    let order = members.enumerated().filter { nodes[$0.element].isAvailable }
      .sorted { a, b in
        let (first, second) = (nodes[a.element].weight, nodes[b.element].weight)
        return first != second ? first > second : a.offset < b.offset
      }
    for member in order { append(RendezvousHash.scorePart(of: nodes[member.element].id)) }
    for member in order { append(nodes[member.element].weight.bitPattern) }
    for member in order { append(UInt32(member.offset)) }
    let isEven = Set(order.map { nodes[$0.element].weight }).count == 1
    settings = [
      ("seed", NginxLuaText.unsigned(rendezvous.seed)), ("candidates", "\(order.count)"),
      ("even", "\(isEven)"),
    ]
  }

  // MARK: Bytes

  private mutating func append(_ value: UInt64) {
    append(UInt32(truncatingIfNeeded: value))
    append(UInt32(truncatingIfNeeded: value >> 32))
  }

  private mutating func append(_ value: UInt32) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value >> 16))
    bytes.append(UInt8(truncatingIfNeeded: value >> 24))
  }
}
