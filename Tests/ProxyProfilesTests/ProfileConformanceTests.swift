import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// Profiles keep the promises that they state.
@Suite struct ProfileConformanceTests {
  static let algorithms: [Algorithm] = [
    .envoyRing, .envoyMaglev, .grpcRing, .katran, .ciliumMaglev, .ipvsMaglev, .mcrouterCh3,
    .mcrouterWeightedCh3, .mcrouterRendezvous, .mcrouterWeightedRendezvous, .mcrouterCRC32,
    .guavaConsistent,
  ]

  @Test func allAreListed() {
    let listed = Set(Algorithm.profiles.map(\.name))
    #expect(listed.isSuperset(of: Self.algorithms.map(\.name)))
    #expect(listed.count == Algorithm.profiles.count)
  }

  @Test(arguments: algorithms.map(\.name))
  func keepsItsPromises(_ name: String) throws {
    let algorithm = try #require(Self.algorithms.first { $0.name == name })
    #expect(conformanceViolations(of: algorithm, seed: 1) == [])
  }
}
