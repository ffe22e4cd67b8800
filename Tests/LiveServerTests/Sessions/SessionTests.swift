import Testing

/// Sessions on nginx, with the configuration that `chash generate nginx --part site` writes.
extension LiveServers {
  @Suite struct Sessions {
    static let count = 400
    static let versions = [Program.nginx, .nginx131].filter(\.isExpected)

    /// The servers of all ids in a fleet.
    private static func byServer(_ clients: [SessionClients.Client]) -> [String: Int] {
      clients.reduce(into: [:]) { $0[$1.server ?? "", default: 0] += 1 }
    }

    /// Each router is a process of its own, which knows the document and nothing else.
    @Test(arguments: versions) func sessionsStayWhenServersComeAndGo(nginx: Program) async throws {
      try await SessionFleet.withFleet(of: 11) { fleet in
        try await fleet.running(0..<11) {
          var clients = SessionClients(Self.count)
          let ten = try fleet.document(Array(0..<10))
          try await fleet.routing(ten, with: nginx) { router in
            let first = try await clients.ask(router)
            #expect(first == .init(renewed: Array(0..<Self.count)), "a cookie for each client")
            let ids = try clients.clients.map { try #require($0.id) }
            #expect(Set(ids).count == Self.count)
            // The hash of the id placed the first request already.
            #expect(
              try await fleet.places(of: ids, in: ten) == clients.clients.map(\.server))
            let round1 = try await clients.ask(router)
            #expect(round1 == .init(), "the same server, no further cookie")
            let round2 = try await clients.ask(router, posting: true)
            #expect(round2 == .init())
          }
          #expect(Set(clients.clients.map(\.server)).count == 10, "all ten servers have sessions")

          let eleven = try fleet.document(Array(0..<11))
          try await fleet.routing(eleven, with: nginx) { router in
            let round3 = try await clients.ask(router)
            #expect(round3 == .init(), "nobody moves to the new server")
            var others = SessionClients(Self.count)
            _ = try await others.ask(router)
            let ids = try others.clients.map { try #require($0.id) }
            #expect(
              try await fleet.places(of: ids, in: eleven) == others.clients.map(\.server))
            #expect(Self.byServer(others.clients)[fleet.address(10), default: 0] > 0)
          }

          let draining = try fleet.document(
            Array(0..<11), [1: "state: drain", 4: "state: drain", 6: "weight: 0"])
          try await fleet.routing(draining, with: nginx) { router in
            let round4 = try await clients.ask(router)
            #expect(round4 == .init(), "a draining server keeps its sessions")
            var others = SessionClients(Self.count)
            _ = try await others.ask(router)
            let servers = Self.byServer(others.clients)
            for index in [1, 4, 6] { #expect(servers[fleet.address(index)] == nil) }
            #expect(servers.count == 8)
          }

          let gone = [1, 4]
          let left = try fleet.document((0..<11).filter { !gone.contains($0) })
          let before = clients.clients
          try await fleet.routing(left, with: nginx) { router in
            let round = try await clients.ask(router)
            let orphans = before.indices.filter { index in
              gone.contains { before[index].server == fleet.address($0) }
            }
            #expect(!orphans.isEmpty)
            #expect(round == .init(moved: orphans, renewed: orphans), "the orphans, and only they")
            let ids = try orphans.map { try #require(before[$0].id) }
            #expect(
              try await fleet.places(of: ids, in: left)
                == orphans.map { clients.clients[$0].server })
            let round5 = try await clients.ask(router)
            #expect(round5 == .init())
          }
          #expect(zip(before, clients.clients).allSatisfy { $0.id == $1.id }, "an id never changes")
        }
      }
    }

    /// The sessions of a dead server go to the first server of their preference that lives, whatever the
    /// method, and stay there when the server is back.
    @Test(arguments: versions) func theNextServerTakesOverAndKeeps(nginx: Program) async throws {
      try await SessionFleet.withFleet(of: 10) { fleet in
        let victim = 3
        let document = try fleet.document(Array(0..<10))
        var clients = SessionClients(Self.count)
        try await fleet.running((0..<10).filter { $0 != victim }) {
          try await fleet.routing(document, with: nginx) { router in
            try await fleet.running([victim]) {
              _ = try await clients.ask(router)
              let round6 = try await clients.ask(router, posting: true)
              #expect(round6 == .init())
            }
            let before = clients.clients
            let round = try await clients.ask(router, posting: true)
            let orphans = before.indices.filter { before[$0].server == fleet.address(victim) }
            #expect(orphans.count > 10)
            #expect(round == .init(moved: orphans, renewed: orphans))
            let ids = try orphans.map { try #require(before[$0].id) }
            let preferences = try await fleet.preferences(of: ids, in: document, 2)
            #expect(preferences.allSatisfy { $0.first == fleet.address(victim) })
            #expect(preferences.map(\.last) == orphans.map { clients.clients[$0].server })
            let round7 = try await clients.ask(router, posting: true)
            #expect(round7 == .init())
            try await fleet.running([victim]) {
              let round8 = try await clients.ask(router, posting: true)
              #expect(round8 == .init(), "nobody goes back")
            }
          }
        }
      }
    }

    @Test(arguments: versions) func theIDAloneIsHashedWhereTheSessionFollowsTheKey(nginx: Program)
      async throws
    {
      try await SessionFleet.withFleet(of: 5) { fleet in
        try await fleet.running(0..<5) {
          var clients = SessionClients(Self.count)
          let four = try fleet.document(Array(0..<4), session: "{ follow: key, cookie: route }")
          try await fleet.routing(four, with: nginx) { router in
            _ = try await clients.ask(router)
            let round9 = try await clients.ask(router)
            #expect(round9 == .init())
          }
          #expect(clients.clients.allSatisfy { $0.token == nil && $0.id?.utf8.count == 32 })
          let five = try fleet.document(Array(0..<5), session: "{ follow: key }")
          let before = clients.clients
          try await fleet.routing(five, with: nginx) { router in
            let round = try await clients.ask(router)
            #expect(round.renewed.isEmpty && round.failed.isEmpty)
            let ids = try before.map { try #require($0.id) }
            #expect(try await fleet.places(of: ids, in: five) == clients.clients.map(\.server))
            #expect(round.moved.allSatisfy { clients.clients[$0].server == fleet.address(4) })
            #expect((40...120).contains(round.moved.count), "about a fifth: \(round.moved.count)")
          }
          // Ids stay when the session follows the server from now on.
          let pinned = try fleet.document(Array(0..<5))
          let ids = clients.clients.map(\.id)
          try await fleet.routing(pinned, with: nginx) { router in
            let round10 = try await clients.ask(router)
            #expect(round10 == .init(renewed: Array(0..<Self.count)))
            #expect(clients.clients.map(\.id) == ids)
            let round11 = try await clients.ask(router)
            #expect(round11 == .init())
          }
        }
      }
    }

    /// Cookies that no router made: the hash places them, and nobody is turned away.
    @Test(arguments: versions) func forgedCookiesChooseNoServer(nginx: Program) async throws {
      try await SessionFleet.withFleet(of: 5) { fleet in
        try await fleet.running(0..<5) {
          let session = "{ secret: 'one secret of the shop' }"
          let document = try fleet.document(Array(0..<4), session: session)
          let id = "0123456789abcdef0123456789abcdef"
          var known: [String: String] = [:]
          try await fleet.routing(document, with: nginx) { router in
            var clients = SessionClients(100)
            _ = try await clients.ask(router)
            for client in clients.clients { known[client.server ?? ""] = client.token }
            #expect(known.count == 4)

            // Whoever has a cookie may put another id before its server, and is where the cookie says.
            for (server, token) in known {
              let answer = try await Self.answer(router, "\(id).\(token)")
              #expect(answer.body == server && answer.cookies.isEmpty)
            }
            let place = try await fleet.places(of: [id], in: document)[0]
            let token = try #require(known[place])
            let forged = [
              "\(id)", "\(id).", "\(id).ffffffffffff", "\(id).\(token)0",
              "\(id).\(token.dropLast())",
            ]
            for cookie in forged {
              let answer = try await Self.answer(router, cookie)
              let isKept = cookie == id || cookie == "\(id).ffffffffffff"
              let minted = try #require(answer.cookies.first?.dropFirst(6).prefix(32))
              #expect(isKept == (minted == id), "\(cookie): \(answer)")
              let at = try await fleet.places(of: [String(minted)], in: document)[0]
              #expect(answer.status == 200 && answer.body == at, "\(cookie): \(answer)")
            }
            let hostile = [
              "", "x", "\(id.uppercased()).\(token)", "\(id) .\(token)", "\"\(id).\(token)\"",
              "$request_id", "..%2f..%2f", String(repeating: "a", count: 6000),
              "\(id).\(token).99999999999", "\(id).\(token).x", "\(id.dropLast())g.\(token)",
              "default", "~^", "\u{E9}\u{FFFD}", "\(id).\(token)\u{0}",
            ]
            for cookie in hostile {
              let answer = try await Self.answer(router, cookie)
              // nginx refuses a zero byte in a header itself.
              if answer.status == 400, cookie.hasSuffix("\u{0}") { continue }
              let minted = try #require(answer.cookies.first?.dropFirst(6).prefix(32), "\(cookie)")
              #expect(minted != id && minted.allSatisfy(\.isHexDigit), "\(cookie): \(answer)")
              let at = try await fleet.places(of: [String(minted)], in: document)[0]
              #expect(answer.status == 200 && answer.body == at, "\(cookie): \(answer)")
            }
            // Of two cookies with the name the first counts.
            let other = try #require(known.first { $0.key != place })
            let twice = try await Self.answer(router, "\(id).\(other.value); route=\(id).\(token)")
            #expect(twice.body == other.key)
          }
          // Another deployment with the same servers, and a server that is gone.
          let foreign = try fleet.document(
            Array(0..<4), session: "{ secret: 'another secret, not the shop' }")
          let three = try fleet.document(Array(1..<4), session: session)
          for document in [foreign, three] {
            try await fleet.routing(document, with: nginx) { router in
              for (server, token) in known where document == foreign || server == fleet.address(0) {
                let answer = try await Self.answer(router, "\(id).\(token)")
                let place = try await fleet.places(of: [id], in: document)[0]
                #expect(answer.body == place)
                #expect(answer.cookies.first?.hasPrefix("route=\(id).") == true)
              }
            }
          }
        }
      }
    }

    @Test func cookiesWithALifetimeAreRenewed() async throws {
      try await SessionFleet.withFleet(of: 3) { fleet in
        try await fleet.running(0..<3) {
          let document = try fleet.document(
            Array(0..<3), session: "{ lifetime: 3d, secure: 'true' }")
          try await fleet.routing(document, with: .nginx) { router in
            var clients = SessionClients(20)
            _ = try await clients.ask(router)
            let cookie = try #require(clients.clients[0].cookie)
            let parts = cookie.split(separator: ".").map(String.init)
            try #require(parts.count == 3)
            // Steps of 100 000 seconds, so that two of them fit three days.
            let answer = try await Self.answer(router, "\(parts[0]).\(parts[1]).12345")
            #expect(
              answer.cookies == [
                "route=\(cookie); Path=/; Max-Age=359200; HttpOnly; SameSite=Lax; Secure"
              ])
            #expect(answer.body == clients.clients[0].server)
            let round12 = try await clients.ask(router)
            #expect(round12 == .init())
          }
        }
      }
    }

    /// Clients that keep no cookies stay where the fallback says, and those that do are pinned there.
    @Test func theFallbackPlacesClientsWithoutCookies() async throws {
      try await SessionFleet.withFleet(of: 5) { fleet in
        try await fleet.running(0..<5) {
          let document = try fleet.document(
            Array(0..<5), session: "{ fallback: 'header:X-User' }")
          try await fleet.routing(document, with: .nginx) { router in
            let users = (0..<50).map { "user-\($0)" }
            let places = try await fleet.places(of: users, in: document)
            let requests = users.map {
              Array("GET / HTTP/1.1\r\nHost: live\r\nX-User: \($0)\r\n\r\n".utf8)
            }
            for _ in 0..<2 {
              let answers = try await blocking { try router.ask(requests) }
              #expect(answers.map(\.body) == places)
              #expect(answers.allSatisfy { $0.cookies.count == 1 })
            }
            // Without the header as well, each request is a new session.
            var others = SessionClients(200)
            _ = try await others.ask(router)
            let ids = try others.clients.map { try #require($0.id) }
            #expect(Set(ids).count == 200)
            #expect(Self.byServer(others.clients).count == 5)
            let round13 = try await others.ask(router)
            #expect(round13 == .init())
          }
        }
      }
    }

    private static func answer(_ router: HTTPClient, _ cookie: String) async throws -> Response {
      let answers = try await blocking { try router.ask([SessionClients.request(cookie: cookie)]) }
      return try #require(answers.first)
    }
  }
}
