import ConsistentHashing
import Foundation
import ProxyProfiles
import RemapAnalysis
import Testing

@Suite struct BalanceTests {
  @Test func theTableShowsEveryNode() async throws {
    try await Folder.with(["keys": "a\nb\nc\nd\ne\nf\n", "one": "a\n"]) {
      (folder: Folder) async throws in
      let six = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "keys"], in: folder)
      #expect(
        six
          == .init(
            output: """
              sessions (nginx): 6 keys

              NODE           KEYS    SHARE   TARGET  SHARE/MEAN
              10.0.0.1:8080     3  50.00 %  33.33 %       1.500
              web-2             3  50.00 %  66.67 %       0.750

              peak/mean: 1.500 (10.0.0.1:8080); expected 1.317

              """))
      let one = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "one"], in: folder)
      #expect(one.output.hasPrefix("sessions (nginx): 1 key\n"))
    }
  }

  /// One key only: its node takes the limit, and the rest spills.
  @Test func aHotKeySpills() async throws {
    let keys = String(repeating: "hot\n", count: 400)
    try await Folder.with(["keys": keys]) { (folder: Folder) async throws in
      func play(_ options: String...) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(
          ["balance", "sessions.yaml", "--algorithm", "maglev", "--keys", "keys"] + options,
          in: folder)
      }
      // 100 in flight: 1.2 times a third, and two thirds, of them.
      let table = try await play("--bounded", "1.2", "--in-flight", "100")
      #expect(table.status == 0)
      #expect(
        table.output.contains(
          ": keys given, 100 in flight, limit 1.20\n"))
      let json = try await play("--bounded", "1.2", "--in-flight", "100", "--format", "json")
      let report = try #require(
        JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let nodes = try #require(report["nodes"] as? [[String: Any]])
      let peaks = nodes.compactMap { $0["mostInFlight"] as? Int }
      let byHash = nodes.compactMap { $0["byHash"] as? Int }
      #expect(report["total"] as? Int == 400 && byHash.sorted() == [0, 400])
      let capacities = [40, 80]
      let hot = byHash[0] == 400 ? 0 : 1
      #expect(peaks[hot] == capacities[hot])
      #expect(peaks[1 - hot] == 100 - capacities[hot])
      let flows = try #require(report["flows"] as? [[String: Any]])
      #expect(flows.count == 1 && flows[0]["requests"] as? Int == report["spilled"] as? Int)
      // Nothing spills where there is room for all.
      let roomy = try await play("--bounded", "3", "--in-flight", "1")
      #expect(
        roomy.output.hasPrefix("0.00 % of 400 requests leave the node of their key.\n"))
    }
  }

  @Test(arguments: [
    ("--bounded 1.25", "--in-flight says how many"),
    ("--in-flight 5", "--in-flight needs --bounded"),
    ("--bounded 0.9 --in-flight 5", "from 1 to 100"), ("--bounded 2 --in-flight 0", "from 1 to"),
    ("--bounded nan --in-flight 5", "from 1 to 100"),
  ])
  func loadsThatMakeNoSense(options: String, message: String) async throws {
    try await Folder.with { (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(
        ["balance", "sessions.yaml"] + options.split(separator: " ").map(String.init), in: folder)
      #expect(outcome.status == 64 && outcome.output.isEmpty)
      #expect(outcome.errors.contains(message), "\(outcome)")
    }
  }

  @Test(arguments: RuleCatalogue.all.map(\.name))
  func everyAlgorithmIsBalancedAsItIsExpectedToBe(_ name: String) async throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    let promises = rule.promises
    let weights: [Double] =
      promises.takesWeights ? promises.largestWeight.map { [$0 / 2, $0] } ?? [1, 2] : [1, 1]
    let nodes = (0..<8).map {
      "  - { address: 10.0.0.\($0):80, weight: \(weights[$0 % 2]) }\n"
    }.joined()
    try await Folder.with(["c.yaml": "nodes:\n" + nodes]) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(
        [
          "balance", "c.yaml", "--algorithm", name, "--format", "json", "--samples", "20000",
        ], in: folder)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
      let report = try #require(
        JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      #expect(
        Set(report.keys) == [
          "version", "cluster", "algorithm", "keys", "total", "byState", "peakToMean",
          "expectedPeakToMean", "nodes", "skippedLines",
        ])
      #expect(report["version"] as? Int == 1)
      let decoded = try JSONDecoder().decode(BalanceReport.self, from: Data(outcome.output.utf8))
      #expect(decoded.total == 20_000 && decoded.keys == .sampled)
      // JSONSerialization rounds numbers.
      #expect(abs(decoded.peak - (report["peakToMean"] as? Double ?? 0)) < 1e-12)
      #expect(report["algorithm"] as? String == name)
      let lines = try #require(report["nodes"] as? [[String: Any]])
      #expect(lines.reduce(0) { $0 + ($1["keys"] as? Int ?? 0) } == 20_000)
      #expect(abs(lines.reduce(0) { $0 + ($1["targetShare"] as? Double ?? 0) } - 1) < 1e-12)
      let peak = try #require(report["peakToMean"] as? Double)
      #expect(peak >= 1)
      let cluster = try Cluster(
        nodes: (0..<8).map { Node(address: "10.0.0.\($0):80", weight: weights[$0 % 2]) })
      if try rule.prediction(for: cluster).spread == .unknown {
        #expect(report["expectedPeakToMean"] is NSNull)
      } else {
        let expected = try #require(report["expectedPeakToMean"] as? Double)
        #expect(peak < 1 + 4 * (expected - 1), "\(peak), expected \(expected)")
      }
    }
  }

  private static let remedy =
    "give other files, or say where the key is with --value, --field or --regex"

  /// Fields of a log in the combined format, and each client once.
  @Test func keysComeFromAFieldOfALog() async throws {
    let log = """
      1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 7 "-" "A \\"B\\" C" sid-1
      1.1.1.1 - - [10/Oct/2000:13:55:37 -0700] "GET /x HTTP/1.1" 200 7 "-" "agent" sid-2
      broken line
      2.2.2.2 - - [10/Oct/2000:13:55:38 -0700] "GET / HTTP/1.1" 200 7 "-" "agent" sid-1

      """
    try await Folder.with(["log": log, "bad": "a\n\nb\n"]) { (folder: Folder) async throws in
      func keys(_ more: String...) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(
          ["lookup", "sessions.yaml", "--format", "tsv", "--keys", "log"] + more, in: folder)
      }
      func first(_ outcome: ChashProgram.Outcome) -> [String] {
        outcome.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
      }
      let sids = try await keys("--field", "10")
      #expect(first(sids) == ["sid-1", "sid-2", "sid-1"])
      #expect(
        sids.errors == "chash: log: 1 of 4 lines (line 3): no field 10, skipped\n")
      #expect(first(try await keys("--field", "10", "--distinct")) == ["sid-1", "sid-2"])
      #expect(
        first(try await keys("--field", "1", "--distinct")) == ["1.1.1.1", "broken", "2.2.2.2"])
      #expect(first(try await keys("--field", "4")).first == "10/Oct/2000:13:55:36 -0700")
      #expect(first(try await keys("--field", "9")).first == "A \"B\" C")
      #expect(first(try await keys("--raw")).count == 4)
      #expect(
        try await keys("--field", "10", "--strict").errors
          == "Error: log:3: no field 10; correct it, or leave out --strict to skip such lines\n")
      let none = try await keys("--field", "9223372036854775807")
      #expect(
        none
          == .init(
            1,
            errors: """
              chash: log: 4 of 4 lines (lines 1, 2, 3, …): no field 9223372036854775807, skipped
              Error: log: no line has a key; \(Self.remedy)

              """))
      let gap = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "bad", "--field", "2"], in: folder)
      #expect(
        gap.errors == """
          chash: bad: skipped 1 empty line
          chash: bad: 2 of 2 lines (lines 1, 3): no field 2, skipped
          Error: bad: no line has a key; \(Self.remedy)

          """)
    }
  }
}
