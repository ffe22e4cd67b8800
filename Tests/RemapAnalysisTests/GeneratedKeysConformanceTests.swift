import ConsistentHashing
import ProxyProfiles
import RemapAnalysis
import Testing

/// The sampling error that is printed beside a share holds under every rule.
///
/// Numbered keys (`key-1`, `key-2`, …) fail this under several rules: djb2 without a mixing step puts a
/// million of them on a few per cent of a ring.
@Suite struct GeneratedKeysConformanceTests {
  /// A rule with options, and keys of one form.
  struct Case: Sendable, CustomTestStringConvertible {
    let rule: String
    let options: [String: String]
    let form: GeneratedKeys.Form
    let key: KeySource?

    var testDescription: String { "\(rule) \(options) \(form)" }

    static let all: [Case] =
      RuleCatalogue.all.map {
        Case(
          rule: $0.name, options: [:], form: $0.promises.keys == .bytes ? .id : .ipv4, key: nil)
      }
      + ["haproxy-consistent", "haproxy-map"].flatMap { rule in
        ["sdbm", "djb2", "wt6", "crc32"].flatMap { function in
          ["on", "off"].flatMap { avalanche in
            [
              (GeneratedKeys.Form.id, KeySource.argument("sid")), (.uri, .uri),
              (.ipv4, .argument("ip")),
            ].map { form, key in
              Case(
                rule: rule, options: ["hash": function, "avalanche": avalanche], form: form,
                key: key)
            }
          }
        }
      }
      + ["nginx", "nginx-hash", "nginx-ip-hash", "haproxy-consistent", "haproxy-map", "ipvs-mh"]
      .flatMap { rule in
        [GeneratedKeys.Form.ipv4, .ipv6].map {
          Case(rule: rule, options: [:], form: $0, key: .remoteAddress)
        }
      }
      + ["haproxy-consistent", "haproxy-map"].map {
        Case(rule: $0, options: ["hash": "none"], form: .number, key: .argument("user"))
      }
  }

  private static let blocks = 40
  private static let keysOfBlock = 5000
  private static let keysOfTruth = 1_000_000

  @Test func sharesThatMoveHaveTheErrorThatIsPrinted() throws {
    let before = try Cluster(nodes: (1...10).map { Node(address: "10.0.0.\($0):80") })
    let after = try before.adding(Node(address: "10.0.0.99:80"))
    var within = 0
    var checks = 0
    for one in Case.all {
      let placement = Placement(rule: one.rule, options: one.options, key: one.key)
      let sides = (PlacedCluster(before, placement), PlacedCluster(after, placement))
      func moved(_ count: Int, seed: UInt64) throws -> RemapReport {
        var counter = try RemapCounter(before: sides.0, after: sides.1, in: .all)
        GeneratedKeys(one.form, seed: seed).forEach(count: count) { counter.count($0) }
        return counter.report(of: .sampled)
      }
      let truth = try moved(Self.keysOfTruth, seed: 1 << 60)
      let share = Double(truth.moved) / Double(truth.total)
      try #require(share > 0 && share < 1, "\(one.testDescription)")
      for block in 0..<Self.blocks {
        let report = try moved(Self.keysOfBlock, seed: UInt64(block + 1) << 20)
        let found = Double(report.moved) / Double(report.total)
        let error = report.samplingError(of: found)
        checks += 1
        if (found - share).magnitude <= error { within += 1 }
        // About one in two million draws is farther from the truth.
        #expect(
          (found - share).magnitude <= 5 / 1.96 * max(error, report.samplingError(of: share)),
          "\(one.testDescription), seed \(UInt64(block + 1) << 20): \(found), truly \(share)")
      }
    }
    // 95 of 100, give or take five standard deviations.
    let expected = 0.95 * Double(checks)
    let deviation = (0.95 * 0.05 * Double(checks)).squareRoot()
    #expect((Double(within) - expected).magnitude < 5 * deviation, "\(within) of \(checks)")
  }

  @Test(arguments: GeneratedKeys.Form.allCases)
  func keysAreWhatTheirFormSays(_ form: GeneratedKeys.Form) throws {
    var keys: [String] = []
    GeneratedKeys(form).forEach(count: 10_000) { key in
      var bytes: [UInt8] = []
      for index in key.indices { bytes.append(key[index]) }
      keys.append(String(decoding: bytes, as: UTF8.self))
    }
    #expect(Set(keys).count == keys.count)
    var again: [Int] = []
    GeneratedKeys(form).forEach(count: 3) { again.append($0.count) }
    #expect(again == keys.prefix(3).map(\.utf8.count))
    let pattern =
      switch form {
      case .id: try Regex("[0-9a-f]{32}")
      case .uri: try Regex("(/[0-9a-f]{10}){3}")
      case .ipv4: try Regex(#"\d{1,3}(\.\d{1,3}){3}"#)
      case .ipv6: try Regex("[23][0-9a-f]{3}(:[1-9a-f][0-9a-f]{0,3}){7}")
      case .number: try Regex("[0-9]{1,19}")
      }
    #expect(keys.allSatisfy { $0.wholeMatch(of: pattern) != nil }, "\(keys.prefix(5))")
  }
}
