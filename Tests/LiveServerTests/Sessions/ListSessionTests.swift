import Testing

/// Sessions that follow their list: each stays where the list of its first request placed it.
extension LiveServers {
  @Suite struct ListSessions {
    static let count = 400

    /// Makes the steps of a change, and returns the documents.
    private static func steps(
      _ fleet: SessionFleet, _ document: String, _ event: String..., in folder: String
    ) async throws -> [String] {
      let path = fleet.folder[folder]
      let plan = String(
        decoding: try await fleet.chash(["rollout", document, "--folder", path] + event),
        as: UTF8.self)
      let count = plan.split(separator: "\n").count { $0.hasPrefix("step ") }
      return (0..<count).map { "\(path)/\($0 + 1).yaml" }
    }

    /// Routers come and go as well: each is a process of its own, which knows the document and the history
    /// beside it.
    @Test(arguments: Sessions.versions) func sessionsStayWhereTheirListPlacedThem(nginx: Program)
      async throws
    {
      try await SessionFleet.withFleet(of: 11) { fleet in
        try await fleet.running(0..<11) {
          var old = SessionClients(Self.count)
          let ten = try fleet.document(
            Array(0..<10), session: "{ follow: list, secret: 0123456789abcdef }")
          try await fleet.routing(ten, with: nginx) { router in
            let first = try await old.ask(router)
            #expect(first == .init(renewed: Array(0..<Self.count)))
            let again = try await old.ask(router, posting: true)
            #expect(again == .init())
          }
          let ids = try old.clients.map { try #require($0.id) }
          #expect(try await fleet.places(of: ids, in: ten) == old.clients.map(\.server))
          #expect(Set(old.clients.map(\.token)).count == 1, "one list, one name")

          // A server joins and another one drains.
          let steps = try await Self.steps(
            fleet, ten, "--add", "app-10=\(fleet.address(10))", "--remove", "app-3", in: "first")
          try #require(steps.count == 2)
          var new = SessionClients(Self.count)
          try await fleet.routing(steps[0], with: nginx) { router in
            let round = try await old.ask(router)
            #expect(round == .init(), "nobody moves, nobody gets a cookie")
            _ = try await new.ask(router)
          }
          let newIDs = try new.clients.map { try #require($0.id) }
          #expect(try await fleet.places(of: newIDs, in: steps[0]) == new.clients.map(\.server))
          #expect(new.clients.contains { $0.server == fleet.address(10) })
          #expect(new.clients.allSatisfy { $0.server != fleet.address(3) })
          #expect(new.clients.first?.token != old.clients.first?.token)

          // It leaves: its own sessions go to the next of their preference by the old list.
          let before = old.clients
          let orphans = before.indices.filter { before[$0].server == fleet.address(3) }
          #expect(orphans.count > 10)
          let preferences = try await fleet.preferences(
            of: orphans.map { ids[$0] }, in: ten, 2)
          try await fleet.routing(steps[1], with: nginx) { router in
            let round = try await old.ask(router)
            #expect(round == .init(moved: orphans))
            #expect(orphans.map { old.clients[$0].server } == preferences.map(\.last))
            let others = try await new.ask(router)
            #expect(others == .init())
          }

          // The weights, and then the algorithm.
          let heavier = try await Self.steps(
            fleet, steps[1], "--weight", "app-1=3", "--weight", "app-5=2", in: "second")
          try #require(heavier.count == 1)
          let text = fleet.folder.text(of: "second/1.yaml").replacing(
            "algorithm: nginx\n", with: "algorithm: nginx-hash\n")
          let target = try fleet.folder.write(text, to: "modulo.yaml")
          let modulo = try await Self.steps(fleet, heavier[0], "--to", target, in: "third")
          try #require(modulo.count == 1)
          for document in heavier + modulo {
            try await fleet.routing(document, with: nginx) { router in
              let round1 = try await old.ask(router)
              #expect(round1 == .init(), "\(document)")
              let round2 = try await new.ask(router)
              #expect(round2 == .init(), "\(document)")
              var newest = SessionClients(100)
              _ = try await newest.ask(router)
              let ids = try newest.clients.map { try #require($0.id) }
              #expect(
                try await fleet.places(of: ids, in: document) == newest.clients.map(\.server))
            }
          }
        }
      }
    }

    /// A dead server's sessions go to the next one while it is away, and the hash brings them back.
    @Test(arguments: Sessions.versions) func theNextServerTakesOverMeanwhile(nginx: Program)
      async throws
    {
      try await SessionFleet.withFleet(of: 5) { fleet in
        let victim = 2
        let five = try fleet.document(Array(0..<5), session: "{ follow: list }")
        var clients = SessionClients(Self.count)
        try await fleet.running((0..<5).filter { $0 != victim }) {
          try await fleet.running([victim]) {
            try await fleet.routing(five, with: nginx) { router in _ = try await clients.ask(router)
            }
          }
          let before = clients.clients
          let orphans = before.indices.filter { before[$0].server == fleet.address(victim) }
          #expect(orphans.count > 10)
          try await fleet.routing(five, with: nginx) { router in
            let round = try await clients.ask(router, posting: true)
            #expect(round == .init(moved: orphans))
            let ids = try orphans.map { try #require(before[$0].id) }
            let preferences = try await fleet.preferences(of: ids, in: five, 2)
            #expect(preferences.map(\.last) == orphans.map { clients.clients[$0].server })
          }
          try await fleet.running([victim]) {
            try await fleet.routing(five, with: nginx) { router in
              let round = try await clients.ask(router)
              #expect(round == .init(moved: orphans))
              #expect(clients.clients.map(\.server) == before.map(\.server))
            }
          }
        }
      }
    }

    /// The log says when a list may go, and it goes without moving anybody.
    @Test func aListGoesWhenItsSessionsHaveEnded() async throws {
      try await SessionFleet.withFleet(of: 4) { fleet in
        try await fleet.running(0..<4) {
          var old = SessionClients(200)
          let three = try fleet.document(Array(0..<3), session: "{ follow: list }")
          let log = fleet.folder["log"]
          try await fleet.routing(three, loggingTo: log) { router in _ = try await old.ask(router) }
          let steps = try await Self.steps(
            fleet, three, "--add", "app-3=\(fleet.address(3))", in: "steps")
          try #require(steps.count == 1)
          let before = old.clients
          try await fleet.routing(steps[0], loggingTo: log) { router in
            let round = try await old.ask(router)
            #expect(round == .init())
          }
          let ids = try before.map { try #require($0.id) }
          let placesNow = try await fleet.places(of: ids, in: steps[0])
          let needing = before.indices.filter { before[$0].server != placesNow[$0] }
          #expect(needing.count > 10)
          let (status, output) = try await Self.dropping(fleet, steps[0], log, idle: "1h")
          #expect(status == 0)
          #expect(
            output.contains(" stays: \(needing.count) sessions, the last request 2"), "\(output)")
          #expect(fleet.folder.bytes(of: "gone/1.yaml").isEmpty, "nothing to do yet")

          // Those who need it stay away until their sessions have ended.
          try await Task.sleep(for: .seconds(1.2))
          var others = SessionClients(50)
          try await fleet.routing(steps[0], loggingTo: log) { router in
            _ = try await others.ask(router)
          }
          let (status2, output2) = try await Self.dropping(fleet, steps[0], log, idle: "1s")
          #expect(status2 == 0 && output2.contains(" goes: no session lives by it"), "\(output2)")
          let kept = others.clients
          try await fleet.routing(fleet.folder["gone"] + "/1.yaml", loggingTo: log) { router in
            let round = try await others.ask(router)
            #expect(round == .init())
            #expect(others.clients.map(\.cookie) == kept.map(\.cookie))
            // A cookie of the list that has gone is placed anew, and says so.
            let late = try await old.ask(router)
            #expect(late == .init(moved: needing, renewed: Array(0..<200)))
            #expect(old.clients.map(\.server) == placesNow)
          }
        }
      }
    }

    private static func dropping(
      _ fleet: SessionFleet, _ document: String, _ log: String, idle: String
    ) async throws -> (status: Int32, output: String) {
      let result = try await fleet.chash.run(
        "rollout", document, "--to", document, "--log", log, "--log-format",
        SessionFleet.logFormat, "--idle", idle, "--folder", fleet.folder["gone"])
      return (result.status, String(decoding: result.output, as: UTF8.self))
    }
  }
}
