import ConsistentHashing
import Foundation
import ProxyProfiles
import RemapAnalysis
import Testing

@Suite struct BalanceReportTests {
  static func report(_ nodes: [Node], _ rule: String, keys: Int = 8000) throws -> BalanceReport {
    var counter = try BalanceCounter(
      PlacedCluster(Cluster(nodes: nodes), Placement(rule: rule)), in: .all)
    for number in 0..<keys { counter.count("b\(number)".utf8.span) }
    return counter.report(of: .given)
  }

  @Test func balanceCountsEveryKeyOnce() throws {
    let report = try Self.report(
      [
        Node(address: "a:1"), Node(address: "b:1", weight: 3), Node(address: "c:1", state: .drain),
      ], "rendezvous")
    #expect(report.total == 8000 && report.byState == 0)
    #expect(report.nodes.map(\.target) == [0.25, 0.75, 0])
    #expect(report.nodes[2].count == 0)
    #expect(report.nodes.reduce(0) { $0 + $1.count } == 8000)
    // Five standard deviations of a count.
    #expect(abs(Double(report.nodes[0].count) - 2000) < 5 * (8000 * 0.25 * 0.75).squareRoot())
    #expect(report.expectedPeak.map { $0 > 1 && $0 < 1.05 } == true)
  }

  /// Backups get nothing while another server is up.
  @Test func targetsComeFromThePredictionOfTheRule() throws {
    let nodes = [
      Node(address: "a:1"), Node(address: "b:1", weight: 3),
      Node(address: "c:1", properties: ["backup": "true"]),
    ]
    #expect(try Self.report(nodes, "nginx").nodes.map(\.target) == [0.25, 0.75, 0])
    #expect(try Self.report(nodes, "ketama").nodes.map(\.target) == [0.2, 0.6, 0.2])
  }

  @Test func reportsOfBalanceAreWrittenAndRead() throws {
    let nodes: [Node] = ["a:1", "b:1", Node(address: "c:1", weight: 0)]
    for report in [
      try Self.report(nodes, "ketama"), try Self.report(nodes, "ketama", keys: 0),
      try Self.report(["a:1"], "nginx", keys: 1),
    ] {
      let json = try JSONEncoder().encode(report)
      #expect(try JSONDecoder().decode(BalanceReport.self, from: json) == report)
      let fields = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
      #expect(fields["version"] as? Int == 1)
      #expect(fields["peakToMean"] as? Double == report.peak)
    }
  }

  @Test func reportsOfChangesAreWrittenAndRead() throws {
    let cluster = try RemapCounterTests.cluster([1, 2, 1])
    let events: [ScaleEvent] = [.remove("n0"), .add(Node(id: "é", address: "x:1"))]
    let report = try RemapCounterTests.report(cluster, events)
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(RemapReport.self, from: json) == report)
    let fields = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(fields["version"] as? Int == 1)
    #expect(fields["moved"] as? Int == report.moved && report.moved > 0)
    let newer = String(decoding: json, as: UTF8.self)
      .replacingOccurrences(of: "\"version\":1", with: "\"version\":2")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(RemapReport.self, from: Data(newer.utf8))
    }
  }
}
