import ConsistentHashing
import ProxyProfiles
import Testing

/// python-memcached sends every key where the profile says.
extension LiveServers {
  @Suite(.needs(.pythonMemcached)) struct PythonMemcachedPlacements {
    static let keys = MemcachedKeys.make()

    /// Weights of servers, and the positions of those that are dead.
    static let shapes: [(weights: [Int], dead: Set<Int>)] = [
      ([1], []), ([1, 1, 1], []), (Array(repeating: 1, count: 10), []),
      ([1, 2, 3, 4, 50, 7], []), (Array(repeating: 1, count: 100), []),
      // More places than the default hash has values.
      ([30_000, 1, 5_000], []),
      ([1, 1, 1], [1]), ([1, 2, 3, 4, 50, 7], [0, 4]),
      // So few are up that ten attempts often find none.
      (Array(repeating: 1, count: 10), [0, 1, 2, 3, 5, 6, 7, 8, 9]),
    ]

    @Test(arguments: ["cmemcache", "crc32"], shapes.indices)
    func everyKeyGoesWhereTheProfileSays(hash: String, shape: Int) async throws {
      let (weights, dead) = Self.shapes[shape]
      let nodes = weights.enumerated().map { index, weight in
        Node(
          address: "10.0.0.\(index + 1):11211", weight: Double(weight),
          state: dead.contains(index) ? .down : .up)
      }
      let answers = try await PythonMemcachedPicks.answers(nodes, hash: hash, for: Self.keys)
      let selector = try Self.selector(nodes, hash)
      let differences = zip(Self.keys, answers).compactMap { key, answer in
        let expected = selector.index(for: key) ?? -1
        return answer == expected
          ? nil : Difference(key: key, expected: "\(expected)", got: "\(answer)")
      }
      expectNone(differences, of: Self.keys.count, "\(hash), \(weights), dead \(dead)")
      // That there are keys without a server is a part of the rule.
      if dead.isEmpty || dead.count == 9 { #expect(answers.contains(-1) == !dead.isEmpty) }
    }

    /// The tests above ask for the server of a key; this one stores keys, where two addresses refuse.
    @Test func everyKeyIsStoredWhereTheProfileSays() async throws {
      let kinds: [MemcachedServers.Kind] = [.tcp, .refusing, .tcp, .tcp, .tcp, .refusing]
      try await MemcachedServers.run(kinds) { servers in
        let nodes = zip(servers.addresses, kinds).map { address, kind in
          var node = Node(address: address.inDocument, weight: 2)
          if case .refusing = kind { node.state = .down }
          return node
        }
        let answers = try await PythonMemcachedPicks.answers(
          nodes, hash: "cmemcache", for: Self.keys, stores: true)
        #expect(answers.allSatisfy { $0 == 1 })
        try await servers.expectStored(
          Self.keys, where: Self.selector(nodes, "cmemcache"), "\(nodes)")
      }
    }

    private static func selector(_ nodes: [Node], _ hash: String) throws -> any NodeSelector {
      try PlacementRule.pythonMemcached.selector(
        for: Cluster(nodes: nodes), options: ["hash": hash])
    }
  }
}
