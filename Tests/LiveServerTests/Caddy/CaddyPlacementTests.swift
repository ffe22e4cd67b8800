import ConsistentHashing
import ProxyProfiles
import Testing

/// Caddy sends every key where the profile says.
extension LiveServers {
  @Suite(.needs(.caddy)) struct CaddyPlacements {
    /// How many keys are driven.
    static let count = 4_000

    static let header = ["policy": "header", "field": "X-Key"]

    @Test(arguments: [
      Shape.equal(3), .equal(100), .socketAmongThem,
      Shape("three of seven refuse", weights: Array(repeating: 1, count: 7), refusing: [1, 2, 5]),
    ])
    func headers(shape: Shape) async throws {
      try await compare(shape, Self.header, Self.keys(.header)) { front, keys in
        try HTTPClient(front: front).ask(keys, by: .header)
      }
    }

    @Test func targets() async throws {
      try await compare(.equal(10), ["policy": "uri_hash"], Self.keys(.uri)) { front, keys in
        try HTTPClient(front: front).ask(keys, by: .uri)
      }
    }

    /// Their escapes are undone, and all values count.
    @Test func parameters() async throws {
      let plain = Self.keys(.argument).filter { key in
        key.allSatisfy {
          $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: ";")
        }
      }
      let policy = ["policy": "query", "key": "k"]
      try await compare(
        .equal(10), policy, plain.map { $0 + Array(",second".utf8) }
      ) { front, _ in
        try HTTPClient(front: front).ask(plain, by: .argument)
      }
    }

    @Test(arguments: ["ip_hash", "client_ip_hash"])
    func addressesOfClients(policy: String) async throws {
      let sources = Array(Keys.sources().prefix(Self.count))
      let keys = sources.map { Array($0.host.utf8) }
      try await compare(.equal(10), ["policy": policy], keys) { front, _ in
        try HTTPClient(front: front).ask(from: sources)
      }
    }

    private static func keys(_ source: RequestKey) -> [[UInt8]] {
      Array(Keys.make(for: source).prefix(count))
    }

    /// Asks Caddy and the profile about the same keys.
    private func compare(
      _ shape: Shape, _ policy: [String: String], _ keys: [[UInt8]],
      sourceLocation: SourceLocation = #_sourceLocation,
      asking ask: @escaping @Sendable (IPv4Address, [[UInt8]]) throws -> [Response]
    ) async throws {
      try await Backends.run(shape, .http) { topology in
        let nodes = topology.servers.map {
          Node(address: $0.address, state: $0.refuses ? .down : .up)
        }
        let selector = try PlacementRule.caddy.selector(for: Cluster(nodes: nodes))
        let dials = topology.servers.map { server in
          server.address.hasPrefix("unix:")
            ? "unix/" + server.address.dropFirst(5) : server.address
        }
        let answers = try await CaddyProcess.run(dials, policy: policy) { front in
          try await blocking { try ask(front, keys) }
        }
        #expect(answers.count == keys.count, sourceLocation: sourceLocation)
        let differences = zip(keys, answers).compactMap { key, answer in
          let expected = selector.index(for: key).map { topology.servers[$0].shown } ?? "none"
          return answer.status == 200 && answer.body == expected
            ? nil : Difference(key: key, expected: expected, got: "\(answer.status) \(answer.body)")
        }
        expectNone(
          differences, of: keys.count, "\(policy) \(dials)", sourceLocation: sourceLocation)
        #expect(Set(answers.map(\.body)) == topology.answering, sourceLocation: sourceLocation)
      }
    }
  }
}
