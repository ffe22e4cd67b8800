import Testing

/// What moves when a cluster changes is exactly what `chash remap` lists.
extension LiveServers {
  @Suite struct ScaleEvents {
    struct Move: Hashable, Sendable {
      var key: [UInt8]
      var from: String
      var to: String
    }

    @Test(arguments: [
      "add", "add one of weight 2", "remove", "down", "raise a weight", "lower a weight",
      "replace one",
    ])
    func exactlyTheListedKeysMove(event: String) async throws {
      // Eleven servers run; ten are listed before the event.
      let shape = Shape("eleven", weights: [1, 1, 2, 1, 1, 3, 1, 1, 1, 1, 1])
      try await Backends.run(shape, .http) { all in
        let before = Topology(servers: Array(all.servers.dropLast()))
        var after = before
        let eleventh = all.servers[10]
        let events: [String]
        switch event {
        case "add":
          after.servers.append(eleventh)
          events = ["--add", "\(eleventh.id)=\(eleventh.address)"]
        case "add one of weight 2":
          after.servers.append(eleventh)
          after.servers[10].weight = 2
          events = ["--add", "\(eleventh.id)=\(eleventh.address)*2"]
        case "remove":
          after.servers.remove(at: 3)
          events = ["--remove", before.servers[3].id]
        case "down":
          after.servers[3].state = .down
          events = ["--down", before.servers[3].id]
        case "raise a weight":
          after.servers[3].weight = 4
          events = ["--weight", "\(before.servers[3].id)=4"]
        case "lower a weight":
          after.servers[5].weight = 1
          events = ["--weight", "\(before.servers[5].id)=1"]
        default:
          after.servers.remove(at: 3)
          after.servers.append(eleventh)
          events = [
            "--remove", before.servers[3].id, "--add", "\(eleventh.id)=\(eleventh.address)",
          ]
        }
        try await compare(before, after, events)
      }
    }

    private func compare(_ before: Topology, _ after: Topology, _ events: [String]) async throws {
      try await withTemporaryFolder { folder in
        let keys = Keys.make(for: .header, seed: 6)
        let first = try Trial(before, key: .header, in: folder, name: "before")
        let second = try Trial(after, key: .header, in: folder, name: "after")
        let answersBefore = try await drive(first, keys)
        let answersAfter = try await drive(second, keys)
        let happened = Set(
          zip(keys, zip(answersBefore, answersAfter)).compactMap { key, servers in
            servers.0 == servers.1 ? nil : Move(key: key, from: servers.0, to: servers.1)
          })

        let list = folder["moved.tsv"]
        let arguments =
          ["remap", first.document] + events
          + ["--keys", try first.writeKeys(keys), "--list-moved", list]
        try await first.chash(arguments)
        let shown = before.shownAddresses.merging(after.shownAddresses) { $1 }
        let lines = folder.bytes(of: "moved.tsv").split(separator: 0x0A)
        let listed = try lines.map { try Self.move($0, shown) }

        #expect(Set(listed).count == listed.count, "a key is listed twice")
        #expect((500...12_000).contains(happened.count), "the event is no test")
        let unlisted = happened.subtracting(listed)
        let unmoved = Set(listed).subtracting(happened)
        expectNone(
          unlisted.map { Difference(key: $0.key, expected: "no move", got: "\($0)") }
            + unmoved.map { Difference(key: $0.key, expected: "\($0)", got: "no such move") },
          of: keys.count, before.document(key: .header) + events.joined(separator: " "))
      }
    }

    /// The server that answers for each key.
    private func drive(_ trial: Trial, _ keys: [[UInt8]]) async throws -> [String] {
      let upstream = try await trial.upstream(.http)
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
