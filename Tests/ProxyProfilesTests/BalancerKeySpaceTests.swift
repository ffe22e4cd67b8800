import ConsistentHashing
import Foundation
@testable import ProxyProfiles
import Testing

/// The key spaces of Envoy, gRPC, katran, Cilium, IPVS, mcrouter, Guava and relays of Graphite's metrics
/// say what lookups answer.
@Suite struct BalancerKeySpaceTests {
  static let rules: [PlacementRule] = [
    .envoyRing, .envoyMaglev, .grpcRing, .grpcCoreRing, .katran, .ciliumMaglev, .ipvsMaglev,
    .mcrouterCh3, .mcrouterWeightedCh3, .mcrouterRendezvous, .mcrouterWeightedRendezvous,
    .mcrouterCRC32, .guavaConsistent, .caddy, .carbonCh, .carbonFNV1aCh, .carbonJumpFNV1aCh,
    .graphiteCarbonCh, .graphiteFNV1aCh,
  ]

  /// Every value of the options that are words, and all defaults.
  private static func options(_ rule: PlacementRule) -> [[String: String]] {
    rule.options.reduce([[:]]) { options, option in
      guard case .word(let words) = option.kind else { return options }
      return options + words.map { [option.name: $0] }
    }
  }

  private static func clusters(of rule: PlacementRule) throws -> [Cluster] {
    let weights = rule.promises.takesWeights ? [1.0, 0.25, 0.5, 0.75] : [1]
    let scale: Double = rule.promises.takesWeights && rule.promises.requiresWholeWeights ? 4 : 1
    return try [(1, 0), (2, 1), (5, 0), (6, 2), (40, 17)].map { count, down in
      try Cluster(
        nodes: (0..<count).map { index in
          Node(
            address: "10.1.0.\(index):80", weight: weights[index % weights.count] * scale,
            state: index > 0 && index <= down ? .down : .up)
        })
    }
  }

  @Test(arguments: rules.map(\.name))
  func agreeWithLookups(name: String) throws {
    let rule = try #require(Self.rules.first { $0.name == name })
    var dice = Dice(1)
    let keys = sampleKeys(500) + sampleClients(500, &dice) + [[], Array("17".utf8)]
    var different: [String] = []
    for cluster in try Self.clusters(of: rule) {
      for options in Self.options(rule) {
        let selector = try rule.selector(for: cluster, options: options)
        let space = selector.keySpace()
        for key in keys {
          let index = selector.index(for: key.span)
          if index == nil, space.stateRule == nil { different.append("\(options): no rule") }
          guard let hash = selector.hash(of: key.span) else { continue }
          let isRight =
            switch space.owner(ofHash: hash) {
            case .node(let owner): index == owner
            case .state: index == nil
            case .rehashed: index != nil
            case nil: true
            }
          if !isRight || hash > space.domain.last { different.append("\(options): \(key)") }
        }
      }
    }
    #expect(different.isEmpty, "such as \(different.prefix(3))")
  }

  /// Counts of keys are within six standard deviations of the shares.
  @Test(arguments: rules.map(\.name))
  func sharesAreThoseOfManyKeys(name: String) throws {
    let rule = try #require(Self.rules.first { $0.name == name })
    let count = 4000
    var dice = Dice(2)
    let isOfClients = rule.promises.identityIsAddress
    let keys = isOfClients ? sampleClients(count, &dice) : sampleKeys(count)
    for cluster in try Self.clusters(of: rule) {
      for options in Self.options(rule) {
        let selector = try rule.selector(for: cluster, options: options)
        guard let shares = selector.keySpace().shares(nodeCount: cluster.nodes.count) else {
          #expect(options["input"] == "crc32" || options["input"] == "decimal")
          continue
        }
        if options["input"] == "decimal" { continue }
        var counts = [Int](repeating: 0, count: cluster.nodes.count + 1)
        for key in keys { counts[selector.index(for: key.span) ?? cluster.nodes.count] += 1 }
        #expect(shares.rehashed == 0)
        #expect(abs(shares.nodes.reduce(shares.state, +) - 1) < 1e-12)
        for (found, share) in zip(counts, shares.nodes + [shares.state]) {
          let expected = share * Double(count)
          let tolerance = 6 * (expected * (1 - share)).squareRoot() + 1
          #expect(abs(Double(found) - expected) <= tolerance, "\(name), \(options), \(share)")
        }
      }
    }
  }

  /// IPVS's fallback spreads the clients of servers that are down as the slots of the others are.
  @Test func fallbackIsSpreadAsSlotsAre() throws {
    var nodes = (0..<8).map { Node(address: "10.2.0.\($0):80", weight: Double(1 + $0 % 3)) }
    for index in 1..<8 { nodes[index].state = .down }
    let few = try IPVSMaglev(Cluster(nodes: nodes), tableIndex: 8, fallsBack: true).keySpace()
    #expect(few.rehashedShares == nil)
    nodes[2].state = .up
    let more = try IPVSMaglev(Cluster(nodes: nodes), tableIndex: 8, fallsBack: true).keySpace()
    let shares = try #require(more.rehashedShares)
    #expect(shares.enumerated().allSatisfy { ($1 > 0) == ($0 == 0 || $0 == 2) })
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
  }

  /// Ch3's shares are equal but for the keys all of whose attempts fail.
  @Test(arguments: 1...40)
  func sharesOfFurcHashAreNearlyEqual(count: Int) {
    let shares = FurcHash.shares(of: count)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    #expect(shares.allSatisfy { abs($0 * Double(count) - 1) < 1e-8 })
  }

  /// Guava's shares, worked out from the 2³¹ numbers that each of its jumps is drawn from.
  @Test(arguments: [2, 3, 10, 100, 1000])
  func sharesOfGuavaAreEqualToTheStatedBound(count: Int) {
    // The share of numbers that end the jumps in a bucket of n: the quotient is n or more, or the
    // number is the largest.
    func ending(_ bucket: Int, _ n: Int) -> Double {
      bucket + 1 == n ? 1 : (Double((bucket + 1) * (1 << 31) / n) + 1) / 0x1p31
    }
    var visited = [1.0]
    for n in 1..<count {
      visited.append((0..<n).reduce(0) { $0 + visited[$1] * (ending($1, n) - ending($1, n + 1)) })
    }
    let bound = (log(Double(count)) + 2) / 0x1p31
    for bucket in 0..<count {
      #expect(abs(visited[bucket] * ending(bucket, count) - 1 / Double(count)) < bound)
    }
  }
}
