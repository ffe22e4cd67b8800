import ConsistentHashing
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `follow: list`: the history beside a document, and what is refused.
@Suite struct ListRolloutTests {
  static let shop = RolloutTests.shop.replacing("{ secret", with: "{ follow: list, secret")
  static let first =
    "chash: shop.yaml: has no shop.history beside it, so that this list is taken for the first one\n"

  private static func chash(_ arguments: String..., in folder: Folder) async throws
    -> ChashProgram.Outcome
  {
    try await ChashProgram.run(arguments, in: folder)
  }

  /// The document and its history of three changes, in the folder `c`.
  private static func withThreeChanges(_ body: (Folder) async throws -> Void) async throws {
    try await Folder.with(["shop.yaml": shop]) { (folder: Folder) async throws in
      for (from, to, event) in [
        ("shop.yaml", "a", ["--weight", "app-1=2"]), ("a/1.yaml", "b", ["--add", "x=10.0.0.9:1"]),
        ("b/1.yaml", "c", ["--to-algorithm", "nginx-hash"]),
      ] {
        let step = try await ChashProgram.run(
          ["rollout", from, "--folder", to] + event, in: folder)
        try #require(step.status == 0, "\(step)")
      }
      try await body(folder)
    }
  }

  @Test func eachStepHasItsHistory() async throws {
    try await Folder.with(["shop.yaml": Self.shop]) { (folder: Folder) async throws in
      let plan = try await Self.chash(
        "rollout", "shop.yaml", "--add", "app-4=10.0.0.4:8080", "--remove", "app-2", "--folder",
        "steps", in: folder)
      #expect(
        plan
          == .init(
            output: """
              step 1: app-4 joins, app-2 drains
                      no session moves
              step 2: app-2 leaves
                      wait until the sessions of app-2 have ended

              """, errors: Self.first))
      for (step, lists) in [(1, 1), (2, 2)] {
        let history = try folder.read("steps/\(step).history")
        #expect(history.split(separator: "\n").count { $0.hasPrefix("--- ") } == lists)
        #expect(!history.contains("0123456789abcdef") && !history.contains("key:"), "no secret")
        let site = try await Self.chash(
          "generate", "nginx", "steps/\(step).yaml", in: folder)
        #expect(site.status == 0 && site.errors.isEmpty)
        #expect(site.output.matches(of: /upstream [0-9a-f]{12}_shop/).count == lists)
      }
    }
  }

  @Test func historiesGrowAndReturn() async throws {
    try await Self.withThreeChanges { folder in
      let lists = try folder.read("c/1.history").split(separator: "\n").filter {
        $0.hasPrefix("algorithm") || $0.hasPrefix("--- ")
      }
      #expect(lists.count == 6 && lists.last == "algorithm: nginx")
      // Back to the first list: its cookies name the present one.
      let back = try await Self.chash(
        "rollout", "c/1.yaml", "--to", "shop.yaml", "--folder", "d", in: folder)
      #expect(back.status == 0 && back.output.hasPrefix("step 1: x drains\n"), "\(back)")
      let again = try await Self.chash(
        "rollout", "d/1.yaml", "--to", "shop.yaml", "--folder", "e", "--lose-sessions", in: folder)
      #expect(again.status == 0)
      let shop = try await Self.chash("generate", "nginx", "shop.yaml", in: folder)
      let last = try await Self.chash("generate", "nginx", "e/1.yaml", in: folder)
      let token = /map \$shop_mark \$shop_token \{[^}]*default ([0-9a-f]{12});/
      let present = try #require(last.output.firstMatch(of: token)?.1)
      #expect(try #require(shop.output.firstMatch(of: token)?.1) == present)
      #expect(last.output.matches(of: /upstream [0-9a-f]{12}_shop/).count == 4)
    }
  }

  @Test func aDocumentThatWasChangedByHandIsRefused() async throws {
    try await Self.withThreeChanges { folder in
      let text = try folder.read("c/1.yaml")
      try folder.write("c/1.yaml", text + "  - { id: y, address: 10.0.0.8:1 }\n")
      for arguments in [
        ["generate", "nginx", "c/1.yaml"], ["rollout", "c/1.yaml", "--remove", "x"],
        ["explain-cookie", "c/1.yaml", "9d8204647eb51c68f0f2a1b3c4d5e6f7.0123456789ab"],
      ] {
        let outcome = try await ChashProgram.run(arguments, in: folder)
        #expect(outcome.status == 1 && outcome.output.isEmpty)
        #expect(
          outcome.errors.hasPrefix(
            "Error: c/1.history: belongs to another list than c/1.yaml has now, so the document"),
          "\(outcome)")
      }
      // What does not place keys may change: a server that is down, and the cookie's lifetime.
      try folder.write(
        "c/1.yaml",
        text.replacing(
          "app-1, address: 10.0.0.1:8080", with: "app-1, address: 10.0.0.1:8080, state: down"
        )
        .replacing("follow: list", with: "follow: list, lifetime: 1h"))
      let fine = try await Self.chash("generate", "nginx", "c/1.yaml", in: folder)
      #expect(fine.status == 0)
      #expect(fine.output.matches(of: /10.0.0.1:8080( weight=2)? down;/).count == 4)
    }
  }

  /// What is left when a rollout is killed after it has written the history and before the document.
  @Test func aHistoryWithoutItsDocumentIsRefusedAndWrittenAgain() async throws {
    try await Self.withThreeChanges { folder in
      let change = ["rollout", "b/1.yaml", "--add", "z=10.0.0.7:1", "--folder", "steps"]
      #expect(try await ChashProgram.run(change, in: folder).status == 0)
      let whole = try (folder.read("steps/1.yaml"), folder.read("steps/1.history"))
      try folder.write("steps/1.yaml", try folder.read("c/1.yaml"))
      let mixed = try await Self.chash("generate", "nginx", "steps/1.yaml", in: folder)
      #expect(mixed.status == 1 && mixed.errors.contains("belongs to another list"))
      #expect(try await ChashProgram.run(change, in: folder).status == 0)
      #expect(try folder.read("steps/1.yaml") == whole.0)
      let times = /in use until [0-9]+|text [0-9a-f]{16}/
      #expect(
        try folder.read("steps/1.history").replacing(times, with: "")
          == whole.1.replacing(times, with: ""))
    }
  }

  @Test func damagedHistoriesAreRefused() async throws {
    try await Self.withThreeChanges { folder in
      let history = try folder.read("c/1.history")
      for (text, message) in [
        (String(history.dropLast(9)), "c/1.history:1:1: the history was changed or cut off"),
        ("", "c/1.history:1:1: this is no history of lists"),
        (
          history.replacing("(history 1", with: "(history 7"),
          "this chash knows 1; use a newer chash"
        ),
      ] {
        try folder.write("c/1.history", text)
        let outcome = try await Self.chash("generate", "nginx", "c/1.yaml", in: folder)
        #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome)")
      }
      try folder.remove("c/1.history")
      let none = try await Self.chash("generate", "nginx", "c/1.yaml", in: folder)
      #expect(none.status == 0 && none.errors.contains("c/1.yaml: has no c/1.history beside it"))
    }
  }

  @Test func aFolderThatAnotherProcessWritesIsRefused() async throws {
    try await Folder.with(["shop.yaml": Self.shop]) { (folder: Folder) async throws in
      let steps = folder.file("steps")
      try #require(unsafe mkdir(steps, 0o777) == 0)
      let number = unsafe open(steps, O_RDONLY)
      try #require(number >= 0 && flock(number, LOCK_EX) == 0)
      let change = ["rollout", "shop.yaml", "--add", "x=10.0.0.9:1", "--folder", "steps"]
      let refused = try await ChashProgram.run(change, in: folder)
      #expect(
        refused.status == 1
          && refused.errors.contains("steps: is locked: another chash writes into it; wait"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: steps).isEmpty)
      close(number)
      #expect(try await ChashProgram.run(change, in: folder).status == 0)
    }
  }

  @Test func otherNamesLoseAllSessions() async throws {
    for (old, new) in [
      ("secret: 0123456789abcdef", "secret: 0123456789abcdeg"),
      ("{ follow", "{ cookie: other, follow"),
      ("name: shop", "name: shops"),
    ] {
      let files = ["shop.yaml": Self.shop, "new.yaml": Self.shop.replacing(old, with: new)]
      try await Folder.with(files) { (folder: Folder) async throws in
        let outcome = try await Self.chash("rollout", "shop.yaml", "--to", "new.yaml", in: folder)
        #expect(
          outcome.status == 2 && outcome.output.contains("        all sessions move: the names"),
          "\(new): \(outcome)")
      }
    }
  }

  /// From `follow: key` to the list: cookies without a name stay where they are if the list does.
  @Test func theListCanBeFollowedFromNowOn() async throws {
    let key = Self.shop.replacing("follow: list", with: "follow: key")
    let server = Self.shop.replacing("follow: list", with: "follow: server")
    let files = ["key.yaml": key, "server.yaml": server, "list.yaml": Self.shop]
    try await Folder.with(files) { (folder: Folder) async throws in
      let stays = try await Self.chash("rollout", "key.yaml", "--to", "list.yaml", in: folder)
      #expect(stays.status == 0 && stays.output.contains("no session moves"), "\(stays)")
      let other = Self.shop.replacing("10.0.0.3:8080 }", with: "10.0.0.3:8080, weight: 2 }")
      try folder.write("other.yaml", other)
      for (from, to) in [
        ("key.yaml", "other.yaml"), ("server.yaml", "list.yaml"), ("list.yaml", "key.yaml"),
      ] {
        let moves = try await Self.chash("rollout", from, "--to", to, in: folder)
        #expect(moves.status == 2 && moves.output.contains("sessions move with their keys"))
      }
    }
  }

  @Test func tooManyListsAreRefused() async throws {
    try await Folder.with(["0.yaml": Self.shop]) { (folder: Folder) async throws in
      var document = "0.yaml"
      for step in 1...ListHistory.largestCount + 1 {
        let outcome = try await Self.chash(
          "rollout", document, "--weight", "app-1=\(step + 1)", "--folder", "s\(step)", in: folder)
        if step <= ListHistory.largestCount {
          try #require(outcome.status == 0, "\(step): \(outcome)")
        } else {
          #expect(
            outcome.status == 2
              && outcome.output.contains(
                "32 earlier lists would be kept, and 31 are the most; give"),
            "\(outcome)")
          #expect(throws: (any Error).self) { try folder.read("s\(step)/1.yaml") }
        }
        document = "s\(step)/1.yaml"
        if step > ListHistory.largestCount {
          // The earliest goes, and the others can still be told apart.
          let taken = try await Self.chash(
            "rollout", "s\(step - 1)/1.yaml", "--weight", "app-1=99", "--folder", "s\(step)",
            "--lose-sessions", in: folder)
          #expect(taken.status == 0)
          let history = try folder.read("s\(step)/1.history")
          #expect(history.split(separator: "\n").count { $0.hasPrefix("--- ") } == 31)
          #expect(!history.contains("{ id: app-1, address: 10.0.0.1:8080 }"))
          let site = try await Self.chash("generate", "nginx", document, in: folder)
          #expect(site.status == 0)
        }
      }
    }
  }

  @Test func aCookieNamesItsList() async throws {
    try await Self.withThreeChanges { folder in
      let id = "9d8204647eb51c68f0f2a1b3c4d5e6f7"
      let site = try await Self.chash("generate", "nginx", "c/1.yaml", in: folder)
      let tokens = site.output.matches(of: /upstream ([0-9a-f]{12})_shop/).map { String($0.1) }
      try #require(tokens.count == 3)
      for (token, document) in zip(tokens, ["b/1.yaml", "a/1.yaml", "shop.yaml"]) {
        let lookup = try await Self.chash("lookup", document, id, "--format", "tsv", in: folder)
        let node = try #require(lookup.output.split(separator: "\t").dropFirst().first)
        let answer = try await ExplainCookieTests.explain(
          ["c/1.yaml", "\(id).\(token)"], in: folder)
        #expect(
          ExplainCookieTests.server(answer) == node.split(separator: "\n").first.map(String.init))
        let parts = try #require(answer["parts"] as? [[String: Any]])
        #expect(parts.contains { $0["name"] as? String == "list" })
      }
      let unknown = try await ExplainCookieTests.explain(
        ["c/1.yaml", "\(id).0123456789ab"], in: folder)
      #expect(unknown["reason"] as? String == "unknownServer")
    }
  }
}
