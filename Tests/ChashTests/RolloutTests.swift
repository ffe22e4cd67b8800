import Foundation
import Testing

/// `rollout`: the steps, what they wait for, and what is refused.
@Suite struct RolloutTests {
  static let shop = """
    name: shop
    algorithm: nginx
    key: session
    session: { secret: 0123456789abcdef }
    nodes:
      - { id: app-1, address: 10.0.0.1:8080 }
      - { id: app-2, address: 10.0.0.2:8080 }
      - { id: app-3, address: 10.0.0.3:8080 }

    """
  static let draining = shop.replacingOccurrences(
    of: "10.0.0.2:8080 }", with: "10.0.0.2:8080, state: drain }")

  static let format = #"$remote_addr [$time_local] "$request" $shop_id $upstream_addr"#
  static let log = """
    192.0.2.1 [01/Dec/2026:13:00:11 +0000] "GET / HTTP/1.1" aaaa 10.0.0.2:8080
    192.0.2.1 [01/Dec/2026:13:02:11 +0000] "GET / HTTP/1.1" aaab 10.0.0.2:8080
    192.0.2.1 [01/Dec/2026:13:03:11 +0000] "GET / HTTP/1.1" aaaa 10.0.0.2:8080, 10.0.0.1:8080
    192.0.2.1 [01/Dec/2026:13:04:11 +0000] "GET / HTTP/1.1" aaad 10.9.9.9:8080
    192.0.2.1 [01/Dec/2026:13:20:11 +0000] "GET / HTTP/1.1" aaac 10.0.0.1:8080

    """

  static func rollout(_ arguments: String..., in folder: Folder) async throws
    -> ChashProgram.Outcome
  {
    try await ChashProgram.run(["rollout"] + arguments, in: folder)
  }

  @Test func theStepsAreDocuments() async throws {
    try await Folder.with(["shop.yaml": Self.shop]) { (folder: Folder) async throws in
      for _ in 0..<2 {
        #expect(
          try await Self.rollout(
            "shop.yaml", "--add", "app-4=10.0.0.4:8080", "--remove", "app-2", "--folder", "steps",
            in: folder)
            == .init(
              output: """
                step 1: app-4 joins, app-2 drains
                        no session moves
                step 2: app-2 leaves
                        wait until the sessions of app-2 have ended

                """))
        #expect(
          try folder.read("steps/1.yaml") == Self.draining
            + "  - { id: app-4, address: 10.0.0.4:8080 }\n")
        #expect(
          try folder.read("steps/2.yaml")
            == Self.shop.replacingOccurrences(
              of: "  - { id: app-2, address: 10.0.0.2:8080 }\n", with: "")
            + "  - { id: app-4, address: 10.0.0.4:8080 }\n")
      }
      #expect(try folder.names() == ["sessions.yaml", "shop.yaml", "steps"])
      let same = try await Self.rollout("shop.yaml", "--to", "shop.yaml", in: folder)
      #expect(same == .init(output: "nothing changes\n"))
    }
  }

  @Test func aStepWaitsForSessions() async throws {
    let files = ["drain.yaml": Self.draining, "a.log": Self.log]
    try await Folder.with(files) { (folder: Folder) async throws in
      let remark =
        "chash: a.log: read as the format given; the key is the id of the session, $shop_id in nginx\n"
      let alive = try await Self.rollout(
        "drain.yaml", "--remove", "app-2", "--log", "a.log", "--log-format", Self.format,
        "--folder", "steps",
        in: folder)
      #expect(
        alive
          == .init(
            2,
            output: """
              step 1: app-2 leaves
                      app-2: 1 session, the last request 2026-12-01 13:02:11 UTC; not before 2026-12-01 13:32:11 UTC
                      the log ends at 2026-12-01 13:20:11 UTC; a session has ended after 30m

              """, errors: remark))
      #expect(try folder.names() == ["a.log", "drain.yaml", "sessions.yaml"])

      let ended = try await Self.rollout(
        "drain.yaml", "--remove", "app-2", "--log", "a.log", "--log-format", Self.format, "--idle",
        "18m",
        "--folder", "steps", in: folder)
      #expect(
        ended
          == .init(
            output: """
              step 1: app-2 leaves
                      app-2: no session
                      the log ends at 2026-12-01 13:20:11 UTC; a session has ended after 18m

              """, errors: remark))
      #expect(try folder.names() == ["a.log", "drain.yaml", "sessions.yaml", "steps"])

      let taken = try await Self.rollout(
        "drain.yaml", "--remove", "app-2", "--log", "a.log", "--log-format", Self.format,
        "--lose-sessions",
        in: folder)
      #expect(taken.status == 0 && taken.output == alive.output)
    }
  }

  @Test func whatLosesSessionsIsRefused() async throws {
    let key = Self.shop.replacingOccurrences(of: "{ secret", with: "{ follow: key, secret")
    let files = ["drain.yaml": Self.draining, "shop.yaml": Self.shop, "key.yaml": key]
    try await Folder.with(files) { (folder: Folder) async throws in
      let unknown = try await Self.rollout("drain.yaml", "--remove", "app-2", in: folder)
      #expect(
        unknown.status == 2 && unknown.output.contains("nothing says that they have: give the log"))
      let hashed = try await Self.rollout("key.yaml", "--add", "x=10.0.0.9:1", in: folder)
      #expect(hashed.status == 2 && hashed.output.contains("sessions move with their keys"))
      let moved = try await Self.rollout("shop.yaml", "--replace", "app-2=10.0.0.9:1", in: folder)
      #expect(moved.status == 2 && moved.output.contains("step 1: app-2 moves\n"))
      for (file, event) in [
        ("drain.yaml", ["--remove", "app-2"]), ("key.yaml", ["--add", "x=10.0.0.9:1"]),
        ("shop.yaml", ["--replace", "app-2=10.0.0.9:1"]),
      ] {
        let outcome = try await ChashProgram.run(
          ["rollout", file, "--lose-sessions", "--folder", "steps"] + event, in: folder)
        #expect(outcome.status == 0)
        #expect(try folder.read("steps/1.yaml").hasPrefix("name: shop\n"))
        try folder.remove("steps")
      }
    }
  }

  @Test func badInputNamesTheThing() async throws {
    let bad = Self.log + "192.0.2.1 [yesterday] \"GET / HTTP/1.1\" aaac 10.0.0.1:8080\n"
    let files = [
      "drain.yaml": Self.draining, "a.log": Self.log, "bad.log": bad, "file": "",
      "strange.log":
        "192.0.2.1 [01/Dec/2026:13:00:11 +0000] \"GET / HTTP/1.1\" aaaa 10.9.0.2:8080\n",
    ]
    try await Folder.with(files) { (folder: Folder) async throws in
      let arguments = ["rollout", "drain.yaml", "--remove", "app-2"]
      let cases: [(arguments: [String], status: Int32, message: String)] = [
        (
          ["--log", "bad.log", "--log-format", Self.format], 1,
          "bad.log:6: 'yesterday' is no time that is known"
        ),
        (
          ["--log", "a.log", "--log-format", "$remote_addr [$time_local] $upstream_addr"], 1,
          "does not have $shop_id"
        ),
        (
          [
            "--log", "a.log", "--log-format",
            #"$remote_addr [$x] "$request" $shop_id $upstream_addr"#,
          ], 1,
          "has no times; add $msec"
        ),
        (
          [
            "--log", "a.log", "--log-format", #"$remote_addr [$time_local] "$request" $shop_id $y"#,
          ], 1,
          "does not say which server answered"
        ),
        (
          ["--log", "strange.log", "--log-format", Self.format], 1,
          "no line has the id of a session and a server"
        ),
        (["--log", "none.log"], 1, "none.log: cannot be read"),
        (["--idle", "soon"], 64, "--idle is a time such as 90s, 30m or 12h."),
        (["--folder", "file", "--lose-sessions"], 1, "file: cannot be made a folder: File exists"),
        (["--folder", "no/where", "--lose-sessions"], 1, "no/where: cannot be made a folder"),
      ]
      for (more, status, message) in cases {
        let outcome = try await ChashProgram.run(arguments + more, in: folder)
        #expect(outcome.status == status && outcome.errors.contains(message), "\(more): \(outcome)")
      }
      let unknown = try await Self.rollout("drain.yaml", "--remove", "app-9", in: folder)
      #expect(unknown.status == 1 && unknown.errors.hasPrefix("Error: drain.yaml: "))
      let last = try await Self.rollout(
        "drain.yaml", "--remove", "app-1", "--remove", "app-2", "--remove", "app-3", in: folder)
      #expect(last.status == 1 && last.errors.hasPrefix("Error: drain.yaml: "))
    }
  }
}
