import Foundation
import Testing

/// Files that are read in many blocks, which all cores work on: the answers are those of one key after the
/// other, in the order of the keys.
@Suite struct ManyKeysTests {
  /// About 4 MB: more than two rounds of what is read at once.
  private static let count = 150_000

  private static func key(_ number: Int) -> String { "session-\(number * 7919 % 1_000_003)" }

  private static func list(_ keys: some Sequence<String>) -> [UInt8] {
    Array(keys.map { $0 + "\n" }.joined().utf8)
  }

  private static let keys = (0..<count).map(key)

  @Test func answersComeInOrder() async throws {
    try await Folder.with { (folder: Folder) async throws in
      try folder.write("keys", Self.list(Self.keys))
      let outcome = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "keys", "--format", "tsv"], in: folder)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.map { $0.prefix { $0 != "\t" } } == Self.keys.map { Substring($0) })
      // The same keys a few at a time.
      for start in stride(from: 0, to: Self.count, by: 30_011) {
        let some = Self.keys[start..<min(start + 5, Self.count)]
        let expected = try await ChashProgram.run(
          ["lookup", "sessions.yaml"] + some + ["--format", "tsv"], in: folder)
        #expect(
          lines[start..<(start + some.count)].map { $0 + "\n" }.joined() == expected.output)
      }
      let json = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "keys", "--format", "json"], in: folder)
      let objects =
        try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
      #expect(objects?.map { $0["key"] as? String } == Self.keys)
    }
  }

  @Test func movedKeysAreListedInOrder() async throws {
    try await Folder.with { (folder: Folder) async throws in
      try folder.write("keys", Self.list(Self.keys))
      let outcome = try await ChashProgram.run(
        [
          "remap", "sessions.yaml", "--remove", "web-2", "--keys", "keys", "--list-moved", "moved",
          "--format", "json",
        ], in: folder)
      let moved = try folder.read("moved").split(separator: "\n").map { line in
        String(line.prefix { $0 != "\t" })
      }
      let before = try await ChashProgram.run(
        ["lookup", "sessions.yaml", "--keys", "keys", "--format", "tsv"], in: folder)
      let leaving = before.output.split(separator: "\n").filter { $0.contains("\tweb-2\t") }
        .map { String($0.prefix { $0 != "\t" }) }
      #expect(moved == leaving && leaving.count > Self.count / 2)
      let report =
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
      #expect(report?["moved"] as? Int == moved.count)
    }
  }

  /// Every key three times, far apart and in two files.
  @Test func eachKeyIsCountedOnce() async throws {
    try await Folder.with { (folder: Folder) async throws in
      try folder.write("one", Self.list(Self.keys + Self.keys.reversed()))
      try folder.write("two", Self.list(Self.keys.shuffled()))
      let twice = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "one", "--keys", "two", "--distinct"], in: folder)
      try folder.write("once", Self.list(Self.keys))
      let once = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "once"], in: folder)
      #expect(twice == once && once.status == 0)
      #expect(once.output.contains("150,000"))
    }
  }

  /// Numbers of lines go on from block to block, and start anew in each file.
  @Test func linesAreNumberedThroughTheFile() async throws {
    try await Folder.with { (folder: Folder) async throws in
      var lines = Self.keys
      for number in [70_000, 90_000, 140_000, 149_999] { lines[number] = "-" }
      for number in [80_000, 149_998] { lines[number] = "" }
      try folder.write("a", Self.list(lines))
      try folder.write("b", Self.list(["x", "-", "y"]))
      let outcome = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "a", "--keys", "b"], in: folder)
      #expect(outcome.status == 0)
      #expect(
        outcome.errors == """
          chash: a: skipped 2 empty lines
          chash: a: 4 of 149,998 lines (lines 70001, 90001, 140001, …): no value for the key, not \
          counted; routers place such requests by state
          chash: b: 1 of 3 lines (line 2): no value for the key, not counted; routers place such requests \
          by state

          """)
    }
  }

  /// The first line that is wrong is named, whichever core comes upon one first.
  @Test func theFirstErrorIsNamed() async throws {
    try await Folder.with { (folder: Folder) async throws in
      var lines = Self.keys.map { "a \($0)" }
      for number in 60_000..<Self.count { lines[number] = "alone" }
      try folder.write("log", Self.list(lines))
      let command = ["balance", "sessions.yaml", "--keys", "log", "--field", "2"]
      let strict = try await ChashProgram.run(command + ["--strict"], in: folder)
      #expect(
        strict
          == .init(
            1,
            errors:
              "Error: log:60001: no field 2; correct it, or leave out --strict to skip such lines\n"
          ))
      lines[120_000] = String(repeating: "x", count: 1 << 21)
      try folder.write("log", Self.list(lines))
      let long = try await ChashProgram.run(command, in: folder)
      #expect(
        long
          == .init(
            1,
            errors:
              "Error: log:120001: the line is longer than 1 MiB; give one key a line, at most 1 MiB "
              + "each\n"))
      let missing = try await ChashProgram.run(
        ["balance", "sessions.yaml", "--keys", "log", "--keys", "absent", "--field", "1"],
        in: folder)
      #expect(missing.status == 1 && missing.errors.contains("log:120001: "), "\(missing)")
    }
  }
}
