import ConsistentHashing
import ProxyProfiles
import Testing

/// libmemcached sends every key where its profiles say.
extension LiveServers {
  @Suite struct LibmemcachedPlacements {
    /// A profile, and the settings of a client that follows it.
    struct Rule: Sendable, CustomTestStringConvertible {
      var distribution: String
      var profile: PlacementRule
      var order = "before"
      var options: [String: String] = [:]

      var testDescription: String { "\(distribution), order \(order)" }
    }

    static let rules = [
      Rule(distribution: "modula", profile: .libmemcachedModula),
      Rule(distribution: "consistent", profile: .libmemcachedKetama),
      Rule(distribution: "ketama", profile: .libmemcachedKetama),
      Rule(distribution: "ketama-weighted", profile: .libmemcachedKetamaWeighted),
      Rule(distribution: "spy", profile: .libmemcachedSpy),
      Rule(distribution: "spy-weighted", profile: .libmemcachedSpyWeighted),
    ]

    /// The same with servers sorted, or added before the distribution is set.
    static let otherOrders =
      [rules[0], rules[2], rules[3], rules[5]].map { rule in
        var rule = rule
        rule.order = "sort"
        rule.options["sort-hosts"] = "yes"
        return rule
      }
      + [rules[2], rules[4]].map { rule in
        var rule = rule
        rule.order = "after"
        rule.options["distribution-set"] = "after-servers"
        return rule
      }

    /// Ten hash functions, and the one that each distribution sets.
    @Test(arguments: rules, LibmemcachedShape.all)
    func everyKeyGoesWhereTheProfileSays(rule: Rule, shape: LibmemcachedShape) async throws {
      // CONSISTENT and KETAMA are one rule, so that one of them is enough for all functions.
      let hashes = rule.distribution == "consistent" ? [] : LibmemcachedHash.allCases
      try await Self.compare(rule, shape, hashes: ["-"] + hashes.map(\.rawValue))
    }

    @Test(arguments: otherOrders)
    func inOtherOrders(rule: Rule) async throws {
      for shape in [LibmemcachedShape.all[3], .tenInAnotherOrder, .sockets] {
        try await Self.compare(rule, shape, hashes: ["-", "murmur"])
      }
    }

    /// Once a server has failed under `AUTO_EJECT_HOSTS`, a ring is built without it.
    ///
    /// Under `MODULA` its keys stay with it, and fail.
    @Test(arguments: rules, [[1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6]])
    func serversThatFailAreEjected(rule: Rule, weights: [Int]) async throws {
      let addresses = weights.indices.map(Shape.address)
      let port = try LoopbackPorts.free(on: addresses)
      let shape = LibmemcachedShape.withDead(weights: weights, dead: [1, 4], port: port)
      try await Self.compare(rule, shape, hashes: ["-", "fnv1a_32"])
    }

    /// The tests above ask for the server of a key; this one stores 20 000 keys on servers that listen.
    @Test(arguments: [rules[0], rules[3]])
    func everyKeyIsStoredWhereTheProfileSays(rule: Rule) async throws {
      let keys = MemcachedKeys.make(seed: 2)
      try await MemcachedServers.run([.tcp, .tcp, .socket, .tcp, .tcp]) { servers in
        let members = servers.addresses.enumerated().map { index, address in
          switch address {
          case .tcp(let address):
            LibmemcachedShape.Server(
              host: address.host, port: Int(address.port), weight: index + 1)
          case .socket(let path): LibmemcachedShape.Server(host: path, port: 0, weight: index + 1)
          }
        }
        try await withTemporaryFolder { folder in
          let program = try await LibmemcachedProgram(in: folder)
          let answers = try await program.answers(
            to: [.init(distribution: rule.distribution, mode: .store, servers: members)], for: keys)
          let isStored = answers[0].allSatisfy { $0 == UInt8(ascii: "S") }
          #expect(isStored)
        }
        let selector = try Self.selector(rule, members)
        try await servers.expectStored(keys, where: selector, "\(members)")
      }
    }

    /// No server is asked for keys that memcached would refuse.
    @Test func emptyAndLongKeysAreRefused() async throws {
      let lengths = [0, 1, 249, 250, 251, 300, 1_000]
      let keys = lengths.map { [UInt8](repeating: 0x6B, count: $0) }
      try await MemcachedServers.run([.tcp]) { servers in
        guard case .tcp(let address) = servers.addresses[0] else { return }
        let member = LibmemcachedShape.Server(host: address.host, port: Int(address.port))
        try await withTemporaryFolder { folder in
          let program = try await LibmemcachedProgram(in: folder)
          let answers = try await program.answers(
            to: [.init(distribution: "ketama", mode: .store, servers: [member])], for: keys)
          #expect(String(decoding: answers[0], as: UTF8.self) == "BSSSBBB")
        }
      }
    }

    private static func selector(
      _ rule: Rule, hash: String = "-", _ servers: [LibmemcachedShape.Server]
    ) throws -> any NodeSelector {
      var options = rule.options
      if hash != "-" { options["hash"] = hash }
      return try rule.profile.selector(
        for: Cluster(nodes: servers.map(\.node)), options: options)
    }

    /// Drives 20 000 keys for each of the hashes.
    private static func compare(
      _ rule: Rule, _ shape: LibmemcachedShape, hashes: [String],
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let keys = MemcachedKeys.make()
      let servers = shape.servers
      let answers = try await withTemporaryFolder { folder in
        try await LibmemcachedProgram(in: folder).answers(
          to: hashes.map {
            .init(
              distribution: rule.distribution, hash: $0, order: rule.order, servers: servers)
          }, for: keys)
      }
      for (hash, picks) in zip(hashes, answers) {
        let selector = try selector(rule, hash: hash, servers)
        var differences: [Difference] = []
        for (key, pick) in zip(keys, picks) {
          let index = selector.index(for: key.span)
          // A key without a node goes to a server that is dead.
          let isSame = index.map { $0 == Int(pick) } ?? servers[Int(pick)].isDead
          if !isSame {
            differences.append(
              Difference(key: key, expected: "\(index ?? -1)", got: "\(pick)"))
          }
        }
        expectNone(
          differences, of: keys.count,
          "\(rule.testDescription), hash \(hash), \(servers.map(\.node))",
          sourceLocation: sourceLocation)
      }
    }
  }
}
