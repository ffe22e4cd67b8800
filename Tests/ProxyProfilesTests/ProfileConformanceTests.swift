import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// The profiles promise what their systems really keep, and no more is checked.
@Suite struct ProfileConformanceTests {
  @Test(arguments: Algorithm.profiles.map(\.name))
  func keepsItsPromises(_ name: String) throws {
    #expect(conformanceViolations(of: try Algorithm.named(name), seed: 1) == [])
  }

  @Test func namesAreDistinct() {
    #expect(Set(Algorithm.all.map(\.name)).count == Algorithm.all.count)
  }
}
