import ConsistentHashing
import ProxyProfiles
import Testing

/// PHP's memcache extension sends every key where the profile says.
extension LiveServers {
  @Suite(.needsPeclMemcache) struct PeclMemcachePlacements {
    /// Those that memcached takes, with longer ones and ones with blanks, which the extension changes.
    static let keys =
      MemcachedKeys.make()
      + (0..<500).map { number in Array("a longer key, \(number)\t".utf8) }
      + (0..<100).map { number in
        Array(repeating: UInt8(ascii: "x"), count: 240 + number) + Array("\(number)".utf8)
      }

    /// Weights of servers, and the positions of those that have failed.
    static let shapes: [(weights: [Int], failed: Set<Int>)] = [
      ([1], []), ([1, 1, 1], []), (Array(repeating: 1, count: 10), []),
      ([1, 2, 3, 4, 50, 7], []), (Array(repeating: 1, count: 100), []),
      ([1, 1, 1], [1]), ([1, 2, 3, 4, 50, 7], [0, 4]),
      // So few are up that twenty attempts often find none.
      (Array(repeating: 1, count: 20), Set(0..<19)),
    ]

    /// IPv4, names, IPv6 and sockets.
    private static func address(_ index: Int) -> (host: String, port: Int) {
      switch index % 4 {
      case 0: ("10.0.0.\(index)", 11_211)
      case 1: ("cache-\(index).example", 11_000 + index)
      case 2: ("[fd00::\(index)]", 11_211)
      default: ("unix:///run/\(index).sock", 0)
      }
    }

    @Test(arguments: ["consistent crc32", "consistent fnv", "standard crc32", "standard fnv"])
    func everyKeyGoesWhereTheProfileSays(setting: String) async throws {
      for (weights, failed) in Self.shapes {
        let servers = weights.enumerated().map { index, weight in
          let (host, port) = Self.address(index)
          return PeclMemcachePicks.Server(
            host: host, port: port, weight: weight, isUp: !failed.contains(index))
        }
        let nodes = servers.map { server in
          let address =
            server.port == 0
            ? "unix:" + server.host.dropFirst("unix://".count) : "\(server.host):\(server.port)"
          return Node(
            address: address, weight: Double(server.weight), state: server.isUp ? .up : .down)
        }
        let words = setting.split(separator: " ").map { String($0) }
        let answers = try await PeclMemcachePicks.answers(
          servers, words[0], words[1], for: Self.keys)
        let selector = try Self.selector(nodes, setting)
        let names = servers.map { "\($0.host):\($0.port)" }
        let differences = zip(Self.keys, answers).compactMap { key, answer in
          let expected = selector.index(for: key).map { names[$0] } ?? ""
          return answer == expected ? nil : Difference(key: key, expected: expected, got: answer)
        }
        expectNone(differences, of: Self.keys.count, "\(setting), \(weights), failed \(failed)")
        // That there are keys without a server is a part of the rule.
        if failed.isEmpty || failed.count == 19 {
          #expect(answers.contains("") == !failed.isEmpty)
        }
      }
    }

    /// The test above asks for the server of a key; this one stores keys, where two addresses refuse.
    @Test(arguments: ["consistent crc32", "standard fnv"])
    func everyKeyIsStoredWhereTheProfileSays(setting: String) async throws {
      let keys = MemcachedKeys.make()
      let kinds: [MemcachedServers.Kind] = [.tcp, .refusing, .tcp, .tcp, .socket, .refusing]
      try await MemcachedServers.run(kinds) { servers in
        var nodes: [Node] = []
        for (address, kind) in zip(servers.addresses, kinds) {
          var node = Node(address: address.inDocument, weight: 2)
          if case .refusing = kind { node.state = .down }
          nodes.append(node)
        }
        let added = servers.addresses.map { $0.inPHP(weight: 2) }
        let words = setting.split(separator: " ").map { String($0) }
        let answers = try await PeclMemcachePicks.answers(
          added, words[0], words[1], for: keys, copies: 1)
        #expect(answers.allSatisfy { $0 == "1" })
        try await servers.expectStored(keys, where: Self.selector(nodes, setting), "\(nodes)")
      }
    }

    /// Under `memcache.redundancy`.
    @Test(arguments: ["consistent fnv", "standard crc32"])
    func copiesFollowThePreference(setting: String) async throws {
      let keys = Array(MemcachedKeys.make().prefix(5_000))
      try await MemcachedServers.run(Array(repeating: .tcp, count: 5)) { servers in
        let nodes = servers.addresses.map { Node(address: $0.inDocument) }
        let added = servers.addresses.map { $0.inPHP(weight: 1) }
        let words = setting.split(separator: " ").map { String($0) }
        let answers = try await PeclMemcachePicks.answers(
          added, words[0], words[1], for: keys, copies: 3)
        #expect(answers.allSatisfy { $0 == "1" })
        try await servers.expectStored(
          keys, where: Self.selector(nodes, setting), copies: 3, "\(nodes)")
      }
    }

    private static func selector(_ nodes: [Node], _ setting: String) throws -> any NodeSelector {
      let words = setting.split(separator: " ").map { String($0) }
      let rule: PlacementRule =
        words[0] == "standard" ? .peclMemcacheStandard : .peclMemcache
      return try rule.selector(for: Cluster(nodes: nodes), options: ["hash": words[1]])
    }
  }
}
