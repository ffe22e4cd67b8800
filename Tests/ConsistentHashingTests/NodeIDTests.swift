import ConsistentHashing
import Testing

@Suite struct NodeIDTests {
  @Test func identityIsBytes() {
    let composed: NodeID = "caf\u{E9}"
    let decomposed: NodeID = "cafe\u{301}"
    #expect(composed.text == decomposed.text, "as texts they are equal")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, composed]).count == 2)
    #expect(decomposed < composed, "'e' is before the first byte of 'é'")
    #expect(!(composed < decomposed))
  }

  @Test func ordersByBytes() {
    let ids: [NodeID] = ["", "A", "B", "a", "aa", "ab", "b", "é", "\u{FFFD}", "\u{1F600}"]
    #expect(ids.reversed().sorted() == ids)
    #expect(NodeID("a").description == "a")
  }

  @Test func differentlyComposedIDsAreDifferentNodes() throws {
    let nodes = [
      Node(id: "caf\u{E9}", address: "a:1"), Node(id: "cafe\u{301}", address: "a:2"),
    ]
    for algorithm in Algorithm.native {
      let cluster = try Cluster(nodes: nodes, algorithm: algorithm.name)
      let selector = try algorithm.selector(for: cluster)
      let choices = Set((0..<100).map { selector.choice(for: "key-\($0)") })
      #expect(choices == [0, 1], "\(algorithm.name)")
    }
  }

  @Test func anIDIsItsAddressUnlessGiven() {
    #expect(Node(address: "10.0.0.1:80").id == "10.0.0.1:80")
    #expect(("10.0.0.1:80" as Node).id == "10.0.0.1:80")
    #expect(Node(id: "web", address: "10.0.0.1:80").id == "web")
  }
}
