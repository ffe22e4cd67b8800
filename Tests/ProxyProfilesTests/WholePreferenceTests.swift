import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// Whole preferences of many nodes, which rules answer faster than step by step.
@Suite struct WholePreferenceTests {
  /// Nodes of weights that differ a little, or by orders of magnitude, so that the shares of those that
  /// are left change a lot.
  private static func nodes(_ count: Int, _ generator: inout SeededGenerator) -> [Node] {
    let largest = [1, 2, 10, 1000].randomElement(using: &generator) ?? 1
    return (0..<count).map {
      Node(
        address: "10.0.0.\($0):80", weight: Double(Int.random(in: 1...largest, using: &generator)))
    }
  }

  /// The program leaves a server out and picks anew: so does a selector of a cluster without it.
  @Test(arguments: ["twemproxy-modula", "varnish-hash"])
  func everyNodeIsWhereTheKeyGoesWithoutThoseBefore(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    // Few nodes are walked in another way than many.
    for seed: UInt64 in 1...8 {
      var generator = SeededGenerator(seed: seed)
      var nodes = Self.nodes(seed.isMultiple(of: 2) ? 24 : 150, &generator)
      if name == "varnish-hash", seed >= 7 { nodes[3].weight = 0.3 }
      let cluster = try Cluster(nodes: nodes)
      let selector = try rule.selector(for: cluster)
      for key in ["a", "session-\(seed)"] {
        var left = cluster
        for index in selector.preference(for: key) {
          let next = try rule.selector(for: left).index(for: key)
          #expect(next == index, "\(name), seed \(seed), \(key)")
          if index != next { break }
          guard left.nodes.filter({ $0.state == .up }).count > 1 else { break }
          left = try left.settingState(of: nodes[index].id, to: .down)
        }
        #expect(selector.preference(for: key).count == nodes.count)
      }
    }
  }

  /// More than 4096 nodes are sorted; the order among some of them is the one that those have alone, which
  /// are not.
  @Test(arguments: [
    "rendezvous", "mcrouter-rendezvous", "mcrouter-weighted-rendezvous", "pymemcache",
  ])
  func manyNodesHaveTheOrderOfFew(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    for isWeighted in [false, true] {
      let nodes = (0..<4200).map {
        Node(address: "n\($0):80", weight: isWeighted ? Double(1 + $0 % 4) / 4 : 1)
      }
      guard let all = try? rule.selector(for: Cluster(nodes: nodes)) else {
        #expect(isWeighted)
        continue
      }
      let some = try rule.selector(for: Cluster(nodes: Array(nodes[..<600])))
      let order = Array(all.preference(for: "key"))
      #expect(Set(order).count == nodes.count)
      #expect(order.filter { $0 < 600 } == Array(some.preference(for: "key")))
    }
  }
}
