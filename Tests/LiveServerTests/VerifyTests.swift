import Foundation
import Testing

/// `chash verify` agrees with logs that a real nginx wrote.
extension LiveServers {
  @Suite struct Verification {
    static let format =
      #"$remote_addr [$time_local] "$request" "$http_x_key" $upstream_addr $status"#

    struct Report: Decodable {
      let requests: Int
      let agreeing: Int
      let verdicts: [String: Int]
    }

    /// Keys are any bytes, so the log has every kind of escape.
    @Test(arguments: [
      Shape.equal(3), Shape("weights 1 to 5", weights: [1, 2, 3, 4, 5]),
      Shape("one of ten down", weights: Array(repeating: 1, count: 10), down: [3]),
    ])
    func everyRequestAgrees(shape: Shape) async throws {
      let report = try await verify(shape)
      #expect(report.agreeing == report.requests)
      #expect(report.verdicts["agrees"] == report.requests)
    }

    /// Servers that refuse are tried first and set aside later.
    ///
    /// Neither is a disagreement without a reason.
    @Test(arguments: [
      Shape("one of ten refuses", weights: Array(repeating: 1, count: 10), refusing: [3]),
      Shape("two of six refuse", weights: [1, 2, 1, 3, 1, 1], refusing: [1, 3]),
    ])
    func refusalsAreExplained(shape: Shape) async throws {
      let report = try await verify(shape)
      #expect(report.agreeing < report.requests)
      #expect(report.verdicts["retried", default: 0] > 0)
      #expect(report.verdicts["skipped", default: 0] > 0)
      let explained = ["agrees", "retried", "skipped"].reduce(0) {
        $0 + report.verdicts[$1, default: 0]
      }
      #expect(explained == report.requests, "\(report)")
    }

    /// A list that is not the one that was running shows.
    @Test func anotherListShows() async throws {
      let report = try await verify(.equal(5)) { $0.servers.removeLast() }
      let unknown = report.verdicts["unknownServer", default: 0]
      #expect(unknown > report.requests / 10 && unknown < report.requests / 3)
      // On a ring nothing else moves.
      #expect(report.agreeing + unknown == report.requests, "\(report)")
    }

    /// Runs nginx with a log and compares the log with a document, which may be another one.
    private func verify(
      _ shape: Shape, editing edit: (inout Topology) -> Void = { _ in }
    ) async throws -> Report {
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .header, in: folder)
          let keys = Array(Keys.make(for: .header, seed: 5).prefix(5000))
          let upstream = try await trial.upstream(.http)
          let log = folder["access.log"]
          _ = try await Front.http(
            including: upstream, logging: (Self.format, log)
          ) { front in
            try await blocking { try HTTPClient(front: front.address).ask(keys, by: .header) }
          }
          var other = topology
          edit(&other)
          let document = try folder.write(other.document(key: .header), to: "other.yaml")
          let output = try await trial.chash(
            "verify", document, "--log", log, "--log-format", Self.format, "--format", "json")
          let report = try JSONDecoder().decode(Report.self, from: Data(output))
          // Keys of nothing but a blank or a hyphen are logged like values that are not set.
          #expect(report.requests >= keys.count - 5 && report.requests <= keys.count)
          return report
        }
      }
    }
  }
}
