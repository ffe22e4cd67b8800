import ConsistentHashing
import ConsistentHashingTesting
import Extending
import Testing

@Suite struct ModuloHashTests {
  /// The promises of the rule, as the library's own rules are checked.
  @Test func keepsItsPromises() {
    let report = conformance(of: .modulo, seeds: [1, 2])
    #expect(report.violations == [])
    #expect(report.runs.count > 10)
  }

  @Test func standsInTheCatalogue() throws {
    let placed = PlacedCluster(
      try Cluster(nodes: ["a:1", Node(address: "b:1", weight: 2)]),
      Placement(rule: "house-modulo", options: ["seed": "7"]))
    let selector = try houseCatalogue().selector(for: placed)
    for number in 0..<100 {
      let hash = XXH64.hash("key-\(number)", seed: 7)
      #expect(selector.index(for: "key-\(number)") == (hash % 3 == 0 ? 0 : 1))
    }
  }
}
