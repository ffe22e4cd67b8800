import ConsistentHashing
import Foundation
@testable import ProxyProfiles
import Testing

/// Servers that HAProxy 2.6.12 and Envoy 1.40 picked under a limit on their load.
///
/// Recorded with TCP connections from addresses of 127.0.0.0/8, which are the keys. A fixed number of them
/// was open at once: before each further one the oldest was closed.
@Suite struct BoundedLoadTests {
  struct Run: Decodable, CustomTestStringConvertible {
    let rule: String
    let percent: Int
    let inFlight: Int
    let weights: [Double]
    let addresses: [String]
    let keys: [String]
    let picks: [Int]

    var testDescription: String { "\(rule), \(weights), \(percent) %, \(inFlight) in flight" }

    func selector() throws -> any NodeSelector {
      let rule = try #require(RuleCatalogue.all.first { $0.name == self.rule })
      let named = rule.name.hasPrefix("haproxy")
      let nodes = addresses.enumerated().map { position, address in
        Node(
          id: NodeID(named ? "s\(position + 1)" : address), address: address,
          weight: weights[position])
      }
      return try rule.selector(for: Cluster(nodes: nodes), key: .remoteAddress)
    }
  }

  static let runs: [Run] = {
    guard
      let url = Bundle.module.url(forResource: "Fixtures/bounded-load", withExtension: "json"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return (try? JSONDecoder().decode([Run].self, from: data)) ?? []
  }()

  @Test func allRunsAreThere() {
    #expect(
      Self.runs.map(\.rule) == [
        "haproxy-consistent", "haproxy-consistent", "envoy-ring", "envoy-ring", "envoy-maglev",
        "envoy-maglev",
      ])
  }

  @Test(arguments: runs)
  func serversArePickedAsRecorded(run: Run) throws {
    let selector = try run.selector()
    var load = NodeLoad(selector.nodes, percent: run.percent)
    var open: [Int] = []
    var picks: [Int] = []
    var left = 0
    for key in run.keys {
      if open.count - left == run.inFlight {
        load.end(open[left])
        left += 1
      }
      let picked = selector.index(for: key.utf8.span, under: load)
      let pick = try #require(picked)
      load.begin(pick)
      open.append(pick)
      picks.append(pick)
    }
    #expect(picks == run.picks)
    // The limit decides something, and not everything.
    let free = run.keys.map { selector.index(for: $0) }
    let moved = zip(free, picks).count { $0 != $1 }
    #expect(moved > 5 && moved < picks.count / 2)
  }

  /// The numbers of `std::mt19937`: the ten thousandth of the seed 5489 is part of the C++ standard.
  @Test func twisterIsThatOfTheStandard() {
    var twister = MersenneTwister(seed: 5489)
    for _ in 1..<10_000 { _ = twister.next() }
    #expect(twister.next() == 4_123_659_995)
  }
}
