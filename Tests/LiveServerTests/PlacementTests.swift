import Testing

/// Every key goes where `chash` says.
extension LiveServers {
  @Suite struct Placements {
    static let shapes = [
      Shape.equal(3), .equal(10), .equal(100),
      Shape("weights 1 to 5", weights: [1, 2, 3, 4, 5]),
      Shape("one of five down", weights: [1, 1, 1, 1, 1], down: [2]),
      .spelled,
      Shape("two of six draining", weights: [1, 3, 1, 2, 1, 1], draining: [1, 4]),
    ]

    /// Connections to the servers are kept open, as most installations do.
    @Test(arguments: shapes)
    func everyRequestGoesWhereChashSays(shape: Shape) async throws {
      try await Self.requests(shape)
    }

    static func requests(_ shape: Shape, of program: Program = .nginx) async throws {
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .header, in: folder)
          let keys = Keys.make(for: .header)
          let placements = try await trial.placements(of: keys)
          let upstream = try await trial.upstream(.http, keepalive: 32)
          let answers = try await Front.http(including: upstream, of: program) { front in
            try await blocking { try HTTPClient(front: front.address).ask(keys, by: .header) }
          }
          Self.expectSame(answers, placements, topology, .header)
        }
      }
    }

    @Test(arguments: shapes.dropLast())
    func everySessionGoesWhereChashSays(shape: Shape) async throws {
      try await Self.sessions(shape)
    }

    static func sessions(_ shape: Shape, of program: Program = .nginx) async throws {
      try await Backends.run(shape, .stream) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .remoteAddress, in: folder)
          let sources = Keys.sources()
          let placements = try await trial.placements(of: sources.map { Array($0.host.utf8) })
          let upstream = try await trial.upstream(.stream)
          let answers = try await Front.stream(including: upstream, of: program) { front in
            let received = try await blocking {
              try StreamClient(front: front.address).ask(from: sources)
            }
            let tried = front.triedBySource()
            return zip(sources, received).map { source, answer in
              Response(status: 200, tried: tried[source.host] ?? [], body: answer)
            }
          }
          Self.expectSame(answers, placements, topology, .remoteAddress)
        }
      }
    }

    /// The bytes of a key are the same to `chash` and to nginx, wherever a request carries it.
    @Test(arguments: RequestKey.inRequests.filter { $0 != .header })
    func everyKeySourceIsHashedAsItIsSent(source: RequestKey) async throws {
      let shape = Shape("four servers", weights: [1, 2, 1, 1])
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: source, in: folder)
          let keys = Keys.make(for: source)
          let placements = try await trial.placements(of: keys)
          let upstream = try await trial.upstream(.http, keepalive: 32)
          let answers = try await Front.http(including: upstream) { front in
            try await blocking { try HTTPClient(front: front.address).ask(keys, by: source) }
          }
          Self.expectSame(answers, placements, topology, source)
        }
      }
    }

    @Test func theAddressOfAnHTTPClientIsHashedAsText() async throws {
      let shape = Shape("four servers", weights: [1, 2, 1, 1])
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .remoteAddress, in: folder)
          let sources = Keys.sources(seed: 2)
          let placements = try await trial.placements(of: sources.map { Array($0.host.utf8) })
          let answers = try await Front.http(including: try await trial.upstream(.http)) { front in
            try await blocking { try HTTPClient(front: front.address).ask(from: sources) }
          }
          Self.expectSame(answers, placements, topology, .remoteAddress)
        }
      }
    }

    /// Expects that each key was answered at once by the server it belongs to, and that every server
    /// which is up had some.
    private static func expectSame(
      _ answers: [Response], _ placements: [Placement], _ topology: Topology, _ key: RequestKey,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(answers.count == placements.count, sourceLocation: sourceLocation)
      let differences = zip(placements, answers).compactMap { placement, answer in
        let server = placement.order.first ?? "none"
        let expected = Response(status: 200, tried: [server], body: server)
        return expected == answer
          ? nil : Difference(key: placement.key, expected: "\(expected)", got: "\(answer)")
      }
      expectNone(
        differences, of: answers.count, topology.document(key: key),
        sourceLocation: sourceLocation)
      #expect(Set(answers.map(\.body)) == topology.answering, sourceLocation: sourceLocation)
    }
  }
}
