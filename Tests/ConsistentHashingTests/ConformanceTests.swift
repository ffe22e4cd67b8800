import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// The promises of every algorithm of the library, as anyone else would check theirs.
@Suite struct ConformanceTests {
  @Test(arguments: Algorithm.native.map(\.name))
  func keepsItsPromises(_ name: String) throws {
    let algorithm = try #require(Algorithm.native.first { $0.name == name })
    #expect(conformanceViolations(of: algorithm, seed: 1) == [])
  }

  @Test func everyCheckIsCalledForByOneOfThem() {
    for check in ConformanceCheck.all {
      #expect(
        Algorithm.native.contains { check.isCalledFor(by: $0.promises) }, "\(check.name)")
    }
    #expect(Set(ConformanceCheck.all.map(\.name)).count == ConformanceCheck.all.count)
  }
}
