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

  /// Batches of empty and of long keys, which the conformance checks do not draw, under every rule.
  @Test func unusualKeysInBatches() throws {
    let nodes = (1...10).map { Node(address: "10.0.0.\($0):80") }
    let long = [UInt8](repeating: 0x80, count: 300)
    let batches: [(bytes: [UInt8], ends: [Int])] = [
      ([], [0, 0, 0]), ([], []), (long, [0, 300]), (long, [1, 1, 57, 300, 300]),
      (long, Array(0...300)),
    ]
    var differences: [String] = []
    for algorithm in Algorithm.all {
      guard let cluster = try? Cluster(nodes: nodes, algorithm: algorithm.name),
        let selector = try? algorithm.selector(for: cluster)
      else { continue }
      for (bytes, ends) in batches {
        var choices = [Int32](repeating: -2, count: ends.count)
        var places = choices.mutableSpan
        try selector.choices(forKeys: bytes.span, ends: ends.span, into: &places)
        var start = 0
        for (position, end) in ends.enumerated() {
          let key = Array(bytes[start..<end])
          if Int(choices[position]) != selector.choice(for: key.span) ?? -1 {
            differences.append("\(algorithm.name), \(key.count) bytes")
          }
          start = end
        }
      }
    }
    #expect(differences == [])
  }
}
