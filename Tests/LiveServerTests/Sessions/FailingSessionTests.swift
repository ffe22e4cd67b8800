import Testing

/// Servers that fail in the middle of a request, and those that are slow.
extension LiveServers {
  @Suite struct FailingSessions {
    static let count = 120
    static let victim = 1

    /// The clients of the victim, after their first requests.
    private static func clients(_ fleet: SessionFleet, _ router: HTTPClient) async throws
      -> (all: SessionClients, ofVictim: [Int])
    {
      var clients = SessionClients(count)
      try await fleet.running([victim]) { _ = try await clients.ask(router) }
      let mine = clients.clients.indices.filter {
        clients.clients[$0].server == fleet.address(victim)
      }
      try #require(mine.count > 10)
      return (clients, mine)
    }

    /// A server that closes a connection without an answer may have begun with the request.
    @Test(arguments: Sessions.versions) func onlyWhatMayBeRepeatedGoesOn(nginx: Program)
      async throws
    {
      try await SessionFleet.withFleet(of: 3) { fleet in
        try await fleet.running([0, 2]) {
          try await fleet.routing(try fleet.document([0, 1, 2]), with: nginx) { router in
            var (clients, mine) = try await Self.clients(fleet, router)
            var round = SessionClients.Round()
            try await fleet.running([Self.victim], returning: "444") {
              // A new client whose request fails is not led there by a cookie.
              var others = SessionClients(60)
              let first = try await others.ask(router, postingAll: true)
              #expect(!first.failed.isEmpty)
              #expect(first.renewed == (0..<60).filter { !first.failed.contains($0) })
              round = try await clients.ask(router, posting: true)
            }
            // Clients with even numbers have sent a POST.
            #expect(round.failed == mine.filter { $0.isMultiple(of: 2) })
            #expect(round.moved == mine.filter { !$0.isMultiple(of: 2) })
            #expect(round.renewed == round.moved)
            // The server lives, and so do the sessions of those whose request failed.
            try await fleet.running([Self.victim]) {
              round = try await clients.ask(router, posting: true)
            }
            #expect(round == .init())
          }
        }
      }
    }

    /// A server that takes its time keeps its sessions; the client gets an error.
    @Test(arguments: Sessions.versions) func slowServersKeepTheirSessions(nginx: Program)
      async throws
    {
      try await SessionFleet.withFleet(of: 3) { fleet in
        try await fleet.running([0, 2]) {
          let document = try fleet.document([0, 1, 2])
          let settings = "proxy_read_timeout 1s;"
          try await fleet.routing(document, with: nginx, settings: settings) { router in
            // Answers of a connection wait for each other, so few of them are on each.
            let router = HTTPClient(front: router.front, pipelined: 4)
            var (clients, mine) = try await Self.clients(fleet, router)
            var round = SessionClients.Round()
            do {
              // The system takes connections, and nobody answers.
              let silent = try Socket(
                listeningOn: Shape.address(Self.victim).with(port: fleet.port))
              round = try await clients.ask(router, posting: true)
              withExtendedLifetime(silent) {}
            }
            #expect(round == .init(failed: mine))
            try await fleet.running([Self.victim]) {
              round = try await clients.ask(router, posting: true)
            }
            #expect(round == .init())
          }
        }
      }
    }

    /// Nobody is sent to a server that gave no answer: the cookie stays as it was.
    @Test func allServersMayBeGone() async throws {
      try await SessionFleet.withFleet(of: 2) { fleet in
        try await fleet.routing(try fleet.document([0, 1]), with: .nginx) { router in
          var clients = SessionClients(20)
          let all = Array(0..<20)
          let first = try await clients.ask(router)
          #expect(first == .init(failed: all), "no cookie for an answer of nginx itself")
          try await fleet.running([0, 1]) { _ = try await clients.ask(router) }
          let cookies = clients.clients.map(\.cookie)
          let gone = try await clients.ask(router, posting: true)
          #expect(gone == .init(failed: all))
          #expect(clients.clients.map(\.cookie) == cookies)
        }
      }
    }
  }
}
