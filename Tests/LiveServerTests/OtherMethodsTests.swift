import ConsistentHashing
import ProxyProfiles
import Testing

/// nginx's other methods that hash: what they pick, and whom they try next.
extension LiveServers {
  @Suite struct OtherMethods {
    static let shapes = [
      Shape.equal(3), .equal(10), .equal(100),
      Shape("weights 1 to 5", weights: [1, 2, 3, 4, 5]),
      Shape(
        "four of ten refuse, one is down", weights: [1, 2, 1, 3, 1, 1, 2, 1, 1, 1], down: [2],
        refusing: [1, 3, 5, 8]),
    ]

    /// Requests that leave the hash for round robin are left out.
    @Test(arguments: shapes)
    func hashTriesThePreference(shape: Shape) async throws {
      try await Self.hash(shape)
    }

    static func hash(_ shape: Shape, of program: Program = .nginx) async throws {
      try await Backends.run(shape, .http) { topology in
        let keys = Keys.make(for: .header, seed: 7)
        let answers = try await Self.drive(topology, "hash $http_x_key;", program) { front in
          try HTTPClient(front: front).ask(keys, by: .header)
        }
        try Self.expectTrails(answers, keys, topology, .nginxHash)
      }
    }

    @Test(arguments: shapes)
    func ipHashTriesThePreference(shape: Shape) async throws {
      try await Self.ipHash(shape)
    }

    static func ipHash(_ shape: Shape, of program: Program = .nginx) async throws {
      try await Backends.run(shape, .http) { topology in
        let sources = Keys.sources(seed: 7)
        let answers = try await Self.drive(topology, "ip_hash;", program) { front in
          try HTTPClient(front: front).ask(from: sources)
        }
        try Self.expectTrails(
          answers, sources.map { Array($0.host.utf8) }, topology, .nginxIPHash)
      }
    }

    @Test(arguments: [
      ["0.05%", "12.34%", "40.01%", "*"], ["33.33%", "33.33%", "33.34%"],
      Array(repeating: "1%", count: 60), ["*"],
    ])
    func splitClientsTakesThePart(percents: [String]) async throws {
      try await Self.splitClients(percents)
    }

    static func splitClients(_ percents: [String], of program: Program = .nginx) async throws {
      let keys = Keys.make(for: .header, seed: 8)
      let nodes = percents.indices.map {
        Node(address: "10.0.0.1:\($0 + 1)", properties: ["percent": percents[$0]])
      }
      let selector = try PlacementRule.nginxSplitClients.selector(for: Cluster(nodes: nodes))
      let parts = percents.indices.map { "\(percents[$0]) part\($0);" }.joined(separator: "\n")
      let answers = try await NginxProcess.withNginx(program) { _ in
        let host = IPv4Address(127, 0, 0, 2)
        let address = host.with(port: try LoopbackPorts.free(on: [host]))
        let blocks = NginxBlocks(
          http: """
            split_clients $http_x_key $part { \(parts) }
            server { listen \(address); return 200 "$part"; }
            """)
        return (blocks, address)
      } _: { _, address in
        try await blocking { try HTTPClient(front: address).ask(keys, by: .header) }
      }
      let differences = zip(keys, answers).compactMap { key, answer in
        let expected = selector.index(for: key).map { "part\($0)" } ?? ""
        return answer.body == expected
          ? nil : Difference(key: key, expected: expected, got: answer.body)
      }
      expectNone(differences, of: keys.count, parts)
    }

    private static func drive(
      _ topology: Topology, _ method: String, _ program: Program,
      _ ask: @escaping @Sendable (IPv4Address) throws -> [Response]
    ) async throws -> [Response] {
      try await withTemporaryFolder { folder in
        let lines = topology.servers.map { server in
          let down = server.state == .up ? "" : " down"
          return "server \(server.address) weight=\(server.weight) max_fails=0\(down);\n"
        }
        let upstream = try folder.write(
          "upstream \(Topology.name) {\n\(method)\n\(lines.joined())}\n", to: "upstream.conf")
        return try await Front.http(including: upstream, of: program) { front in
          try await blocking { try ask(front.address) }
        }
      }
    }

    private static func expectTrails(
      _ answers: [Response], _ keys: [[UInt8]], _ topology: Topology, _ rule: PlacementRule,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let nodes = topology.servers.map { server in
        Node(
          id: NodeID(server.shown), address: server.address, weight: Double(server.weight),
          state: server.state == .up ? .up : .down)
      }
      let selector = try rule.selector(for: Cluster(nodes: nodes))
      var decided = 0
      var differences: [Difference] = []
      #expect(answers.count == keys.count, sourceLocation: sourceLocation)
      for (key, answer) in zip(keys, answers) {
        let preference = selector.preference(for: key.span)
        let placement = Placement(key: key, order: preference.map { nodes[$0].id.text })
        let tries = placement.tries(refusing: topology.refusing)
        guard let last = tries.last, !topology.refusing.contains(last) else {
          // All that the hash names refuse: what comes is round robin's.
          continue
        }
        decided += 1
        let expected = Response(status: 200, tried: tries, body: last)
        if answer != expected {
          differences.append(Difference(key: key, expected: "\(expected)", got: "\(answer)"))
        }
      }
      expectNone(
        differences, of: keys.count, "\(rule.name) of \(topology.servers)",
        sourceLocation: sourceLocation)
      #expect(decided > keys.count * 9 / 10, sourceLocation: sourceLocation)
    }
  }
}
