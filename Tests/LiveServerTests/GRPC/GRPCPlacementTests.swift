import ConsistentHashing
import ProxyProfiles
import Testing

/// gRPC sends every key where the profile says.
///
/// Python's gRPC is built on the one in C++. Endpoints from a list have no weights.
extension LiveServers {
  @Suite(.needs(.grpc)) struct GRPCPlacements {
    /// gRPC takes no other values in headers than these.
    static let keys: [[UInt8]] = Array(
      Keys.make(for: .header).filter { $0.allSatisfy { (0x21...0x7E).contains($0) } }.prefix(3_000))

    @Test(arguments: [3, 10, 40])
    func everyKeyGoesWhereTheProfileSays(count: Int) async throws {
      try await compare(Array(0..<count))
    }

    /// The ring is so small that some endpoints have a point more than others.
    @Test func endpointsCountInTheOrderOfTheList() async throws {
      let sizes = GRPCPicks.Sizes(minimum: 15, maximum: 15)
      let orders = [Array(0..<12), (0..<12).reversed(), [4, 11, 0, 8, 2, 9, 1, 10, 3, 7, 6, 5]]
      for order in orders { try await compare(order, sizes) }
    }

    @Test func sizesAreCutToTheCap() async throws {
      try await compare(Array(0..<7), GRPCPicks.Sizes(minimum: 2000, maximum: 3000, cap: 300))
      // The cap is 4096 unless the channel says otherwise.
      try await compare(Array(0..<7), GRPCPicks.Sizes(minimum: 9_000, maximum: 9_000))
      try await compare(
        Array(0..<7), GRPCPicks.Sizes(minimum: 9_000, maximum: 9_000, cap: 9_000))
    }

    /// Keys of endpoints that fail walk on to the next.
    @Test func failingEndpointsAreWalkedPast() async throws {
      try await compare(Array(0..<7), refusing: [1, 2, 4])
    }

    /// Asks gRPC and the profile about the same keys.
    private func compare(
      _ order: [Int], refusing: Set<Int> = [], _ sizes: GRPCPicks.Sizes = GRPCPicks.Sizes(),
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let port = try LoopbackPorts.free(on: order.map(Shape.address))
      let addresses = order.map { Shape.address($0).with(port: port).description }
      let nodes = zip(order, addresses).map { place, address in
        Node(address: address, state: refusing.contains(place) ? .down : .up)
      }
      let selector = try PlacementRule.grpcCoreRing.selector(
        for: Cluster(nodes: nodes), options: sizes.options)
      let answers = try await GRPCPicks.answers(
        addresses, refusing: nodes.filter { $0.state == .down }.map(\.address), sizes,
        for: Self.keys)
      let differences = zip(Self.keys, answers).compactMap { key, answer in
        let expected = selector.index(for: key).map { nodes[$0].address } ?? "none"
        return answer == expected
          ? nil : Difference(key: key, expected: expected, got: answer)
      }
      expectNone(
        differences, of: Self.keys.count, "\(addresses) \(sizes)", sourceLocation: sourceLocation)
      // On a small ring some endpoints have less than one of the keys, which depends on the port.
      let reached = Set(Self.keys.compactMap { selector.index(for: $0) }).count
      #expect(Set(answers).count == reached, sourceLocation: sourceLocation)
      #expect(2 * reached > order.count - refusing.count, sourceLocation: sourceLocation)
    }
  }
}
