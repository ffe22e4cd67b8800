import ConsistentHashing
import ProxyProfiles
import Testing

/// carbon-c-relay sends every metric where its profiles say.
extension LiveServers {
  @Suite struct CarbonPlacements {
    static let rules: [(type: String, profile: PlacementRule)] = [
      ("carbon_ch", .carbonCh), ("fnv1a_ch", .carbonFNV1aCh), ("jump_fnv1a_ch", .carbonJumpFNV1aCh),
    ]

    /// The test mode hashes tags, which a relay that runs does not.
    static let metrics: [[UInt8]] = MemcachedKeys.make().enumerated()
      .filter { $0.offset.isMultiple(of: 3) && !$0.element.contains(UInt8(ascii: ";")) }
      .map(\.element)

    @Test(arguments: rules.map(\.type), CarbonShape.all)
    func everyCopyGoesWhereTheProfileSays(type: String, shape: CarbonShape) async throws {
      let selector = try Self.selector(type, shape.nodes)
      // If more copies are asked for than there are servers with points, the relay looks for others forever.
      let copies = selector.preference(for: "any", limit: 7).count
      let answers = try await CarbonRelayProgram(type: type).copies(
        copies, of: Self.metrics, to: shape.nodes)
      let differences = zip(Self.metrics, answers).compactMap { metric, answer -> Difference? in
        let preference = selector.preference(for: metric.span, limit: copies)
        let expected = preference.map { shape.nodes[$0].address }
        guard answer != expected || selector.index(for: metric) != preference.first else {
          return nil
        }
        return Difference(key: metric, expected: "\(expected)", got: "\(answer)")
      }
      expectNone(differences, of: Self.metrics.count, "\(type), \(shape.nodes)")
      #expect(copies == min(7, shape.pointOwners(type)))
    }

    /// Every server of the list, for some metrics.
    @Test(arguments: rules.map(\.type))
    func wholeOrders(type: String) async throws {
      let nodes = CarbonShape.all[2].nodes
      let metrics = Array(Self.metrics.suffix(500))
      let selector = try Self.selector(type, nodes)
      let answers = try await CarbonRelayProgram(type: type).copies(
        nodes.count, of: metrics, to: nodes)
      let differences = zip(metrics, answers).compactMap { metric, answer in
        let expected = selector.preference(for: metric.span).map { nodes[$0].address }
        return answer == expected
          ? nil : Difference(key: metric, expected: "\(expected)", got: "\(answer)")
      }
      expectNone(differences, of: metrics.count, "\(type), \(nodes)")
    }

    /// Metrics with and without tags that a relay receives and sends on.
    @Test(arguments: rules.map(\.type))
    func metricsArriveWhereTheProfileSays(type: String) async throws {
      let addresses = (0..<5).map(Shape.address)
      let port = try LoopbackPorts.free(on: addresses)
      let nodes = addresses.enumerated().map { index, address in
        Node(
          id: index.isMultiple(of: 2) ? NodeID("store-\(9 - index)") : nil,
          address: address.with(port: port).description)
      }
      let metrics = (0..<1_000).flatMap { number in
        ["servers.web-\(number).cpu", "disk.used;host=web-\(number)", "load_\(number);a=1;b=2"]
      }
      let receivers = try await CarbonRelayProgram(type: type).receivers(
        2, of: metrics.map { Array($0.utf8) }, by: nodes)
      let selector = try Self.selector(type, nodes)
      let differences = metrics.compactMap { metric in
        let expected = Set(selector.preference(for: metric, limit: 2))
        let got = receivers[metric] ?? []
        return got == expected
          ? nil : Difference(key: Array(metric.utf8), expected: "\(expected)", got: "\(got)")
      }
      expectNone(differences, of: metrics.count, "\(type), \(nodes)")
      // One name, one place, whatever its tags.
      let places = Set((0..<1_000).map { receivers["disk.used;host=web-\($0)"] })
      #expect(places.count == 1)
    }

    private static func selector(_ type: String, _ nodes: [Node]) throws -> any NodeSelector {
      let rule = try #require(rules.first { $0.type == type })
      return try rule.profile.selector(for: Cluster(nodes: nodes))
    }
  }
}
