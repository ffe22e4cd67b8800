import Foundation
import Subprocess
import Testing

/// A rollout on nginx: what leaves drains, its log says how many sessions it has, and it goes when they have
/// ended.
extension LiveServers {
  @Suite struct Rollouts {
    @Test func aServerGoesWhenItsSessionsHaveEnded() async throws {
      try await SessionFleet.withFleet(of: 5) { fleet in
        try await fleet.running(0..<5) {
          let document = try fleet.document(Array(0..<4))
          let steps = fleet.folder["steps"]
          let plan = try await fleet.chash(
            "rollout", document, "--remove", "app-1", "--add", "app-4=\(fleet.address(4))",
            "--folder", steps)
          #expect(
            String(decoding: plan, as: UTF8.self) == """
              step 1: app-4 joins, app-1 drains
                      no session moves
              step 2: app-1 leaves
                      wait until the sessions of app-1 have ended

              """)

          var clients = SessionClients(200)
          let log = fleet.folder["log"]
          try await fleet.routing(document, loggingTo: log) { router in
            _ = try await clients.ask(router)
          }
          let there = clients.clients.count { $0.server == fleet.address(1) }
          try #require(there > 10)
          try await fleet.routing(steps + "/1.yaml", loggingTo: log) { router in
            let round = try await clients.ask(router)
            #expect(round == .init(), "nobody moves")
          }
          let before = try await Self.rollout(fleet, "1h")
          #expect(before.status == 2)
          #expect(
            before.output.contains("app-1: \(there) sessions, the last request 2"),
            "\(before.output)")

          // The clients of that server stay away until their sessions have ended, and the others go on.
          try await Task.sleep(for: .seconds(1.2))
          var others = SessionClients(50)
          try await fleet.routing(steps + "/1.yaml", loggingTo: log) { router in
            _ = try await others.ask(router)
          }
          #expect(others.clients.allSatisfy { $0.server != fleet.address(1) })
          let after = try await Self.rollout(fleet, "1s")
          #expect(
            after.status == 0 && after.output.contains("app-1: no session\n"), "\(after.output)")

          let kept = clients.clients
          try await fleet.routing(steps + "/2.yaml", loggingTo: log) { router in
            let round = try await clients.ask(router)
            #expect(round.moved == kept.indices.filter { kept[$0].server == fleet.address(1) })
          }
        }
      }
    }

    private static func rollout(_ fleet: SessionFleet, _ idle: String) async throws
      -> (status: Int32, output: String)
    {
      let result = try await fleet.chash.run(
        "rollout", fleet.folder["steps"] + "/1.yaml", "--remove", "app-1", "--log",
        fleet.folder["log"],
        "--log-format", SessionFleet.logFormat, "--idle", idle)
      return (result.status, String(decoding: result.output, as: UTF8.self))
    }
  }
}
