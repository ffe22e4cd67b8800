import ConsistentHashing
import ProxyProfiles
import Testing

/// twemproxy stores every key on the memcached that its profiles say.
extension LiveServers {
  @Suite struct TwemproxyPlacements {
    static let distributions = ["ketama", "modula"]

    static let shapes = [
      TwemproxyShape.equal(1), .equal(3), .equal(10), .equal(100), .weighted, .sockets,
      .named("ten names", Array(1...10)),
      .named("nine of them", [1, 2, 3, 5, 6, 7, 8, 9, 10]),
      .named("in another order", [8, 3, 10, 1, 5, 2, 9, 4, 7, 6]),
    ]

    @Test(arguments: distributions, shapes)
    func everyKeyGoesWhereTheProfileSays(
      distribution: String, shape: TwemproxyShape
    ) async throws {
      try await Self.compare(distribution, shape)
    }

    @Test(arguments: distributions, TwemproxyHash.allCases)
    func everyHashFunction(distribution: String, hash: TwemproxyHash) async throws {
      try await Self.compare(distribution, .weighted, options: ["hash": hash.rawValue])
    }

    @Test(arguments: distributions, ["{}", "$$", "-:"])
    func hashTags(distribution: String, tag: String) async throws {
      try await Self.compare(distribution, .equal(5), options: ["hash-tag": tag])
    }

    /// `auto_eject_hosts`: once servers have failed, the others share all keys.
    @Test(arguments: distributions)
    func serversThatFailAreEjected(distribution: String) async throws {
      var shape = TwemproxyShape.weighted
      shape.servers[1].kind = .refusing
      shape.servers[4].kind = .refusing
      let keys = MemcachedKeys.make(seed: 3)
      try await MemcachedServers.run(shape.servers.map(\.kind)) { servers in
        let trial = try TwemproxyTrial(distribution, shape, servers.addresses, ejected: [1, 4])
        // Milliseconds: longer than any test, so that no server is tried again.
        let lines = [
          "auto_eject_hosts: true", "server_failure_limit: 1", "server_retry_timeout: 3600000",
        ]
        let answers = try await TwemproxyProcess.run(lines + trial.lines) { front in
          try await blocking {
            var client = try MemcachedClient(to: .tcp(front))
            // Requests to servers that fail are answered by errors.
            _ = try client.find(keys)
            return try client.store(keys)
          }
        }
        let isStored = answers.allSatisfy { $0 == "STORED" }
        #expect(isStored)
        try await servers.expectStored(keys, where: trial.selector, "\(trial.lines)")
      }
    }

    /// Without that setting, the keys of a server that fails are answered by an error, and no others.
    @Test(arguments: distributions)
    func keysOfServersThatFailAreErrors(distribution: String) async throws {
      var shape = TwemproxyShape.weighted
      shape.servers[2].kind = .refusing
      let keys = MemcachedKeys.make(seed: 4)
      try await MemcachedServers.run(shape.servers.map(\.kind)) { servers in
        let trial = try TwemproxyTrial(distribution, shape, servers.addresses)
        let answers = try await TwemproxyProcess.run(trial.lines) { front in
          try await blocking {
            var client = try MemcachedClient(to: .tcp(front))
            return try client.store(keys)
          }
        }
        let differences = zip(keys, answers).compactMap { key, answer in
          let isLost = trial.selector.index(for: key.span) == 2
          let isSame = isLost ? answer.hasPrefix("SERVER_ERROR") : answer == "STORED"
          return isSame
            ? nil
            : Difference(key: key, expected: isLost ? "an error" : "STORED", got: answer)
        }
        expectNone(differences, of: keys.count, "\(trial.lines)")
      }
    }

    /// A client that asks for a key that memcached would refuse loses the connection.
    @Test(arguments: [0, MemcachedKeys.longest + 1, 300, 5_000])
    func emptyAndLongKeysCloseTheConnection(length: Int) async throws {
      let shape = TwemproxyShape.equal(2)
      let longest = [UInt8](repeating: 0x6B, count: MemcachedKeys.longest)
      try await MemcachedServers.run(shape.servers.map(\.kind)) { servers in
        let trial = try TwemproxyTrial("ketama", shape, servers.addresses)
        try await TwemproxyProcess.run(trial.lines) { front in
          await #expect(throws: SocketError.self) {
            try await blocking {
              var client = try MemcachedClient(to: .tcp(front))
              _ = try client.store([[UInt8](repeating: 0x6B, count: length)])
            }
          }
          let answers = try await blocking {
            var client = try MemcachedClient(to: .tcp(front))
            return try client.store([longest])
          }
          #expect(answers == ["STORED"])
        }
        try await servers.expectStored([longest], where: trial.selector, "\(trial.lines)")
      }
    }

    /// Stores 20 000 keys.
    private static func compare(
      _ distribution: String, _ shape: TwemproxyShape, options: [String: String] = [:],
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let keys = MemcachedKeys.make()
      try await MemcachedServers.run(shape.servers.map(\.kind)) { servers in
        let trial = try TwemproxyTrial(
          distribution, shape, servers.addresses, options: options)
        let answers = try await TwemproxyProcess.run(trial.lines) { front in
          try await blocking {
            var client = try MemcachedClient(to: .tcp(front))
            return try client.store(keys)
          }
        }
        let isStored = answers.allSatisfy { $0 == "STORED" }
        #expect(isStored, sourceLocation: sourceLocation)
        try await servers.expectStored(
          keys, where: trial.selector, "\(trial.lines)", sourceLocation: sourceLocation)
      }
    }
  }
}
