import Testing

/// Sessions that follow their list, while the algorithm changes from nginx's own to those of this library.
extension LiveServers {
  @Suite(.needsLua) struct LuaLists {
    @Test func theAlgorithmChangesAndNoSessionMoves() async throws {
      try await SessionFleet.withFleet(of: 6, engine: "lua") { fleet in
        try await fleet.running(0..<6) {
          var native = fleet
          native.engine = "native"
          let first = try fleet.document(Array(0..<5), session: "{ follow: list }")
          var generations = [SessionClients(200)]
          try await native.routing(first, with: .nginx) { router in
            _ = try await generations[0].ask(router)
          }
          var document = first
          for (step, event) in [
            ["--to-algorithm", "maglev"], ["--add", "app-5=\(fleet.address(5))"],
            ["--to-algorithm", "jump"], ["--weight", "app-0=2", "--to-algorithm", "ketama"],
            ["--to-algorithm", "rendezvous"], ["--to-algorithm", "nginx"],
          ].enumerated() {
            let folder = fleet.folder["step-\(step)"]
            try await fleet.chash(["rollout", document, "--folder", folder] + event)
            document = folder + "/1.yaml"
            // The last list is nginx's own again, and the earlier ones are not.
            let withoutLua = try await fleet.chash.run("generate", "nginx", document)
            #expect(withoutLua.status == 1, "step \(step)")
            try await fleet.routing(document, with: .nginx) { router in
              for generation in generations.indices {
                let round = try await generations[generation].ask(router)
                #expect(round == .init(), "step \(step), clients of step \(generation)")
              }
              var clients = SessionClients(200)
              let begun = try await clients.ask(router)
              #expect(begun == .init(renewed: Array(0..<200)))
              let ids = try clients.clients.map { try #require($0.id) }
              let places = try await fleet.places(of: ids, in: document)
              #expect(places == clients.clients.map(\.server), "step \(step)")
              generations.append(clients)
            }
          }
          #expect(generations.count == 7)
        }
      }
    }
  }
}
