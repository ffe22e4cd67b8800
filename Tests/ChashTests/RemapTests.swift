import ConsistentHashing
import Foundation
import ProxyProfiles
import RemapAnalysis
import Testing

@Suite struct RemapTests {
  static let keys = (0..<1000).map { "key-\($0)\n" }.joined()

  static func remap(_ arguments: [String], in folder: Folder) async throws -> ChashProgram.Outcome {
    try await ChashProgram.run(["remap", "sessions.yaml"] + arguments, in: folder)
  }

  static func json(_ arguments: [String], in folder: Folder) async throws -> [String: Any] {
    let outcome = try await remap(arguments + ["--format", "json"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    return try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test func theAnswerComesFirstAndTheTableAgrees() async throws {
    try await Folder.with(["keys": "a\nb\nc\nd\ne\nf\n", "one": "b\n", "stays": "a\n"]) {
      (folder: Folder) async throws in
      #expect(
        try await Self.remap(["--remove", "web-2", "--keys", "keys"], in: folder)
          == .init(
            output: """
              3 of 6 keys (50.00 %) move.

              sessions (nginx): remove web-2

                        KEYS    SHARE
              moved        3  50.00 %
              needless     0   0.00 %
              floor           66.67 %  the least, for shares exactly by weight

              FROM   TO             KEYS    SHARE
              web-2  10.0.0.1:8080     3  50.00 %

              NODE            BEFORE   TARGET     AFTER    TARGET
              10.0.0.1:8080  50.00 %  33.33 %  100.00 %  100.00 %
              web-2          50.00 %  66.67 %         -         -

              peak/mean: 1.500 before, 1.000 after

              """))
      func answer(_ keys: String) async throws -> String {
        let outcome = try await Self.remap(["--remove", "web-2", "--keys", keys], in: folder)
        return String(outcome.output.prefix { $0 != "\n" })
      }
      #expect(try await answer("one") == "1 of 1 key (100.00 %) moves.")
      #expect(try await answer("stays") == "Nothing moves: the one key keeps its node.")
      let same = try await Self.remap(
        ["--to", "sessions.yaml", "--samples", "1000"], in: folder
      ).output
      #expect(same.hasPrefix("Nothing moves: all 1,000 generated keys keep their nodes.\n"))
      let sampled = try await Self.remap(["--remove", "web-2", "--samples", "10000"], in: folder)
      #expect(
        sampled.output.hasPrefix(
          "64.46 % of all keys move (± 0.94, measured on 10,000 generated keys).\n"),
        "\(sampled)")
    }
  }

  @Test func everyFormatHoldsTheSameNumbers() async throws {
    try await Folder.with(["keys": Self.keys]) { (folder: Folder) async throws in
      let event = ["--add", "web-3=10.0.0.3:8080*2", "--keys", "keys"]
      let report = try await Self.json(event, in: folder)
      #expect(
        Set(report.keys) == [
          "version", "cluster", "event", "algorithm", "algorithmAfter", "keys", "total", "moved",
          "movedShare",
          "movedShareError95", "otherMachine", "otherMachineShare", "readdressings", "needless",
          "needlessShare", "floorShare", "statelessFloorShare",
          "byStateBefore", "byStateAfter", "skippedLines", "peakToMeanBefore", "peakToMeanAfter",
          "flows", "nodes",
        ])
      let moved = try #require(report["moved"] as? Int)
      #expect(report["version"] as? Int == 1)
      #expect(report["event"] as? String == "add web-3 (weight 2)")
      #expect(report["total"] as? Int == 1000)
      #expect(report["keys"] as? String == "given")
      #expect(report["movedShareError95"] as? Double == 0)
      #expect(abs((report["floorShare"] as? Double ?? 0) - 0.4) < 1e-12)
      let flows = try #require(report["flows"] as? [[String: Any]])
      #expect(flows.reduce(0) { $0 + ($1["keys"] as? Int ?? 0) } == moved)
      #expect(flows.allSatisfy { $0["to"] as? String == "web-3" })
      let json = try await Self.remap(event + ["--format", "json"], in: folder).output
      #expect(json.hasPrefix("{\n  \"version\": 1,\n"))
      let decoded = try JSONDecoder().decode(RemapReport.self, from: Data(json.utf8))
      #expect(decoded.moved == moved && decoded.flows.count == flows.count)
      // JSONSerialization rounds numbers.
      #expect(abs(decoded.floor.any - (report["floorShare"] as? Double ?? 0)) < 1e-12)
      #expect(abs(decoded.peakAfter - (report["peakToMeanAfter"] as? Double ?? 0)) < 1e-12)
      let csv = try await Self.remap(event + ["--format", "csv"], in: folder).output
      let rows = csv.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      #expect(rows.first?.joined(separator: ",") == "from,to,keys,share,needless")
      #expect(rows.dropFirst().reduce(0) { $0 + (Int($1[2]) ?? 0) } == moved)
      #expect(rows.allSatisfy { $0.count == 5 })
      let table = try await Self.remap(event, in: folder).output
      #expect(table.hasPrefix("\(moved) of 1,000 keys (\(moved / 10).\(moved % 10)0 %) move.\n"))
    }
  }

  /// An id may hold what separates the cells of a table.
  @Test func cellsOfCSVAreQuoted() async throws {
    let document = "nodes:\n  - { id: 'a,\"b', address: a:1 }\n  - b:1\n"
    try await Folder.with(["odd.yaml": document]) { (folder: Folder) async throws in
      let csv = try await ChashProgram.run(
        ["remap", "odd.yaml", "--remove", "b:1", "--samples", "100", "--format", "csv"], in: folder)
      let row = try #require(csv.output.split(separator: "\n").last)
      #expect(row.hasPrefix("b:1,\"a,\"\"b\","), "\(row)")
    }
  }

  @Test func movedKeysAreListed() async throws {
    try await Folder.with(["keys": "a\nb\nc\nd\ne\nf\n"]) { (folder: Folder) async throws in
      let event = ["--remove", "web-2", "--keys", "keys"]
      let outcome = try await Self.remap(event + ["--list-moved", "moved"], in: folder)
      let unlisted = try await Self.remap(event, in: folder)
      #expect(outcome == unlisted)
      #expect(
        try folder.read("moved")
          == ["b", "c", "d"].map { "\($0)\tweb-2\t10.0.0.1:8080\n" }.joined())
      #expect(try folder.names() == ["keys", "moved", "sessions.yaml"])
    }
  }

  /// A node at a new address keeps its keys where the identity is hashed, and loses them under nginx.
  @Test(arguments: RuleCatalogue.all.map(\.name))
  func replacingAnAddressMovesKeysOnlyWhereTheAddressIsHashed(_ name: String) async throws {
    let promises = try RuleCatalogue.all.rule(named: name).promises
    let takesTwo = promises.takesWeights && promises.largestWeight == nil
    let document =
      takesTwo
      ? Folder.sessions : Folder.sessions.replacingOccurrences(of: ", weight: 2", with: "")
    try await Folder.with(["keys": Self.keys, "sessions.yaml": document]) {
      (folder: Folder) async throws in
      let report = try await Self.json(
        [
          "--replace", "web-2=10.9.9.9:8080", "--keys", "keys", "--algorithm", name,
        ], in: folder)
      let moved = try #require(report["moved"] as? Int)
      // Few points meet, so that a tie that the address settles may be among these keys or not.
      if !promises.addressSettlesTies {
        #expect((moved > 0) == promises.identityIsAddress, "\(moved) move")
      }
      #expect(report["algorithm"] as? String == name)
    }
  }

  @Test func severalEventsAreOne() async throws {
    let after = """
      name: after
      algorithm: nginx
      nodes:
        - { id: web-2, address: 10.0.0.9:8080, weight: 3 }
        - { id: web-3, address: 10.0.0.3:8080, state: down }
        - { id: 10.0.0.1:8080, address: 10.0.0.2:8080, weight: 2 }

      """
    let before = Folder.sessions + "  - { id: web-3, address: 10.0.0.3:8080 }\n"
    try await Folder.with(["keys": Self.keys, "after.yaml": after, "sessions.yaml": before]) {
      (folder: Folder) async throws in
      let events = [
        "--add", "10.0.0.1:8080=10.0.0.2:8080*2", "--remove", "10.0.0.1:8080",
        "--replace", "web-2=10.0.0.9:8080", "--weight", "web-2=3", "--down", "web-3",
      ]
      let byEvents = try await Self.json(events + ["--keys", "keys"], in: folder)
      let byDocument = try await Self.json(["--to", "after.yaml", "--keys", "keys"], in: folder)
      #expect(
        byEvents["event"] as? String
          == "remove 10.0.0.1:8080, web-2 to 10.0.0.9:8080, web-2 to weight 3, web-3 down, "
          + "add 10.0.0.1:8080 (weight 2)")
      #expect(byDocument["event"] as? String == "to after.yaml")
      for field in ["moved", "needless", "floorShare", "peakToMeanAfter"] {
        #expect(byEvents[field] as? Double == byDocument[field] as? Double, "\(field)")
      }
      #expect((byEvents["moved"] as? Int ?? 0) > 0)
    }
  }

  @Test func anotherAlgorithmIsAnEventToo() async throws {
    let after = Folder.sessions.replacingOccurrences(of: "nginx", with: "maglev")
    try await Folder.with(["keys": Self.keys, "after.yaml": after]) {
      (folder: Folder) async throws in
      let report = try await Self.json(["--to", "after.yaml", "--keys", "keys"], in: folder)
      #expect(report["algorithm"] as? String == "nginx")
      #expect(report["algorithmAfter"] as? String == "maglev")
      #expect((report["moved"] as? Int ?? 0) > 200)
      let table = try await Self.remap(["--to", "after.yaml", "--keys", "keys"], in: folder).output
      #expect(table.contains("\nsessions (nginx to maglev): to after.yaml\n"))
    }
  }

  @Test func theAlgorithmAfterTheEventIsAnOption() async throws {
    let after = Folder.sessions.replacingOccurrences(of: "nginx", with: "maglev")
    try await Folder.with(["keys": Self.keys, "after.yaml": after]) {
      (folder: Folder) async throws in
      let change = ["--to-algorithm", "maglev", "--keys", "keys"]
      let byOption = try await Self.json(change, in: folder)
      let byDocument = try await Self.json(["--to", "after.yaml", "--keys", "keys"], in: folder)
      #expect(byOption["event"] as? String == "change to maglev")
      for field in ["algorithm", "algorithmAfter"] {
        #expect(byOption[field] as? String == byDocument[field] as? String)
      }
      #expect(byOption["moved"] as? Int == byDocument["moved"] as? Int)
      let both = try await Self.json(change + ["--remove", "web-2"], in: folder)
      #expect(both["event"] as? String == "change to maglev, remove web-2")
      let table = try await Self.remap(change, in: folder).output
      #expect(table.contains("\nsessions (nginx to maglev): change to maglev\n"))
      let from = try await Self.json(change + ["--algorithm", "rendezvous"], in: folder)
      #expect(from["algorithm"] as? String == "rendezvous")
      let same = try await Self.remap(
        ["--to-algorithm", "nginx", "--keys", "keys"], in: folder)
      #expect(same.output.hasPrefix("Nothing moves: all 1,000 keys keep their nodes.\n"))
    }
  }

  @Test func statesAreEvents() async throws {
    let document = Folder.sessions + "  - { id: web-3, address: 10.0.0.3:8080, state: down }\n"
    try await Folder.with(["keys": Self.keys, "sessions.yaml": document]) {
      (folder: Folder) async throws in
      let up = try await Self.json(["--up", "web-3", "--keys", "keys"], in: folder)
      #expect(up["event"] as? String == "web-3 up")
      let flows = try #require(up["flows"] as? [[String: Any]])
      #expect(!flows.isEmpty && flows.allSatisfy { $0["to"] as? String == "web-3" })
      let drain = try await Self.json(["--drain", "web-2", "--keys", "keys"], in: folder)
      #expect(drain["event"] as? String == "drain web-2")
      let weight = try await Self.json(["--weight", "web-2=0", "--keys", "keys"], in: folder)
      #expect(drain["moved"] as? Int == weight["moved"] as? Int)
      #expect((drain["moved"] as? Int ?? 0) > 0)
    }
  }

  /// Only the membership of a jump document has slots, yet it can be compared under any algorithm.
  @Test func documentsWithSlotsAreComparedUnderOtherAlgorithms() async throws {
    let document =
      "algorithm: jump\nnodes: [{address: 10.0.0.1:1, slots: [0, 2]}, {address: 10.0.0.2:1, slots: [1]}]\n"
    try await Folder.with(["jump.yaml": document]) { (folder: Folder) async throws in
      for rule in RuleCatalogue.all
      where rule.promises.takesWeights && rule.promises.largestWeight == nil {
        let outcome = try await ChashProgram.run(
          [
            "remap", "jump.yaml", "--weight", "10.0.0.1:1=3", "--add", "c=10.0.0.3:1*2",
            "--samples", "100",
            "--algorithm", rule.name,
          ], in: folder)
        #expect(outcome.status == 0, "\(outcome)")
      }
    }
  }

  @Test func twoRunsGiveTheSameBytes() async throws {
    try await Folder.with { (folder: Folder) async throws in
      for format in ["table", "json", "csv"] {
        let event = ["--weight", "web-2=5", "--samples", "5000", "--format", format]
        let first = try await Self.remap(event, in: folder)
        #expect(first.status == 0)
        #expect(try await Self.remap(event, in: folder) == first)
      }
    }
  }

  @Test func smallSharesAreNotShownAsNothing() async throws {
    let nodes = "nodes:\n  - { address: a:1, weight: 100000 }\n  - b:1\n"
    try await Folder.with(["c.yaml": "algorithm: rendezvous\n" + nodes]) {
      (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(
        ["remap", "c.yaml", "--remove", "b:1", "--samples", "100"], in: folder)
      #expect(outcome.output.contains("\nfloor           < 0.01 %  the least, "), "\(outcome)")
      #expect(outcome.output.contains("\nneedless     0    0.00 %\n"), "\(outcome)")
    }
  }

  @Test func longTablesSayWhatTheyLeaveOut() async throws {
    let nodes = (0..<40).map { "  - h\($0):80\n" }.joined()
    try await Folder.with(["many.yaml": "nodes:\n" + nodes]) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(
        ["remap", "many.yaml", "--remove", "h0:80", "--samples", "20000"], in: folder)
      #expect(outcome.output.contains("; --format csv lists them all\n"), "\(outcome)")
      #expect(outcome.output.contains("… and 10 more nodes; --format json lists them all\n"))
    }
  }
}
