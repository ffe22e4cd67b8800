import Testing

/// Sessions with the engines split-clients and njs.
extension LiveServers {
  @Suite struct ChoosingSessions {
    static let count = 300
    static let engines = [
      ChoosingEngine.split, ChoosingEngine(engine: "njs", algorithm: "maglev"),
    ].filter { $0.engine != "njs" || ScriptModule.isExpected }

    @Test(arguments: engines, Sessions.versions)
    func sessionsStay(engine: ChoosingEngine, nginx: Program) async throws {
      try await SessionFleet.withFleet(
        of: 6, algorithm: engine.algorithm, engine: engine.engine
      ) { fleet in
        var clients = SessionClients(Self.count)
        var ids: [String] = []
        let five = try fleet.document(Array(0..<5))
        try await fleet.running(0..<6) {
          try await fleet.routing(five, with: nginx) { router in
            let first = try await clients.ask(router)
            #expect(first == .init(renewed: Array(0..<Self.count)))
            ids = try clients.clients.map { try #require($0.id) }
            let places = try await fleet.places(of: ids, in: five)
            #expect(places == clients.clients.map(\.server))
            let second = try await clients.ask(router, posting: true)
            #expect(second == .init())
          }
          let six = try fleet.document(Array(0..<6), [1: "state: drain"])
          try await fleet.routing(six, with: nginx) { router in
            let round = try await clients.ask(router)
            #expect(round == .init(), "a new server and one that drains move nobody")
            var others = SessionClients(Self.count)
            _ = try await others.ask(router)
            let othersIDs = try others.clients.map { try #require($0.id) }
            let places = try await fleet.places(of: othersIDs, in: six)
            #expect(places == others.clients.map(\.server))
          }
        }
        // One dies: its sessions go to the next of their preference, once, and stay there.
        let mine = clients.clients.indices.filter { clients.clients[$0].server == fleet.address(2) }
        try #require(mine.count > 10)
        let preferences = try await fleet.preferences(of: ids, in: five, 3)
        try await fleet.routing(five, with: nginx) { router in
          try await fleet.running([0, 1, 3, 4]) {
            let round = try await clients.ask(router, posting: true)
            #expect(round == .init(moved: mine, renewed: mine))
            #expect(mine.allSatisfy { clients.clients[$0].server == preferences[$0][1] })
          }
          try await fleet.running(0..<5) {
            let round = try await clients.ask(router)
            #expect(round == .init(), "nobody goes back")
          }
          // Those that moved are at their second choice. It dies as well as the first: the third has them.
          try await fleet.running([0, 1, 3, 4].filter { $0 != 4 }) {
            let lost = clients.clients.indices.filter {
              clients.clients[$0].server == fleet.address(4)
            }
            let round = try await clients.ask(router)
            #expect(round == .init(moved: lost, renewed: lost))
            let dead = [fleet.address(2), fleet.address(4)]
            let expected = lost.map { index in
              preferences[index].first { !dead.contains($0) }
            }
            #expect(lost.map { clients.clients[$0].server } == expected)
          }
        }
      }
    }

    /// A request that must not be repeated ends at the first server that may have begun with it, also when
    /// that is the second one.
    @Test(arguments: engines) func whatMayNotBeRepeatedEnds(engine: ChoosingEngine) async throws {
      try await SessionFleet.withFleet(
        of: 3, algorithm: engine.algorithm, engine: engine.engine
      ) { fleet in
        let document = try fleet.document([0, 1, 2])
        try await fleet.routing(document, with: .nginx) { router in
          var clients = SessionClients(Self.count)
          try await fleet.running([0, 1, 2]) { _ = try await clients.ask(router) }
          let ids = try clients.clients.map { try #require($0.id) }
          let preferences = try await fleet.preferences(of: ids, in: document, 3)
          // The first server refuses, the second ends connections, the third answers.
          let chain = (0..<3).map { fleet.address($0) }
          try await fleet.running([2]) {
            try await fleet.running([1], returning: "444") {
              let round = try await clients.ask(router, posting: true)
              let isPost: (Int) -> Bool = { $0.isMultiple(of: 2) }
              let reached = clients.clients.indices.filter { index in
                preferences[index].first { $0 != chain[0] } == chain[1]
              }
              #expect(round.failed == reached.filter(isPost))
              #expect(!round.failed.isEmpty)
            }
          }
        }
      }
    }

    @Test(arguments: engines) func sessionsOfKeysFollowThem(engine: ChoosingEngine) async throws {
      try await SessionFleet.withFleet(
        of: 4, algorithm: engine.algorithm, engine: engine.engine
      ) { fleet in
        try await fleet.running(0..<4) {
          var clients = SessionClients(Self.count)
          for servers in [Array(0..<3), Array(0..<4)] {
            let document = try fleet.document(servers, session: "{ follow: key }")
            try await fleet.routing(document, with: .nginx) { router in
              _ = try await clients.ask(router)
              let ids = try clients.clients.map { try #require($0.id) }
              let places = try await fleet.places(of: ids, in: document)
              #expect(places == clients.clients.map(\.server))
            }
          }
        }
      }
    }
  }
}
