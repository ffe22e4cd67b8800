import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct CaddyTests {
  /// Recorded from Caddy 2.11.7.
  @Test(arguments: try MemcacheTable.load("caddy"))
  func sendsKeysWhereCaddyDid(table: MemcacheTable) throws {
    let selector = try CaddyRendezvous(table.cluster())
    let different = try table.differences(from: selector)
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
  }

  /// Scores in the words of the rule: XXH64 of the address as Caddy dials it, and the key.
  @Test func preferenceFollowsScores() throws {
    let dials = [
      "10.0.0.1:80": "10.0.0.1:80", "10.0.0.2": "10.0.0.2:80", "app": "app:80",
      "[2001:db8::1]": "[2001:db8::1]:80", "[::1]:8080": "[::1]:8080",
      "unix:/run/app.sock": "unix//run/app.sock",
    ]
    let nodes = dials.keys.sorted().map { Node(address: $0) }
    let selector = try CaddyRendezvous(Cluster(nodes: nodes))
    for key in ["", "a", "user-1", String(repeating: "long", count: 500)] {
      let scores = nodes.map { node in
        XXH64().hash(Array(((dials[node.address] ?? "") + key).utf8).span)
      }
      let order = nodes.indices.sorted { scores[$0] > scores[$1] }
      #expect(selector.preference(for: key) == Preference(order, end: .everyNode))
      #expect(selector.index(for: key) == order.first)
    }
  }

  @Test func takesNoWeights() throws {
    let cluster = try Cluster(nodes: ["a:80", Node(address: "b:80", weight: 2)])
    #expect(throws: ClusterError.self) { try CaddyRendezvous(cluster) }
  }
}
