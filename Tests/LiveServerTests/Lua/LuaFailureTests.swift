import Foundation
import Testing

/// With `--engine lua` a request goes down the preference that `chash lookup --preference` prints.
extension LiveServers {
  @Suite(.needsLua) struct LuaFailures {
    static let shapes =
      LuaShape.all([
        Shape(
          "four of ten refuse, one is down", weights: [1, 2, 1, 3, 1, 1, 2, 1, 1, 1], down: [6],
          refusing: [1, 3, 5, 8])
      ])

    /// Servers that are never set aside: every request tries all that refuse, in their order.
    @Test(arguments: shapes) func everyTryIsTheNextOfThePreference(shape: LuaShape) async throws {
      try await Self.answers(shape, fields: ", properties: { max-fails: \"0\" }", seed: 3) {
        topology, placements, answers, _ in
        let differences = zip(placements, answers).compactMap { placement, answer in
          let tries = placement.tries(refusing: topology.refusing)
          let expected = Response(status: 200, tried: tries, body: tries.last ?? "none")
          return expected == answer
            ? nil : Difference(key: placement.key, expected: "\(expected)", got: "\(answer)")
        }
        expectNone(differences, of: answers.count, topology.document(key: .header))
        #expect(answers.map(\.tried.count).max() == topology.refusing.count + 1)
      }
    }

    /// A server that has failed is left out for ten seconds, which changes who is tried, and never who
    /// answers.
    @Test(arguments: shapes) func aServerThatIsSetAsideChangesNoAnswer(shape: LuaShape) async throws
    {
      try await Self.answers(shape, fields: "", seed: 4) { topology, placements, answers, seconds in
        var failures: [String: Int] = [:]
        var differences: [Difference] = []
        for (placement, answer) in zip(placements, answers) {
          let whole = placement.tries(refusing: topology.refusing)
          for server in answer.tried.dropLast() { failures[server, default: 0] += 1 }
          let isExpected =
            answer.status == 200 && answer.body == whole.last && answer.tried.last == whole.last
            && answer.tried == whole.filter { answer.tried.contains($0) }
          if !isExpected {
            differences.append(
              Difference(key: placement.key, expected: "some of \(whole)", got: "\(answer)"))
          }
        }
        expectNone(differences, of: answers.count, topology.document(key: .header))
        #expect(Set(failures.keys) == topology.refusing)
        // Once, and once more each time the ten seconds are over.
        #expect(failures.values.allSatisfy { (1...1 + seconds / 10).contains($0) }, "\(failures)")
      }
    }

    /// If all have failed, all are tried, the first of the preference first.
    ///
    /// The failure of the last one that a request may try is not noticed: a few requests come first.
    @Test func allServersMayRefuse() async throws {
      let shape = LuaShape(
        algorithm: "maglev", shape: Shape("all refuse", weights: [1, 1, 1], refusing: [0, 1, 2]))
      try await Self.answers(shape, fields: "", seed: 5, keyCount: 60) {
        topology, placements, answers, _ in
        #expect(answers.allSatisfy { $0.status == 502 })
        #expect(zip(placements, answers).dropFirst(20).allSatisfy { $0.order == $1.tried })
        #expect(answers.allSatisfy { Set($0.tried) == topology.refusing })
      }
    }

    /// Asks one after the other, so that each request knows what the ones before found out.
    private static func answers(
      _ shape: LuaShape, fields: String, seed: UInt64, keyCount: Int = Keys.count,
      _ check: (Topology, [Placement], [Response], _ seconds: Int) -> Void
    ) async throws {
      try await Backends.run(shape.shape, .http) { plain in
        try await withTemporaryFolder { folder in
          let topology = shape.topology(plain, fields: fields)
          let trial = try Trial(topology, key: .header, in: folder)
          let keys = Array(Keys.make(for: .header, seed: seed).prefix(keyCount))
          let depth = min(topology.refusing.count + 1, topology.servers.count)
          let placements = try await trial.placements(of: keys, preference: depth)
          let upstream = try await trial.upstream(.http, engine: "lua")
          let start = ContinuousClock.now
          let answers = try await Front.http(
            including: upstream, modules: try LuaModule.directives()
          ) { front in
            try await blocking {
              try HTTPClient(front: front.address, connections: 1).ask(keys, by: .header)
            }
          }
          let seconds = Int((ContinuousClock.now - start).components.seconds)
          #expect(answers.count == keys.count)
          check(topology, placements, answers, seconds)
        }
      }
    }
  }
}
