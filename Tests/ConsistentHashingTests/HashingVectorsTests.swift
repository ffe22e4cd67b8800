import ConsistentHashing
import Foundation
import Testing

/// The vectors that `docs/hashing.md` publishes are what the code computes.
///
/// To write the file anew after adding vectors, set `UPDATE_VECTORS=1`. A value that changes is a
/// broken promise, not an update.
@Suite struct HashingVectorsTests {
  static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "docs/vectors/native-1.json")

  @Test func publishedVectorsAreWhatTheCodeComputes() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let computed = try encoder.encode(try Vectors())
    if ProcessInfo.processInfo.environment["UPDATE_VECTORS"] == "1" {
      try computed.write(to: Self.file)
    }
    let published = try Data(contentsOf: Self.file)
    #expect(published == computed, "docs/vectors/native-1.json differs from the code")
  }
}

private func hex(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

private func hex(_ bytes: [UInt8]) -> String {
  bytes.map { String(format: "%02x", $0) }.joined()
}

private let keys: [[UInt8]] = {
  let texts = ["", "a", "alice", "bob", "10.0.0.1", "session-0000000042", "été"]
  let bytes: [[UInt8]] = [[0x00], [0xFF, 0xFE, 0x80], Array(repeating: 0x78, count: 300)]
  return texts.map { Array($0.utf8) } + bytes + (0..<30).map { Array("key-\($0)".utf8) }
}()

private struct Vectors: Encodable {
  var version = 1
  var keyHashes: [KeyHashVector] = []
  var rehashes: [RehashVector] = []
  var negativeLogarithms: [NegativeLogarithmVector] = []
  var jumps: [JumpVector] = []
  var selections: [Selection] = []

  struct KeyHashVector: Encodable {
    var key: String
    var seed: UInt64
    var hash: String
  }

  struct RehashVector: Encodable {
    var hash: String
    var sequence: [String]
  }

  struct NegativeLogarithmVector: Encodable {
    var score: String
    var unitBits: String
    var resultBits: String
  }

  struct JumpVector: Encodable {
    var hash: String
    var slots: Int
    var slot: Int
  }

  /// A cluster, and where keys go in it.
  struct Selection: Encodable {
    var algorithm: String
    var options: [String: Int]
    var nodes: [NodeVector]
    /// Of a ring the first points in order, as value and id.
    var firstPoints: [PointVector]?
    /// Of Maglev the whole table, if it is small.
    var table: [String]?
    var preferences: [PreferenceVector]
  }

  struct NodeVector: Encodable {
    var id: String
    var weight: Double
    var state: String
    var slots: [Int]?
  }

  struct PointVector: Encodable {
    var value: String
    var id: String
  }

  struct PreferenceVector: Encodable {
    var key: String
    var ids: [String]
  }

  init() throws {
    for seed: UInt64 in [0, 1, 0xFFFF_FFFF_FFFF_FFFF] {
      for key in keys.prefix(12) {
        keyHashes.append(
          KeyHashVector(key: hex(key), seed: seed, hash: hex(XXH3(seed: seed).hash(key.span))))
      }
    }
    for hash: UInt64 in [0, 1, 0x0123_4567_89AB_CDEF, .max] {
      rehashes.append(
        RehashVector(hash: hex(hash), sequence: (0..<6).map { hex(RehashSequence(hash)[$0]) }))
    }
    var generator = SplitMix(state: 1)
    var scores: [UInt64] = [
      0, 1 << 11, 1 << 63, (1 << 63) - 1, .max, .max - (1 << 11), 0x5E2D_58D8_B3BC_DF1A,
      // A C library's logarithm differs here, or another order of operations does.
      0xEAC9_A44B_EEC2_F451, 0xA584_8767_FA5B_ECA2, 0xAB70_5582_83FC_6470, 0xB054_D333_365C_A281,
    ]
    for _ in 0..<50 { scores.append(generator.next()) }
    for _ in 0..<10 { scores.append(generator.next() >> 30) }
    for score in scores {
      let unit = NegativeLogarithm.unit(score)
      negativeLogarithms.append(
        NegativeLogarithmVector(
          score: hex(score), unitBits: hex(unit.bitPattern),
          resultBits: hex(NegativeLogarithm.value(unit).bitPattern)))
    }
    for slots in [1, 2, 3, 10, 100, 1000, 65_536, 2_147_483_647] {
      for _ in 0..<5 {
        let hash = generator.next()
        jumps.append(
          JumpVector(
            hash: hex(hash), slots: slots, slot: JumpHash.slot(forHash: hash, count: slots)))
      }
    }
    // Dividing last gives another slot here.
    jumps.append(
      JumpVector(
        hash: "928ebac2def441cb", slots: 2_147_483_647,
        slot: JumpHash.slot(forHash: 0x928E_BAC2_DEF4_41CB, count: 2_147_483_647)))
    try addSelections()
    try addCorners()
  }

  private mutating func addSelections() throws {
    let equal = ["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080", "a", "node é"].enumerated()
      .map { position, id in Node(id: NodeID(id), address: "10.9.0.\(position + 1):80") }
    let weighted = [
      Node(id: "w1", address: "10.9.0.1:80", weight: 1),
      Node(id: "w2", address: "10.9.0.2:80", weight: 2),
      Node(id: "w7", address: "10.9.0.3:80", weight: 7),
      Node(id: "w2b", address: "10.9.0.4:80", weight: 2),
      Node(id: "drained", address: "10.9.0.5:80", weight: 0),
      Node(id: "down", address: "10.9.0.6:80", weight: 3, state: .down),
    ]
    let fractional = [
      Node(id: "tenth", address: "10.9.0.1:80", weight: 0.1),
      Node(id: "half", address: "10.9.0.2:80", weight: 0.5),
      Node(id: "third", address: "10.9.0.3:80", weight: 1.0 / 3),
      Node(id: "half-2", address: "10.9.0.4:80", weight: 0.5),
    ]
    let many = (0..<50).map { Node(id: NodeID("node-\($0)"), address: "10.9.1.\($0):80") }
    let slotted = [
      Node(id: "s-a", address: "10.9.0.1:80", weight: 2),
      Node(id: "s-b", address: "10.9.0.2:80"),
      Node(id: "s-c", address: "10.9.0.3:80", weight: 3, state: .down),
      Node(id: "s-d", address: "10.9.0.4:80"),
    ]
    let slots = [[0, 3], [5], [2, 7, 8], [11]]
    for nodes in [equal, weighted, fractional, many] {
      try addRing(nodes, virtualNodes: 160)
      try addRing(nodes, virtualNodes: 1)
      try addRendezvous(nodes)
      try addMaglev(nodes, tableSize: 53)
      try addMaglev(nodes, tableSize: 65_537)
    }
    for nodes in [equal, weighted, many] { try addJump(nodes) }
    try addJump(slotted, slots: slots)
    try addJump(slotted, slots: slots, count: 400)
  }

  /// Clusters that tell the rules from what they might be mistaken for.
  private mutating func addCorners() throws {
    func nodes(_ weights: [(String, Double)]) -> [Node] {
      weights.enumerated().map {
        Node(id: NodeID($1.0), address: "10.9.2.\($0):80", weight: $1.1)
      }
    }
    // Ids as short as these made points collide under a rule that hashed id and j together.
    try addRing(nodes([("a", 1), ("b", 1), ("db1", 1), ("db2", 1), ("db3", 1)]), virtualNodes: 160)
    // Rounding of the number of points: half up, not to even.
    try addRing(nodes([("half-up", 1.5), ("half-up-2", 2.5), ("one", 1)]), virtualNodes: 1)
    // Maglev's weights: t · (w/W), not (t·w)/W; ≥, not >; turns from 1; W summed in id order.
    for weights in [
      [(4, 4.0), (0, 4), (2, 0.3), (3, 0.4), (1, 8)],
      [(5, 3.0), (6, 1), (3, 6), (4, 7), (0, 7), (2, 0.7), (1, 0.7)],
      [(0, 4.0), (3, 0.5), (2, 8), (1, 0.1)],
      [(1, 0.7), (0, 6.0), (6, 0.1), (5, 0.3), (4, 3), (3, 0.2), (2, 7)],
    ] {
      try addMaglev(nodes(weights.map { ("node-\($0.0)", $0.1) }), tableSize: 53)
    }
    var mixed = nodes([("up", 1), ("draining", 2), ("off", 2), ("up-2", 3), ("zero", 0)])
    mixed[1].state = .drain
    mixed[2].state = .down
    for nodes in [mixed, nodes([("alone", 1)])] {
      try addRing(nodes, virtualNodes: 160)
      try addRendezvous(nodes)
      try addMaglev(nodes, tableSize: 7)
      try addJump(nodes)
    }
    try addMaglev(nodes([("x", 1), ("y", 1)]), tableSize: 2)
    // The largest weight leaves no slot to the smallest.
    try addMaglev(nodes([("a-large", 1_000_000), ("b", 1), ("c", 1)]), tableSize: 3)
    try addJump(nodes([("n0", 2), ("n1", 1), ("n2", 0)]), count: 17)
    add(try KetamaRing(nodes: mixed, seed: 42), "ketama", ["seed": 42])
    add(try RendezvousHash(nodes: mixed, seed: 42), "rendezvous", ["seed": 42])
    add(try MaglevTable(nodes: mixed, seed: 42), "maglev", ["seed": 42])
    add(try JumpHash(nodes: mixed, seed: 42), "jump", ["seed": 42])
  }

  private mutating func addRing(_ nodes: [Node], virtualNodes: Int) throws {
    let ring = try KetamaRing(nodes: nodes, virtualNodes: virtualNodes)
    var points: [(value: UInt64, id: NodeID)] = []
    for node in nodes where node.isAvailable {
      for j in 0..<max(1, Int(Double(virtualNodes) * node.weight + 0.5)) {
        points.append(
          (XXH3.hash(littleEndian: UInt64(j), seed: XXH3.hash(node.id.text)), node.id))
      }
    }
    points.sort { ($0.value, $0.id) < ($1.value, $1.id) }
    add(ring, "ketama", ["virtual-nodes": virtualNodes]) { selection in
      selection.firstPoints = points.prefix(5).map {
        PointVector(value: hex($0.value), id: $0.id.text)
      }
    }
  }

  private mutating func addRendezvous(_ nodes: [Node]) throws {
    add(try RendezvousHash(nodes: nodes), "rendezvous", [:])
  }

  private mutating func addMaglev(_ nodes: [Node], tableSize: Int) throws {
    let table = try MaglevTable(nodes: nodes, tableSize: tableSize)
    add(table, "maglev", ["table-size": tableSize]) { selection in
      guard tableSize < 100, nodes.allSatisfy(\.isAvailable) else { return }
      // The middle of each slot's interval.
      selection.table = (0..<tableSize).map { slot in
        let hash = UInt64(slot) * (.max / UInt64(tableSize)) + .max / UInt64(tableSize) / 2
        return nodes[table.index(forHash: hash)].id.text
      }
    }
  }

  private mutating func addJump(_ nodes: [Node], slots: [[Int]]? = nil, count: Int? = nil) throws {
    add(
      try JumpHash(Cluster(nodes: nodes, slots: slots, slotCount: count)), "jump",
      count.map { ["slots": $0] } ?? [:], slots: slots)
  }

  private mutating func add(
    _ selector: some HashedSelector, _ algorithm: String, _ options: [String: Int],
    slots: [[Int]]? = nil,
    _ extend: (inout Selection) -> Void = { _ in }
  ) {
    var selection = Selection(
      algorithm: algorithm, options: options,
      nodes: selector.nodes.enumerated().map { position, node in
        NodeVector(
          id: node.id.text, weight: node.weight, state: node.state.rawValue,
          slots: slots?[position])
      },
      preferences: keys.map { key in
        PreferenceVector(
          key: hex(key),
          ids: selector.preference(for: key.span).map { selector.nodes[$0].id.text })
      })
    extend(&selection)
    selections.append(selection)
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014), for values that are spread and repeatable.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
