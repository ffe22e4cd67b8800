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

/// Each broken promise is found, by the check that is there for it.
@Suite struct BrokenAlgorithmTests {
  static let expectations: [(Algorithm, ConformanceCheck)] = [
    (Broken.orderDependent, .orderIndependent),
    (Broken.nonMonotone, .minimalMovement),
    (Broken.nearlyMonotone, .nearMinimalMovement),
    (Broken.duplicates, .preferenceOrder),
    (Broken.forgetful, .preferenceOrder),
    (Broken.biased, .exactShares),
    (Broken.weightless, .exactShares),
    (Broken.routesToDown, .preferenceOrder),
    (Broken.routesToDown, .skipping),
    (Broken.routesToDrained, .draining),
    (Broken.countsNodes, .skipping),
    (Broken.countsNodes, .skippingEqualsRemoving),
    (Broken.fixedFallback, .skippingEqualsRemoving),
    (Broken.hashesAddresses, .readdressing),
    (Broken.addressLiar, .readdressing),
    (Broken.silent, .repeatable),
    (Broken.moody, .repeatable),
    (Broken.refuses, .repeatable),
    (Broken.backwardBatches, .batches),
    (Broken.cramming, .batches),
    (Broken.sparseRing, .ringShares),
    (Broken.smallRing, .ringShares),
    (Broken.evenRing, .ringShares),
    (Broken.unevenSlots, .slotShares),
  ]

  @Test(arguments: expectations.indices)
  func isFound(_ index: Int) {
    let (algorithm, check) = Self.expectations[index]
    let found = check.violations(of: algorithm, seed: 1)
    #expect(!found.isEmpty, "\(algorithm.name) passes \(check.name)")
    #expect(found.allSatisfy { $0.algorithm == algorithm.name && $0.check == check.name })
    #expect(found == check.violations(of: algorithm, seed: 1) || algorithm.name == "moody")
  }

  /// What the broken ones are made of is right, so that each is found for its own mistake.
  @Test func theirCommonBaseIsRight() {
    #expect(conformanceViolations(of: Broken.nothing, seed: 1) == [])
  }

  @Test func everyCheckFindsOne() {
    let checks = Set(Self.expectations.map(\.1.name))
    #expect(checks == Set(ConformanceCheck.all.map(\.name)))
  }
}
