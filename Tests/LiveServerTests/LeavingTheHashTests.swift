import Testing

/// nginx gives up its hash for round robin after twenty steps along the ring; `chash` knows for which
/// keys.
extension LiveServers {
  @Suite struct LeavingTheHash {
    /// With most of the weight down, many keys leave the hash.
    @Test func keysThatLeaveTheHashGoToEachServerInTurn() async throws {
      let shape = Shape("the heavy one is down", weights: [40, 1, 1], down: [0])
      try await Backends.run(shape, .http) { topology in
        try await withTemporaryFolder { folder in
          let trial = try Trial(topology, key: .header, in: folder)
          let keys = Keys.make(for: .header, seed: 5)
          let placements = try await trial.placements(of: keys)
          let upstream = try await trial.upstream(.http)
          let answers = try await Front.http(including: upstream) { front in
            // One request after the other, so that turns can be told.
            try await blocking {
              try HTTPClient(front: front.address, connections: 1).ask(keys, by: .header)
            }
          }

          var turns: [String] = []
          var differences: [Difference] = []
          for (placement, answer) in zip(placements, answers) {
            if placement.leavesHash {
              turns.append(answer.body)
            } else if answer.body != placement.order.first {
              differences.append(
                Difference(key: placement.key, expected: "\(placement.order)", got: "\(answer)"))
            }
          }
          expectNone(differences, of: keys.count, topology.document(key: .header))
          // Neither all of them nor none, or there was nothing to tell apart.
          #expect((1_000...19_000).contains(turns.count))
          // Two servers of the same weight alternate. One key wrongly taken for one of these, or one
          // of these missed, would break the turns.
          let alternate = zip(turns, turns.dropFirst()).allSatisfy { $0 != $1 }
          #expect(alternate)
          #expect(Set(turns) == topology.answering)
        }
      }
    }
  }
}
