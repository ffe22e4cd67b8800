import Testing

/// nginx 1.31 sends keys where the profiles of 1.22 say, from configurations that `chash` generates.
extension LiveServers {
  @Suite(.needs(.nginx131)) struct NginxVersions {
    static let weighted = Shape("weights, one down", weights: [1, 2, 3, 4, 5], down: [2])

    @Test(arguments: [weighted, .spelled])
    func consistentHashingOfRequests(shape: Shape) async throws {
      try await Placements.requests(shape, of: .nginx131)
    }

    @Test func consistentHashingOfSessions() async throws {
      try await Placements.sessions(Self.weighted, of: .nginx131)
    }

    @Test func otherMethods() async throws {
      let shape = Shape(
        "four of ten refuse, one is down", weights: [1, 2, 1, 3, 1, 1, 2, 1, 1, 1], down: [2],
        refusing: [1, 3, 5, 8])
      try await OtherMethods.hash(shape, of: .nginx131)
      try await OtherMethods.ipHash(shape, of: .nginx131)
      try await OtherMethods.splitClients(["0.05%", "12.34%", "40.01%", "*"], of: .nginx131)
    }
  }
}
