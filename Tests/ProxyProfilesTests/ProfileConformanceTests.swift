import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// Every rule promises what its system really keeps, and no more is checked.
@Suite struct ProfileConformanceTests {
  @Test(arguments: RuleCatalogue.all.map(\.name))
  func keepsItsPromises(_ name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    let seeds: ClosedRange<UInt64> = 1...3
    let report = conformance(of: rule, seeds: seeds)
    let checks = ConformanceCheck.all.filter { $0.isCalledFor(by: rule) }.map(\.name)
    #expect(report.violations == [])
    #expect(report.runs.map(\.check) == seeds.flatMap { _ in checks })
    #expect(report.runs.allSatisfy { $0.selectors > 0 && $0.keys > 0 })
  }

  /// Batches of empty and of long keys, which the conformance checks do not draw, under every rule.
  @Test func unusualKeysInBatches() throws {
    let nodes = (1...10).map { Node(address: "10.0.0.\($0):80") }
    let long = [UInt8](repeating: 0x80, count: 300)
    let batches: [(bytes: [UInt8], ends: [Int])] = [
      ([], [0, 0, 0]), ([], []), (long, [0, 300]), (long, [1, 1, 57, 300, 300]),
      (long, Array(0...300)),
    ]
    var differences: [String] = []
    for rule in RuleCatalogue.all {
      let selector = try rule.selector(for: Cluster(nodes: nodes))
      for (bytes, ends) in batches {
        var indices = [Int32](repeating: -2, count: ends.count)
        var places = indices.mutableSpan
        try selector.indices(forKeys: bytes.span, ends: ends.span, into: &places)
        var start = 0
        for (position, end) in ends.enumerated() {
          let key = Array(bytes[start..<end])
          if Int(indices[position]) != selector.index(for: key) ?? -1 {
            differences.append("\(rule.name), \(key.count) bytes")
          }
          start = end
        }
      }
    }
    #expect(differences == [])
  }
}

/// What holds for the catalogue as a whole.
@Suite struct ProfileCatalogueTests {
  @Test func namesAreDistinct() throws {
    // The initialiser that anyone can use refuses two rules of one name.
    #expect(try RuleCatalogue(Array(RuleCatalogue.all)).count == RuleCatalogue.all.count)
  }

  @Test func nativeRulesComeFirst() {
    #expect(
      RuleCatalogue.all.prefix(RuleCatalogue.native.count).map(\.name)
        == RuleCatalogue.native.map(\.name))
  }

  /// Every option accepts its own default and each of its words.
  @Test func defaultsAreAccepted() {
    var refused: [String] = []
    for rule in RuleCatalogue.all {
      #expect(Set(rule.options.map(\.name)).count == rule.options.count, "\(rule.name)")
      for option in rule.options + rule.nodeProperties {
        var values = [option.defaultValue].compactMap { $0 }
        if case .word(let words) = option.kind { values += words }
        refused += values.filter { !option.accepts($0) }
          .map { "\(rule.name): \(option.name)=\($0)" }
      }
    }
    #expect(refused == [])
  }

  /// Writing out every default changes nothing.
  @Test func defaultsAreWhatIsLeftOut() throws {
    let cluster = try Cluster(nodes: (1...10).map { Node(address: "10.0.0.\($0):80") })
    let keys = (0..<200).map { "session-\($0)" }
    for rule in RuleCatalogue.all {
      var written: [String: String] = [:]
      for option in rule.options { written[option.name] = option.defaultValue }
      let plain = try rule.selector(for: cluster).indices(forKeys: keys)
      let explicit = try rule.selector(for: cluster, options: written).indices(forKeys: keys)
      #expect(plain == explicit, "\(rule.name)")
    }
  }

  /// Predictions name a target for each node, and they sum to 1.
  @Test func predictionsCoverAllNodes() throws {
    var nodes = (1...10).map { Node(address: "10.0.0.\($0):80") }
    nodes[3].state = .down
    nodes[5].state = .drain
    let cluster = try Cluster(nodes: nodes)
    for rule in RuleCatalogue.all {
      let prediction = try rule.prediction(for: cluster)
      #expect(prediction.targets.count == nodes.count, "\(rule.name)")
      #expect((prediction.targets.reduce(0, +) - 1).magnitude < 1e-12, "\(rule.name)")
      #expect(prediction.targets[5] == 0, "\(rule.name)")
      if case .points(let points) = prediction.spread {
        #expect(
          zip(points, prediction.targets).allSatisfy { ($0 > 0) == ($1 > 0) }, "\(rule.name)")
      }
    }
  }
}
