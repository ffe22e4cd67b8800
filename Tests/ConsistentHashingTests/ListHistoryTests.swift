import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// Lists of servers: when two are the same, and what becomes of an earlier one.
@Suite struct ListHistoryTests {
  private static func placed(
    _ nodes: [Node], rule: String = "rendezvous", options: [String: String] = [:],
    key: KeySource? = nil
  ) throws -> PlacedCluster {
    PlacedCluster(
      try Cluster(name: "shop", nodes: nodes), Placement(rule: rule, options: options, key: key))
  }

  private static let nodes: [Node] = [
    Node(id: "a", address: "10.0.0.1:80"), Node(id: "b", address: "10.0.0.2:80", weight: 2),
    Node(id: "c", address: "10.0.0.3:80"),
  ]

  private static func digest(_ placed: PlacedCluster) throws -> UInt64 {
    try placed.listDigest(in: .native)
  }

  @Test func whatDoesNotPlaceKeysDoesNotCount() throws {
    let digest = try Self.digest(Self.placed(Self.nodes))
    var down = Self.nodes
    down[1].state = .down
    var moved = Self.nodes
    moved[0].address = "10.9.9.9:1"
    moved[2].zone = "x"
    moved[2].properties = ["max-conns": "3"]
    for nodes in [down, moved, Self.nodes.reversed()] {
      #expect(try Self.digest(Self.placed(nodes)) == digest)
    }
    #expect(try Self.digest(Self.placed(Self.nodes, key: .uri)) == digest)
  }

  @Test func whatPlacesKeysCounts() throws {
    var digests: Set<UInt64> = [try Self.digest(Self.placed(Self.nodes))]
    var others: [PlacedCluster] = []
    for change in 0..<4 {
      var nodes = Self.nodes
      switch change {
      case 0: nodes[0].weight = 3
      case 1: nodes[0].id = "z"
      case 2: nodes[1].state = .drain
      default: nodes.removeLast()
      }
      others.append(try Self.placed(nodes))
    }
    others.append(try Self.placed(Self.nodes, options: ["seed": "1"]))
    others.append(try Self.placed(Self.nodes, rule: "ketama"))
    others.append(try Self.placed(Self.nodes, rule: "jump"))
    // Jump hashes to slots, which follow from the order.
    others.append(try Self.placed(Self.nodes.reversed(), rule: "jump"))
    for other in others { digests.insert(try Self.digest(other)) }
    #expect(digests.count == others.count + 1)
    #expect(throws: ClusterError.self) { try Self.digest(Self.placed(Self.nodes, rule: "none")) }
  }

  /// Two lists with one number place every key alike, whatever else is different.
  @Test(arguments: ["ketama", "jump", "rendezvous", "maglev"]) func equalNumbersPlaceAlike(
    rule: String
  ) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    var first: [UInt64: [NodeID]] = [:]
    var pairs = 0
    for _ in 0..<80 {
      var nodes = (0..<3).map { Node(id: NodeID("n\($0)"), address: "10.0.0.\($0 + 1):80") }
      for place in nodes.indices {
        nodes[place].weight = Double.random(in: 0..<1, using: &random) < 0.3 ? 2 : 1
        nodes[place].zone = Bool.random(using: &random) ? "z" : nil
        nodes[place].address = "10.0.\(Int.random(in: 0..<3, using: &random)).\(place):80"
      }
      if Bool.random(using: &random) { nodes[1].state = .drain }
      if Bool.random(using: &random) { nodes.reverse() }
      let list = try Self.placed(nodes, rule: rule)
      let selector = try RuleCatalogue.native.selector(for: list)
      let places = try (0..<200).map { key in
        selector.nodes[try #require(selector.index(for: "key \(key)"))].id
      }
      let digest = try Self.digest(list)
      if let others = first[digest] {
        pairs += 1
        let isAlike = places == others
        #expect(isAlike, "seed \(seed): \(nodes)")
      } else {
        first[digest] = places
      }
    }
    #expect(pairs > 5, "seed \(seed)")
  }

  @Test func aHistoryHasEachListOnce() throws {
    let lists = try (0..<3).map { count in try Self.placed(Array(Self.nodes.prefix(count + 1))) }
    func next(_ history: ListHistory, _ from: Int, _ to: Int, _ time: Int) throws -> ListHistory {
      try history.adding(lists[from], replacedBy: lists[to], at: time, in: .native)
    }
    var history = try next(ListHistory(), 0, 1, 100)
    history = try next(history, 1, 2, 200)
    #expect(history.entries.map(\.until) == [100, 200])
    #expect(history.entries.map(\.placed) == [lists[0], lists[1]])
    #expect(try next(history, 2, 2, 300) == history, "nothing has changed")
    // Back to a list that sessions still live by: its cookies name the present list again.
    let back = try next(history, 2, 0, 300)
    #expect(back.entries.map(\.placed) == [lists[1], lists[2]])
    // The clock was set back.
    let late = try next(history, 2, 0, 50)
    #expect(late.entries.map(\.until) == [200, 200])
    let keyed = try Self.placed(Self.nodes, key: .session(.standard))
    #expect(ListHistory.Entry(keyed, until: 1).placed == lists[2], "no key, and no secret")
  }

  @Test func anEarlierListKnowsWhatBecameOfItsNodes() throws {
    var old = Self.nodes
    old[1].state = .down
    old.append(Node(id: "d", address: "10.0.0.4:80", state: .drain))
    var now = Self.nodes
    now[0].state = .drain
    now[1].address = "10.0.9.2:80"
    now[1].weight = 9
    now.removeLast()
    let present = try Self.placed(now, rule: "jump", key: .uri)
    let list = try #require(try present.asReachable(Self.placed(old), in: .native))
    #expect(list.placement == Placement(rule: "rendezvous", key: .uri))
    #expect(list.nodes.map(\.state) == [.up, .up, .down, .drain])
    #expect(
      list.nodes.map(\.address) == ["10.0.0.1:80", "10.0.9.2:80", "10.0.0.3:80", "10.0.0.4:80"])
    #expect(list.nodes.map(\.weight) == [1, 2, 1, 1])
    now[1].state = .down
    let dead = try Self.placed(Array(now.dropFirst()) + [Node(id: "x", address: "10.0.0.9:80")])
    #expect(try dead.asReachable(Self.placed(old), in: .native) == nil, "nobody is left")
  }
}
