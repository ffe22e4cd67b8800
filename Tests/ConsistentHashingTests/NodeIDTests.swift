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
    for rule in RuleCatalogue.native {
      let selector = try rule.selector(for: Cluster(nodes: nodes))
      let choices = Set((0..<100).map { selector.index(for: "key-\($0)") })
      #expect(choices == [0, 1], "\(rule.name)")
    }
  }

  @Test func anIDIsItsAddressUnlessGiven() {
    #expect(Node(address: "10.0.0.1:80").id == "10.0.0.1:80")
    #expect(("10.0.0.1:80" as Node).id == "10.0.0.1:80")
    #expect(Node(id: "web", address: "10.0.0.1:80").id == "web")
  }
}
