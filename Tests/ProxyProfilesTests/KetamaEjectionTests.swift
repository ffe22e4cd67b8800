import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// Where keys go as servers are ejected one after the other, on rings whose points go by weight: the ring
/// that is built anew each time says it.
@Suite struct KetamaEjectionTests {
  @Test(arguments: [
    "twemproxy-ketama", "libmemcached-ketama-weighted", "libmemcached-spy-weighted",
  ])
  func walksFollowRingsThatAreBuiltAnew(name: String) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let rule = try RuleCatalogue.all.rule(named: name)
    // Few servers are walked in another way than many.
    for count in [2, 9, 140] {
      let nodes = (0..<count).map { number in
        Node(
          address: "10.0.\(number / 100).\(number % 100):11211",
          weight: Double(Int.random(in: 1...(number % 3 == 0 ? 9 : 3), using: &random)))
      }
      let selector = try rule.selector(for: Cluster(nodes: nodes))
      for number in 0..<4 {
        let key = "user:\(number):\(UInt16.random(in: 0 ... .max, using: &random))"
        let order = Array(selector.preference(for: key))
        #expect(Set(order).count == count, "seed \(seed), \(count) servers, key \(key)")
        for step in 0..<count where step < 20 || step > count - 5 || step % 16 == 0 {
          let gone = Set(order[..<step])
          let left = nodes.indices.filter { !gone.contains($0) }
          let rebuilt = try rule.selector(for: Cluster(nodes: left.map { nodes[$0] }))
          let expected = rebuilt.index(for: key).map { left[$0] }
          #expect(
            order[step] == expected, "seed \(seed), \(count) servers, key \(key), step \(step)")
        }
      }
    }
  }
}
