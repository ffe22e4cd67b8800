import Testing

/// Sessions that follow the server, placed by the algorithms of this library.
extension LiveServers {
  @Suite(.needsLua) struct LuaSessions {
    static let count = 300

    @Test(arguments: LuaShape.algorithms) func sessionsStay(algorithm: String) async throws {
      try await SessionFleet.withFleet(of: 6, algorithm: algorithm, engine: "lua") { fleet in
        try await fleet.running([0, 1, 2, 4, 5]) {
          var clients = SessionClients(Self.count)
          let victim = 3
          let all = try fleet.document(Array(0..<6), [5: "state: drain"])
          try await fleet.routing(all, with: .nginx) { router in
            try await fleet.running([victim]) {
              let first = try await clients.ask(router)
              #expect(first == .init(renewed: Array(0..<Self.count)), "a cookie for each client")
              let ids = try clients.clients.map { try #require($0.id) }
              let places = try await fleet.places(of: ids, in: all)
              #expect(places == clients.clients.map(\.server))
              #expect(!places.contains(fleet.address(5)), "a draining server gets no new session")
              let again = try await clients.ask(router, posting: true)
              #expect(again == .init())
            }
            let before = clients.clients
            let orphans = before.indices.filter { before[$0].server == fleet.address(victim) }
            #expect(orphans.count > 10)
            let round = try await clients.ask(router, posting: true)
            #expect(round == .init(moved: orphans, renewed: orphans), "the orphans, and only they")
            let ids = try orphans.map { try #require(before[$0].id) }
            let preferences = try await fleet.preferences(of: ids, in: all, 2)
            #expect(preferences.allSatisfy { $0.first == fleet.address(victim) })
            #expect(preferences.map(\.last) == orphans.map { clients.clients[$0].server })
            try await fleet.running([victim]) {
              let back = try await clients.ask(router, posting: true)
              #expect(back == .init(), "nobody goes back")
            }
          }
          // Another engine with the same document understands the cookies.
          try await fleet.running([victim]) {
            var native = fleet
            native.engine = "native"
            native.algorithm = "nginx"
            let document = try native.document(Array(0..<6))
            try await native.routing(document, with: .nginx) { router in
              let round = try await clients.ask(router)
              #expect(round == .init())
            }
          }
        }
      }
    }

    @Test func theFallbackPlacesClientsWithoutCookies() async throws {
      try await SessionFleet.withFleet(of: 4, algorithm: "maglev", engine: "lua") { fleet in
        try await fleet.running(0..<4) {
          let document = try fleet.document(
            Array(0..<4), session: "{ fallback: 'header:X-User' }")
          try await fleet.routing(document, with: .nginx) { router in
            let users = (0..<200).map { "user-\($0)" }
            let places = try await fleet.places(of: users, in: document)
            let requests = users.map {
              Array("GET / HTTP/1.1\r\nHost: live\r\nX-User: \($0)\r\n\r\n".utf8)
            }
            let answers = try await blocking { try router.ask(requests) }
            #expect(answers.map(\.body) == places)
            var clients = SessionClients(200)
            _ = try await clients.ask(router)
            let round = try await clients.ask(router)
            #expect(round == .init())
            let ids = try clients.clients.map { try #require($0.id) }
            let places2 = try await fleet.places(of: ids, in: document)
            #expect(places2 == clients.clients.map(\.server))
          }
        }
      }
    }
  }
}
