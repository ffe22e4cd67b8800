import Testing

/// What moves when a cluster changes is exactly what `chash remap` lists.
extension LiveServers {
  @Suite struct ScaleEvents {
    struct Move: Hashable, Sendable, CustomStringConvertible {
      var key: [UInt8]
      var from: String
      var to: String
      var description: String { "\(from) to \(to)" }
    }

    /// A change of the cluster, as options of `chash remap` and as what is listed after it.
    struct Event: Sendable {
      var options: [String]
      var after: Topology
    }

    @Test func exactlyTheListedKeysMove() async throws {
      // Eleven servers run; ten are listed before the event.
      let shape = Shape("eleven", weights: [1, 1, 2, 1, 1, 3, 1, 1, 1, 1, 1])
      try await Backends.run(shape, .http) { all in
        var before = all
        before.servers.removeLast()
        try await withTemporaryFolder { folder in
          let keys = Keys.make(for: .header, seed: 6)
          let trial = try Trial(before, key: .header, in: folder, name: "before")
          let servers = try await drive(trial, keys)
          for event in Self.events(before, joining: all.servers[10]) {
            try await expectListedMoves(event, from: trial, servers, keys)
          }
        }
      }
    }

    private static func events(_ before: Topology, joining new: Topology.Server) -> [Event] {
      let fourth = before.servers[3].id
      let sixth = before.servers[5].id
      let add = ["--add", "\(new.id)=\(new.address)"]
      func event(_ options: [String], _ change: (inout [Topology.Server]) -> Void) -> Event {
        var after = before
        change(&after.servers)
        return Event(options: options, after: after)
      }
      return [
        event(add) { $0.append(new) },
        event(["--add", "\(new.id)=\(new.address)*2"]) {
          $0.append(new)
          $0[10].weight = 2
        },
        event(["--remove", fourth]) { $0.remove(at: 3) },
        event(["--down", fourth]) { $0[3].state = .down },
        event(["--weight", "\(fourth)=4"]) { $0[3].weight = 4 },
        event(["--weight", "\(sixth)=1"]) { $0[5].weight = 1 },
        event(["--remove", fourth] + add) {
          $0.remove(at: 3)
          $0.append(new)
        },
      ]
    }

    private func expectListedMoves(
      _ event: Event, from before: Trial, _ serversBefore: [String], _ keys: [[UInt8]]
    ) async throws {
      let after = try Trial(event.after, key: .header, in: before.folder, name: "after")
      let serversAfter = try await drive(after, keys)
      let happened = Set(
        zip(keys, zip(serversBefore, serversAfter)).compactMap { key, servers in
          servers.0 == servers.1 ? nil : Move(key: key, from: servers.0, to: servers.1)
        })

      try await before.chash(
        ["remap", before.document] + event.options
          + ["--raw", "--keys", try before.writeKeys(keys)]
          + ["--list-moved", before.folder["moved.tsv"]])
      let shown = before.topology.shownAddresses.merging(event.after.shownAddresses) { $1 }
      let lines = before.folder.bytes(of: "moved.tsv").split(separator: 0x0A)
      let listed = try lines.map { try Self.move($0, shown) }

      let name = event.options.joined(separator: " ")
      #expect(Set(listed).count == listed.count, "\(name): a key is listed twice")
      #expect((500...12_000).contains(happened.count), "\(name) is no test")
      let unlisted = happened.subtracting(listed)
      let unmoved = Set(listed).subtracting(happened)
      expectNone(
        unlisted.map { Difference(key: $0.key, expected: "no move", got: "\($0)") }
          + unmoved.map { Difference(key: $0.key, expected: "\($0)", got: "no such move") },
        of: keys.count, before.topology.document(key: .header) + name)
    }

    /// The server that answers for each key.
    private func drive(_ trial: Trial, _ keys: [[UInt8]]) async throws -> [String] {
      let upstream = try await trial.upstream(.http, keepalive: 32)
      return try await Front.http(including: upstream) { front in
        try await blocking {
          try HTTPClient(front: front.address).ask(keys, by: .header).map { answer in
            answer.status == 200 ? answer.body : "status \(answer.status)"
          }
        }
      }
    }

    private static func move(_ line: ArraySlice<UInt8>, _ shown: [String: String]) throws -> Move {
      let cells = line.split(separator: 0x09, omittingEmptySubsequences: false)
      let ids = cells.dropFirst().map { String(decoding: $0, as: UTF8.self) }
      guard ids.count == 2, let from = shown[ids[0]], let to = shown[ids[1]] else {
        throw Chash.Failure.unexpectedOutput(String(decoding: line, as: UTF8.self))
      }
      return Move(key: Array(cells[0]), from: from, to: to)
    }
  }
}
