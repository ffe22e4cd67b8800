import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// All small cases of what the conformance checks sample.
@Suite struct ExhaustiveTests {
  static let monotone = ["ketama", "jump", "rendezvous"]

  private static func selector(_ name: String, _ nodes: [Node], slots: [[Int]]? = nil) throws
    -> any HashedSelector
  {
    switch name {
    case "ketama": try KetamaRing(nodes: nodes, virtualNodes: 8)
    case "jump": try JumpHash(Cluster(nodes: nodes, slots: slots, slotCount: slots.map { _ in 6 }))
    case "rendezvous": try RendezvousHash(nodes: nodes)
    default: try MaglevTable(nodes: nodes, tableSize: 31)
    }
  }

  private static let hashes: [UInt64] = {
    var generator = SeededGenerator(seed: 11)
    return [0, .max] + (0..<60).map { _ in generator.next() }
  }()

  /// Every set of up to six nodes: a key's node in a set is the first of its preference among all
  /// six that is in the set, which implies every order of additions and removals.
  @Test(arguments: monotone)
  func allSubsetsOfSixAgree(_ name: String) throws {
    let nodes = (0..<6).map { Node(address: "node-\($0)") }
    let all = try Self.selector(name, nodes)
    let preferences = Self.hashes.map { Array(all.preference(forHash: $0)) }
    var failures: [String] = []
    for subset in 1..<64 {
      let members = (0..<6).filter { subset & (1 << $0) != 0 }
      let part = try Self.selector(
        name, members.map { nodes[$0] }, slots: members.map { [$0] })
      for (hash, preference) in zip(Self.hashes, preferences) {
        let order = part.preference(forHash: hash).map { members[$0] }
        if order != preference.filter(members.contains)
          || order.first != members[part.index(forHash: hash)]
        {
          failures.append("\(members), hash \(hash)")
        }
      }
    }
    #expect(failures == [])
  }

  /// The same set of six with every set of them down: nobody else's keys move, for Maglev as well.
  @Test(arguments: monotone + ["maglev"])
  func allSubsetsOfSixDownAgree(_ name: String) throws {
    let nodes = (0..<6).map { Node(address: "node-\($0)") }
    let all = try Self.selector(name, nodes)
    let preferences = Self.hashes.map { Array(all.preference(forHash: $0)) }
    var failures: [String] = []
    for subset in 1..<64 {
      let degraded = nodes.indices.map { index in
        var node = nodes[index]
        if subset & (1 << index) == 0 { node.state = .down }
        return node
      }
      let part = try Self.selector(name, degraded)
      let up = HealthMask((0..<6).map { subset & (1 << $0) != 0 })
      for (hash, preference) in zip(Self.hashes, preferences) {
        let left = preference.filter { subset & (1 << $0) != 0 }
        if Array(part.preference(forHash: hash)) != left || part.index(forHash: hash) != left[0]
          || all.index(forHash: hash, among: up) != left[0]
        {
          failures.append("up \(subset), hash \(hash)")
        }
      }
    }
    #expect(failures == [])
  }

  /// All weights from 0 to 3 of three nodes, and every step of one weight from there: keys move
  /// towards the node that grows, and no other.
  @Test(arguments: monotone)
  func allWeightsOfThreeAreMonotone(_ name: String) throws {
    var failures: [String] = []
    for code in 1..<64 {
      let weights = [code & 3, code >> 2 & 3, code >> 4]
      let nodes = weights.enumerated().map { Node(address: "n\($0)", weight: Double($1)) }
      let cluster = try Cluster(nodes: nodes)
      let rule = try RuleCatalogue.native.rule(named: name)
      let before = try #require(try rule.selector(for: cluster) as? any HashedSelector)
      for grown in 0..<3 where weights[grown] < 3 {
        let after = try #require(
          try rule.selector(
            for: cluster.settingWeight(of: nodes[grown].id, to: Double(weights[grown] + 1)))
            as? any HashedSelector)
        for hash in Self.hashes {
          let (from, to) = (before.index(forHash: hash), after.index(forHash: hash))
          if from != to, to != grown { failures.append("\(weights), \(grown) grows, hash \(hash)") }
          if weights[from] == 0 { failures.append("\(weights): hash \(hash) goes to \(from)") }
        }
      }
    }
    #expect(failures == [])
  }
}
