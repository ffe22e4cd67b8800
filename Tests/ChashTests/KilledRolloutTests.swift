import Foundation
import Testing

/// A rollout that is killed at any of its system calls: what was there before is still valid, nothing mixed is
/// taken, and the same command goes on.
@Suite struct KilledRolloutTests {
  /// The calls that change what lies in a folder.
  ///
  /// What is killed between two of them is killed at the second.
  private static let calls = ["mkdir", "openat", "write", "fsync", "rename"]

  private static let rollout =
    "rollout shop.yaml --add app-4=10.0.0.4:8080 --remove app-2 --folder steps"

  /// Whether a process may be traced here.
  private static let isTraced: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "strace -o /dev/null true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  @Test(.enabled(if: isTraced, "strace cannot trace here"))
  func whateverIsLeftIsValid() async throws {
    try await Folder.with(["shop.yaml": ListRolloutTests.shop]) { (folder: Folder) async throws in
      // Steps of an earlier plan are there already, with a history of their own.
      let earlier = try await ChashProgram.shell(
        "\"$CHASH\" rollout shop.yaml --weight app-1=2 --folder before && "
          + "\"$CHASH\" rollout shop.yaml --remove app-3 --weight app-2=5 --folder old", in: folder)
      try #require(earlier.status == 0, "\(earlier)")
      let whole = try await ChashProgram.shell(
        "\"$CHASH\" \(Self.rollout) && mv steps new", in: folder)
      try #require(whole.status == 0, "\(whole)")
      var valid: [Int: [String]] = [:]
      for step in 1...2 {
        for plan in ["old", "new"] {
          let site = try await ChashProgram.run(
            ["generate", "nginx", "\(plan)/\(step).yaml"], in: folder)
          try #require(site.status == 0)
          valid[step, default: []].append(Self.timeless(site.output))
        }
      }
      // The first run kills nothing; it counts the calls from the folder on.
      let counts = try await Self.counts(in: folder)
      try #require(counts.values.reduce(0, +) > 20, "\(counts)")
      var states: Set<String> = []
      for call in Self.calls {
        let all = try #require(counts[call])
        let inFolder = try #require(counts["\(call) in the folder"])
        for time in (all - inFolder + 1)...max(all, all - inFolder + 1) where inFolder > 0 {
          let killed = try await ChashProgram.shell(
            """
            rm -rf steps; cp -R old steps
            strace -f -o /dev/null -e trace=\(call) -e inject=\(call):signal=SIGKILL:when=\(time) \
            "$CHASH" \(Self.rollout); [ $? = 137 ]
            """, in: folder)
          try #require(killed.status == 0, "\(call) \(time): \(killed)")
          states.insert(try await Self.check(folder, valid, "\(call) \(time)"))
        }
      }
      #expect(states.count > 4, "\(states)")
    }
  }

  /// Looks at what is left, and runs the rollout again.
  ///
  /// - Returns: Which documents are usable, for a count.
  private static func check(_ folder: Folder, _ valid: [Int: [String]], _ place: String)
    async throws -> String
  {
    var state = ""
    for step in 1...2 {
      let site = try await ChashProgram.run(
        ["generate", "nginx", "steps/\(step).yaml"], in: folder)
      let text = timeless(site.output)
      if site.status == 0 {
        let plan = try #require(valid[step]?.firstIndex(of: text), "\(place): a mixture")
        state += "\(plan)"
      } else {
        #expect(
          site.errors.contains("steps/\(step).history: belongs to another list"),
          "\(place): \(site)")
        state += "-"
      }
    }
    let again = try await ChashProgram.shell("\"$CHASH\" \(rollout)", in: folder)
    #expect(again.status == 0, "\(place): \(again)")
    for step in 1...2 {
      let site = try await ChashProgram.run(
        ["generate", "nginx", "steps/\(step).yaml"], in: folder)
      #expect(timeless(site.output) == valid[step]?.last, "\(place)")
    }
    return state
  }

  private static func timeless(_ text: String) -> String {
    text.replacing(/by the list until [0-9: -]+ UTC/, with: "")
  }

  /// How often each call is made: in all, and from the making of the folder on.
  private static func counts(in folder: Folder) async throws -> [String: Int] {
    let traced = try await ChashProgram.shell(
      "rm -rf steps; cp -R old steps; strace -f -o trace -e trace=\(calls.joined(separator: ",")) "
        + "\"$CHASH\" \(rollout)", in: folder)
    try #require(traced.status == 0, "\(traced)")
    var counts: [String: Int] = [:]
    var isInFolder = false
    for line in try folder.read("trace").split(separator: "\n") {
      guard let call = calls.first(where: { line.contains(" \($0)(") }) else { continue }
      isInFolder = isInFolder || call == "mkdir"
      counts[call, default: 0] += 1
      counts["\(call) in the folder", default: 0] += isInFolder ? 1 : 0
    }
    return counts
  }
}
