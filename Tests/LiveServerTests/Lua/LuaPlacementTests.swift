import ConsistentHashing
import ProxyProfiles
import Testing

/// With `--engine lua` every key goes where `chash lookup` says, in the nginx and the Lua module of the system.
extension LiveServers {
  @Suite(.needsLua) struct LuaPlacements {
    static let shapes =
      LuaShape.all([
        .equal(3), .equal(100),
        Shape("weights 1 to 5, one down", weights: [1, 2, 3, 4, 5], down: [2]),
        Shape("two of six draining", weights: [1, 3, 1, 2, 1, 1], draining: [1, 4]),
      ]) + LuaShape.withOptions + [LuaShape(algorithm: "jump", shape: .spelled)]

    @Test(arguments: shapes) func everyRequestGoesWhereChashSays(shape: LuaShape) async throws {
      try await Self.requests(shape, by: .header, Keys.make(for: .header))
    }

    /// The bytes of a key are the same to `chash` and to the program, wherever a request carries it.
    @Test(arguments: RequestKey.inRequests) func everyKeyIsHashedAsItIsSent(source: RequestKey)
      async throws
    {
      let shape = LuaShape(
        algorithm: "rendezvous", shape: Shape("four servers", weights: [1, 2, 1, 1]))
      // Keys of every length: XXH3 has a way of its own for each range of them.
      let lengths = (1...600).map { length in
        Array(repeating: UInt8(ascii: "/"), count: 1)
          + (1..<max(length, 2)).map { UInt8(ascii: "a") + UInt8($0 * length % 26) }
      }
      let known = Set(lengths)
      let keys = lengths + Keys.make(for: source, seed: 9).filter { !known.contains($0) }
      try await Self.requests(shape, by: source, Array(Set(keys)))
    }

    private static func requests(_ shape: LuaShape, by source: RequestKey, _ keys: [[UInt8]])
      async throws
    {
      try await Backends.run(shape.shape, .http) { plain in
        try await withTemporaryFolder { folder in
          let topology = shape.topology(plain)
          let trial = try Trial(topology, key: source, in: folder)
          let placements = try await trial.placements(of: keys)
          let upstream = try await trial.upstream(.http, keepalive: 32, engine: "lua")
          let answers = try await Front.http(
            including: upstream, modules: try LuaModule.directives()
          ) { front in
            try await blocking { try HTTPClient(front: front.address).ask(keys, by: source) }
          }
          #expect(answers.count == placements.count && answers.count >= 19_000)
          let differences = zip(placements, answers).compactMap { placement, answer in
            let server = placement.order.first ?? "none"
            let expected = Response(status: 200, tried: [server], body: server)
            return expected == answer
              ? nil : Difference(key: placement.key, expected: "\(expected)", got: "\(answer)")
          }
          expectNone(differences, of: answers.count, topology.document(key: source))
        }
      }
    }

    /// A request without the key goes where the empty key goes, like all others without it.
    @Test(arguments: LuaShape.algorithms) func theEmptyKeyIsAKey(algorithm: String) async throws {
      let shape = LuaShape(algorithm: algorithm, shape: .equal(7))
      try await Backends.run(shape.shape, .http) { plain in
        try await withTemporaryFolder { folder in
          let trial = try Trial(shape.topology(plain), key: .cookie, in: folder)
          let nodes = trial.topology.servers.map { Node(id: NodeID($0.id), address: $0.address) }
          let selector = try RuleCatalogue.all.selector(
            for: PlacedCluster(
              try Cluster(nodes: nodes), ConsistentHashing.Placement(rule: algorithm)))
          let place = nodes[try #require(selector.index(for: ""))].address
          let upstream = try await trial.upstream(.http, engine: "lua")
          let answers = try await Front.http(
            including: upstream, modules: try LuaModule.directives()
          ) { front in
            try await blocking {
              try HTTPClient(front: front.address).ask(
                Array(repeating: RequestKey.none.request(for: []), count: 50)
                  + [RequestKey.cookie.request(for: [])])
            }
          }
          #expect(answers.map(\.body) == Array(repeating: place, count: 51))
        }
      }
    }
  }
}
