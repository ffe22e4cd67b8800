import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct NginxMaglevTests {
  /// The slots by the definition: nodes take turns, each at its next free slot.
  private static func textbook(_ ids: [String], _ weights: [Double]) -> [Int] {
    let size = 10_000
    let coprime = (1..<size).filter { $0 % 2 != 0 && $0 % 5 != 0 }
    var next = ids.map { Int(XXH3.hash($0, seed: 0) % UInt64(size)) }
    let skips = ids.map { coprime[Int(XXH3.hash($0, seed: 1) % UInt64(coprime.count))] }
    let sum = weights.reduce(0, +)
    let shares = weights.map { $0 / sum }
    let largest = shares.max() ?? 0
    var targets = [Double](repeating: 0, count: ids.count)
    var slots = [Int](repeating: -1, count: size)
    var left = size
    var turn = 0.0
    while left > 0 {
      turn += 1
      for node in ids.indices where left > 0 && turn * shares[node] >= targets[node] {
        targets[node] += largest
        while slots[next[node]] >= 0 { next[node] = (next[node] + skips[node]) % size }
        slots[next[node]] = node
        left -= 1
      }
    }
    return slots
  }

  @Test(arguments: [
    [1, 1, 1], [1], [3, 1, 2, 2.5, 0.5], Array(repeating: 1, count: 100),
    (1...40).map { Double($0) },
  ])
  func fillsTheTableOfTheDefinition(weights: [Double]) throws {
    // In the order of ids, whatever the order of the list.
    let ids = weights.indices.map { "n\($0 + 100)" }
    let nodes = zip(ids, weights).map { Node(id: NodeID($0), address: "\($0):80", weight: $1) }
    let selector = try NginxMaglev(Cluster(nodes: nodes.reversed()))
    let slots = Self.textbook(ids, weights)
    let different = slots.indices.filter { slot in
      selector.preference(ofSlot: slot, limit: 1).map { selector.nodes[$0].id.text }
        != [ids[slots[slot]]]
    }
    #expect(different.isEmpty, "\(different.count) slots differ, such as \(different.prefix(5))")
  }

  /// The order after the first: the nodes met along the table, from its end on from its beginning.
  @Test func thePreferenceGoesAlongTheTable() throws {
    let ids = (0..<7).map { "n\($0)" }
    let nodes = ids.map {
      Node(id: NodeID($0), address: "\($0):80", state: $0 == "n3" ? .down : .up)
    }
    let selector = try NginxMaglev(Cluster(nodes: nodes))
    let slots = Self.textbook(ids, Array(repeating: 1, count: 7))
    var different: [Int] = []
    for slot in slots.indices {
      var order: [Int] = []
      for step in slots.indices where order.count < 7 {
        let node = slots[(slot + step) % 10_000]
        if !order.contains(node) { order.append(node) }
      }
      let hash = UInt64(NginxSlots.lastHash(ofSlot: slot))
      let left = order.filter { $0 != 3 }
      if selector.preference(ofSlot: slot, limit: 9) != left
        || Array(selector.preference(forHash: hash)) != left
        || selector.index(forHash: hash) != left.first
      {
        different.append(slot)
      }
    }
    #expect(different.isEmpty, "\(different.count) slots differ, such as \(different.prefix(5))")
  }

  /// The rule `nginx-split-clients`, which real servers confirm, finds the groups and the slots in them.
  @Test func slotsAreThePartsOfSplitClients() throws {
    func split(_ percents: [String]) throws -> NginxSplitClients {
      let nodes = percents.enumerated().map { position, percent in
        Node(address: "10.0.0.1:\(position + 1)", properties: ["percent": percent])
      }
      return try NginxSplitClients(Cluster(nodes: nodes))
    }
    let groups = try split(Array(repeating: "20%", count: 4) + ["*"])
    let inGroups = try (0..<5).map { group in
      try split(
        Array(repeating: "20%", count: group) + Array(repeating: "0.01%", count: 1999) + ["*"])
    }
    var hashes: [UInt32] = [0, .max]
    for slot in 0..<NginxSlots.count - 1 {
      let last = NginxSlots.lastHash(ofSlot: slot)
      hashes += [last, last + 1]
    }
    var random = SplitMix(state: 5)
    for _ in 0..<20_000 { hashes.append(UInt32.random(in: 0 ... .max, using: &random)) }
    var different: [UInt32] = []
    for hash in hashes {
      let key = undoMurmur2(hash)
      guard let group = groups.index(for: key.span),
        let part = inGroups[group].index(for: key.span)
      else {
        different.append(hash)
        continue
      }
      if NginxSlots.slot(hash) != group * 2000 + part - group { different.append(hash) }
    }
    #expect(different.isEmpty, "\(different.count) hashes differ, such as \(different.prefix(5))")
    #expect(NginxSlots.slot(0) == 0)
    #expect(NginxSlots.slot(.max) == 9999)
  }

  /// Members that are too light for a slot come last.
  @Test func lightNodesComeLast() throws {
    let nodes = [
      Node(id: "heavy", address: "10.0.0.1:80", weight: 1e9),
      Node(id: "b", address: "10.0.0.2:80"), Node(id: "a", address: "10.0.0.3:80"),
    ]
    let selector = try NginxMaglev(Cluster(nodes: nodes))
    let last = selector.preference(ofSlot: 17, limit: 3)
    #expect(Set(last) == [0, 1, 2])
    #expect(last.first == 0 || selector.keySpace().shares(nodeCount: 3)?.nodes[0] ?? 0 > 0.999)
  }

  @Test func refusesMoreNodesThanSlots() throws {
    let nodes = (0...10_000).map { Node(address: "10.\($0 >> 8).\($0 & 255).1:80") }
    let most = try NginxMaglev(Cluster(nodes: Array(nodes.dropLast())))
    #expect(most.keySpace().shares(nodeCount: 10_000)?.nodes.allSatisfy { $0 > 0 } == true)
    let error = #expect(throws: ClusterError.self) { try NginxMaglev(Cluster(nodes: nodes)) }
    #expect(error?.problem == "the table has 10000 slots, and there are 10001 nodes")
  }
}
