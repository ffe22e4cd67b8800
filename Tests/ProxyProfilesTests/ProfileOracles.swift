import ConsistentHashing

/// Pseudorandom numbers from a seed, printed by the tests that fail.
struct Dice {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// A cluster of 1 to 12 nodes at different IPv4 addresses, with whole weights if they are weighted.
  mutating func cluster(weighted: Bool, down: Bool = false) throws -> Cluster {
    let count = 1 + below(12)
    var nodes: [Node] = []
    for index in 0..<count {
      let address = "10.\(below(200)).\(below(200)).\(index + 1):\(1024 + below(60_000))"
      nodes.append(
        Node(
          address: address, weight: weighted ? Double(1 + below(9)) : 1,
          state: down && index > 0 && below(3) == 0 ? .down : .up))
    }
    return try Cluster(nodes: nodes)
  }
}

/// Keys that are hashed as bytes: `key-0`, `key-1` and so on.
func sampleKeys(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("key-\($0)".utf8) } }

/// Clients at random addresses and ports.
func sampleClients(_ count: Int, _ dice: inout Dice) -> [[UInt8]] {
  (0..<count).map { _ in
    let port = 1024 + dice.below(60_000)
    return dice.below(3) > 0
      ? Array("\(1 + dice.below(220)).\(dice.below(256)).\(dice.below(256)).9:\(port)".utf8)
      : Array(
        "[2001:db8:\(String(dice.below(65_536), radix: 16))::\(String(dice.below(65_536), radix: 16))]:\(port)"
          .utf8)
  }
}

extension HashedSelector {
  /// What each hash chooses.
  func indices(forHashes hashes: some Sequence<UInt64>) -> [Int] {
    hashes.map { index(forHash: $0) }
  }
}

extension Preference {
  /// A preference that names every node.
  init(every indices: [Int]) { self.init(indices, end: .everyNode) }
}
