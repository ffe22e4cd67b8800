import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// The promises of every algorithm of the library, as anyone else would check theirs.
@Suite struct ConformanceTests {
  @Test(arguments: RuleCatalogue.native.map(\.name), [1, 2, 3] as [UInt64])
  func keepsItsPromises(_ name: String, seed: UInt64) throws {
    let rule = try RuleCatalogue.native.rule(named: name)
    let report = conformance(of: rule, seeds: CollectionOfOne(seed))
    #expect(report.violations == [])
    #expect(
      report.runs.map(\.check)
        == ConformanceCheck.all.filter { $0.isCalledFor(by: rule) }.map(\.name))
    #expect(report.runs.allSatisfy { $0.selectors > 0 && $0.keys > 0 })
  }

  @Test func everyCheckIsCalledForByOneOfThem() {
    for check in ConformanceCheck.all {
      #expect(
        RuleCatalogue.native.contains { check.isCalledFor(by: $0) }, "\(check.name)")
    }
    #expect(Set(ConformanceCheck.all.map(\.name)).count == ConformanceCheck.all.count)
  }
}

/// Each broken promise is found, by the check that is there for it.
@Suite struct BrokenAlgorithmTests {
  static let expectations: [(PlacementRule, ConformanceCheck)] = [
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
    (Broken.unhealthyBatches, .healthMasks),
    (Broken.keySpaceLiar, .keySpaces),
    (Broken.shareLiar, .keySpaces),
    (Broken.unevenSlots, .keySpaces),
  ]

  @Test(arguments: expectations.indices)
  func isFound(_ index: Int) {
    let (rule, check) = Self.expectations[index]
    let found = check.run(on: rule, seed: 1)?.violations ?? []
    #expect(!found.isEmpty, "\(rule.name) passes \(check.name)")
    #expect(found.allSatisfy { $0.rule == rule.name && $0.check == check.name })
    #expect(found == check.run(on: rule, seed: 1)?.violations || rule.name == "moody")
  }

  /// What the broken ones are made of is right, so that each is found for its own mistake.
  @Test func theirCommonBaseIsRight() {
    #expect(conformance(of: Broken.nothing, seeds: [1]).violations == [])
  }

  @Test func everyCheckFindsOne() {
    let checks = Set(Self.expectations.map(\.1.name))
    #expect(checks == Set(ConformanceCheck.all.map(\.name)))
  }
}
