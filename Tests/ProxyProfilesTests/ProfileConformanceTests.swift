import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// The profiles of proxies promise what their systems really keep, and no more is checked.
@Suite struct ProfileConformanceTests {
  static let algorithms: [Algorithm] = [
    .nginx, .nginxHash, .nginxIPHash, .nginxSplitClients, .varnishShard, .varnishHash, .pingora,
    .restyChash,
  ]

  @Test(arguments: algorithms.map(\.name))
  func keepsItsPromises(_ name: String) throws {
    #expect(conformanceViolations(of: try Algorithm.named(name), seed: 1) == [])
  }

  @Test func namesAreDistinct() {
    #expect(Set(Algorithm.all.map(\.name)).count == Algorithm.all.count)
  }
}
