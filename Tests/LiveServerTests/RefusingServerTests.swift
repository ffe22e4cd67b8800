import Testing

/// When servers refuse connections, nginx goes down the preference that `chash` shows.
extension LiveServers {
  @Suite struct RefusingServers {
    static let shapes = [
      Shape("one of three refuses", weights: [1, 1, 1], refusing: [1]),
      Shape(
        "four of ten refuse", weights: [1, 2, 1, 3, 1, 1, 2, 1, 1, 1], refusing: [1, 3, 5, 8]),
      Shape(
        "two of six refuse, one is down", weights: [1, 1, 1, 1, 1, 1], down: [3], refusing: [0, 4]),
    ]

    /// A front that never sets a server aside tries the whole preference for every key.
    @Test(arguments: shapes)
    func everyTryIsTheNextOfThePreference(shape: Shape) async throws {
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .header, in: folder)
          let keys = Keys.make(for: .header, seed: 3)
          let depth = topology.refusing.count + 1
          let placements = try await trial.placements(of: keys, preference: depth)
          let upstream = try await trial.upstreamThatForgetsFailures(.http)
          let answers = try await Front.http(including: upstream) { front in
            try await blocking { try HTTPClient(front: front.address).ask(keys, by: .header) }
          }
          expectWholeTrails(answers, placements, topology, .header)
        }
      }
    }

    @Test(arguments: [shapes[1]])
    func everyTryOfASessionIsTheNextOfThePreference(shape: Shape) async throws {
      try await Backends.run(shape, .stream) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .remoteAddress, in: folder)
          let sources = Keys.sources(seed: 3)
          let keys = sources.map { Array($0.host.utf8) }
          let depth = topology.refusing.count + 1
          let placements = try await trial.placements(of: keys, preference: depth)
          let upstream = try await trial.upstreamThatForgetsFailures(.stream)
          let answers = try await Front.stream(including: upstream) { front in
            let received = try await blocking {
              try StreamClient(front: front.address).ask(from: sources)
            }
            let tried = front.triedBySource()
            return zip(sources, received).map { source, answer in
              Response(status: 200, tried: tried[source.host] ?? [], body: answer)
            }
          }
          expectWholeTrails(answers, placements, topology, .remoteAddress)
        }
      }
    }

    /// A server that nginx sets aside, as the generated file lets it, changes no answer.
    ///
    /// The file leaves nginx's defaults: after one failure a server is not asked for ten seconds. That
    /// changes who is tried, never who answers.
    @Test(arguments: shapes.dropLast())
    func aServerThatIsSetAsideChangesNoAnswer(shape: Shape) async throws {
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .header, in: folder)
          let keys = Keys.make(for: .header, seed: 4)
          let depth = topology.refusing.count + 1
          let placements = try await trial.placements(of: keys, preference: depth)
          let upstream = try await trial.upstream(.http)
          let clock = ContinuousClock()
          let start = clock.now
          let answers = try await Front.http(including: upstream) { front in
            // One connection, so that one request is under way at a time: whatever a request finds
            // out about a server, the next one knows.
            try await blocking {
              try HTTPClient(front: front.address, connections: 1).ask(keys, by: .header)
            }
          }
          let seconds = Int((clock.now - start).components.seconds)

          var failures: [String: Int] = [:]
          var differences: [Difference] = []
          for (placement, answer) in zip(placements, answers) {
            let whole = placement.tries(refusing: topology.refusing)
            for server in answer.tried.dropLast() { failures[server, default: 0] += 1 }
            let isExpected =
              answer.status == 200 && answer.body == whole.last && answer.tried.last == whole.last
              && isSubsequence(answer.tried, of: whole)
            if !isExpected {
              differences.append(
                Difference(key: placement.key, expected: "some of \(whole)", got: "\(answer)"))
            }
          }
          expectNone(differences, of: keys.count, topology.document(key: .header))
          #expect(Set(failures.keys) == topology.refusing)
          // Once, and once more each time the ten seconds are over.
          #expect(failures.values.allSatisfy { (1...1 + seconds / 10).contains($0) })
        }
      }
    }

    private func expectWholeTrails(
      _ answers: [Response], _ placements: [Placement], _ topology: Topology, _ key: RequestKey,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(answers.count == placements.count, sourceLocation: sourceLocation)
      let differences = zip(placements, answers).compactMap { placement, answer in
        let tries = placement.tries(refusing: topology.refusing)
        let expected = Response(status: 200, tried: tries, body: tries.last ?? "none")
        return expected == answer
          ? nil : Difference(key: placement.key, expected: "\(expected)", got: "\(answer)")
      }
      expectNone(
        differences, of: answers.count, topology.document(key: key),
        sourceLocation: sourceLocation)
      // As many refusals in a row as there can be: the comparison went all the way down.
      let deepest = answers.map(\.tried.count).max()
      #expect(deepest == topology.refusing.count + 1, sourceLocation: sourceLocation)
    }

    private func isSubsequence(_ part: [String], of whole: [String]) -> Bool {
      var rest = whole[...]
      return part.allSatisfy { server in
        guard let index = rest.firstIndex(of: server) else { return false }
        rest = rest[(index + 1)...]
        return true
      }
    }
  }
}
