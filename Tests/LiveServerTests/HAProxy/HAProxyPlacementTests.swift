import ConsistentHashing
import ProxyProfiles
import Testing

/// HAProxy sends every key where its profiles say.
extension LiveServers {
  @Suite struct HAProxyPlacements {
    static let shapes = [
      Shape.equal(3), .equal(10), .equal(100),
      Shape("weights 1 to 5", weights: [1, 2, 3, 4, 5]),
      Shape("weights up to 256", weights: [100, 50, 200, 256, 0]),
      Shape("one of ten down", weights: Array(repeating: 1, count: 10), down: [3]),
      Shape("two of six draining", weights: [1, 3, 1, 2, 1, 1], draining: [1, 4]),
    ]

    @Test(arguments: shapes)
    func consistentHashing(shape: Shape) async throws {
      try await HAProxyTrial.compare(shape, .haproxyConsistent, lines: ["hash-type consistent"])
    }

    @Test(arguments: shapes)
    func mapBasedHashing(shape: Shape) async throws {
      try await HAProxyTrial.compare(shape, .haproxyMap, lines: ["hash-type map-based"])
    }

    @Test(arguments: ["sdbm", "djb2", "wt6", "crc32"], ["", "avalanche"])
    func hashFunctions(function: String, modifier: String) async throws {
      try await HAProxyTrial.compare(
        .equal(5), .haproxyConsistent,
        options: ["hash": function, "avalanche": modifier.isEmpty ? "off" : "on"],
        lines: ["hash-type consistent \(function) \(modifier)"])
    }

    @Test func idsGivenAndCounted() async throws {
      try await HAProxyTrial.compare(
        .equal(10), .haproxyConsistent, lines: ["hash-type consistent"], isIdentified: true)
    }

    /// One of ten leaves the list, and its followers are counted anew.
    @Test func oneIsRemoved() async throws {
      try await HAProxyTrial.compare(
        .equal(10), .haproxyConsistent, lines: ["hash-type consistent"]
      ) {
        $0.servers.remove(at: 3)
      }
    }

    @Test func keysInArguments() async throws {
      try await HAProxyTrial.compare(
        .equal(10), .haproxyConsistent, options: ["balance": "url_param"],
        lines: ["hash-type consistent", "balance url_param k"], key: .argument)
    }

    @Test(arguments: [
      ("", [:]), ("whole", ["uri-whole": "on"]), ("len 12", ["uri-len": "12"]),
      ("depth 1 whole", ["uri-depth": "1", "uri-whole": "on"]),
    ])
    func keysInTargets(words: String, options: [String: String]) async throws {
      try await HAProxyTrial.compare(
        .equal(10), .haproxyConsistent,
        options: options.merging(["balance": "uri"]) { $1 },
        lines: ["hash-type consistent", "balance uri \(words)"], key: .uri)
    }

    @Test(arguments: [
      (PlacementRule.haproxyConsistent.name, "hash-type consistent"),
      (PlacementRule.haproxyMap.name, "hash-type map-based wt6 avalanche"),
    ])
    func addressesOfClients(rule: String, hashType: String) async throws {
      let shape = Shape("weights 1 to 5", weights: [1, 2, 3, 4, 5])
      let isMap = rule == PlacementRule.haproxyMap.name
      try await Backends.run(shape, .http) { topology in
        let trial = try HAProxyTrial(
          topology, RuleCatalogue.all.rule(named: rule),
          options: ["balance": "source"].merging(
            isMap ? ["hash": "wt6", "avalanche": "on"] : [:]
          ) { $1 },
          lines: [hashType, "balance source"])
        let sources = Keys.sources()
        let answers = try await HAProxyProcess.run(trial.backend) { front in
          try await blocking { try HTTPClient(front: front).ask(from: sources) }
        }
        trial.expectSame(answers, sources.map { Array($0.host.utf8) })
      }
    }

    /// Both retries go elsewhere: up the ring, and back again.
    @Test(arguments: [
      Shape("one of ten refuses", weights: Array(repeating: 1, count: 10), refusing: [3]),
      Shape("two of six refuse", weights: [1, 2, 1, 3, 1, 1], refusing: [1, 3]),
    ])
    func redispatch(shape: Shape) async throws {
      let lines = ["retries 2", "option redispatch 1"]
      try await HAProxyTrial.compare(
        shape, .haproxyConsistent, lines: ["hash-type consistent"] + lines)
      try await HAProxyTrial.compare(shape, .haproxyMap, lines: ["hash-type map-based"] + lines)
    }

    @Test(arguments: ["on", "off"])
    func backups(all: String) async throws {
      let shape = Shape("active servers down", weights: [1, 5, 3, 2, 1], down: [0])
      let lines = all == "on" ? ["option allbackups"] : []
      for isMap in [false, true] {
        try await HAProxyTrial.compare(
          shape, isMap ? .haproxyMap : .haproxyConsistent,
          options: ["allbackups": all, "balance": "url_param"],
          lines: lines + [
            "hash-type \(isMap ? "map-based" : "consistent")", "balance url_param k",
          ], key: .argument, backups: [1, 2, 3, 4])
      }
    }
  }
}
