import Foundation
import Testing

/// Input that would give orders to a terminal, break a table, or lose a file.
@Suite struct HostileInputTests {
  static let conf = LogTests.cookie.replacingOccurrences(of: "sid", with: "user")

  /// A file that is read is never written over, whatever it is called.
  @Test func inputsAreNotReplaced() async throws {
    try await Folder.with([
      "app.conf": Self.conf, "main.conf": "include app.conf;\n", "keys": "a\n",
    ]) {
      (folder: Folder) async throws in
      _ = try await ChashProgram.shell(
        "ln -s app.conf link.conf && ln app.conf hard.conf", in: folder)
      for output in ["app.conf", "./app.conf", "link.conf", "hard.conf"] {
        for cluster in ["app.conf#app", "app.conf", "link.conf#app", "main.conf#app"] {
          let outcome = try await ChashProgram.run(
            ["generate", "nginx", cluster, "--output", output], in: folder)
          #expect(outcome.status == 1 && outcome.output == "", "\(cluster), \(output)")
          #expect(
            outcome.errors == "Error: \(output): is read as well; name another file to write\n")
        }
        let list = try await ChashProgram.run(
          ["remap", "app.conf#app", "--remove", "10.0.0.1:8080", "--list-moved", output], in: folder
        )
        #expect(list.status == 1 && list.errors.contains("is read as well"), "\(output)")
      }
      let keys = try await ChashProgram.run(
        [
          "remap", "app.conf", "--remove", "10.0.0.1:8080", "--keys", "keys", "--list-moved",
          "keys",
        ],
        in: folder)
      #expect(keys.status == 1 && keys.errors.contains("is read as well"))
      let same = try await ChashProgram.shell("cat app.conf keys", in: folder)
      #expect(same.output == Self.conf + "a\n")
    }
  }

  /// `/dev/stdout` is a descriptor, not a file to replace.
  @Test func descriptorsAreWrittenDirectly() async throws {
    try await Folder.with(["app.conf": Self.conf]) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.shell(
        "echo first > out; \"$CHASH\" generate nginx app.conf --output /dev/stdout >> out; "
          + "\"$CHASH\" generate nginx app.conf --output /dev/fd/3 3>> out; cat out", in: folder)
      let direct = try await ChashProgram.run(["generate", "nginx", "app.conf"], in: folder)
      #expect(outcome.output == "first\n" + direct.output + direct.output)
      #expect(outcome.errors == "")
    }
  }

  /// What takes the square of its size, or the product of two, is refused where it is too much.
  @Test func productsAreLimited() async throws {
    let tags = (0..<200).map { "%TAG !t\($0)! tag:a,\($0):\n" }.joined()
    try await Folder.with(["tags.yaml": "\(tags)---\nnodes: [a:1]\n"]) {
      (folder: Folder) async throws in
      let tags = try await ChashProgram.run(["lookup", "tags.yaml", "k"], in: folder)
      #expect(tags.status == 1)
      #expect(
        tags.errors
          == "Error: tags.yaml:101:1: the text has more than 100 %TAG directives; leave out those that "
          + "nothing uses\n")
      let keys = try await ChashProgram.run(
        ["lookup", "tags.yaml"] + Array(repeating: "k", count: 10_000), in: folder)
      #expect(keys.status == 1)
      #expect(keys.errors.hasPrefix("Error: more than 10000 arguments; put keys in a file"))
    }
  }

  static let hidden = [
    "\u{1B}[31m", "\r", "\u{9B}", "\u{202E}", "\u{2066}", "\u{200F}", "\u{2028}", "\u{7}",
  ]

  @Test(arguments: hidden)
  func terminalsGetNoOrders(_ hidden: String) async throws {
    try await Folder.with(["app.conf": Self.conf, "keys": "k\(hidden)k\n"]) {
      (folder: Folder) async throws in
      for arguments in [
        ["lookup", "app.conf", "k\(hidden)"], ["lookup", "no\(hidden).yaml", "k"],
        ["lookup", "app.conf#\(hidden)", "k"], ["lookup", "app.conf", "--keys", "keys"],
        ["remap", "app.conf", "--add", "n\(hidden)=10.0.0.9:80", "--samples", "1000"],
        ["remap", "app.conf", "--remove", "n\(hidden)"], ["--\(hidden)"],
        ["balance", "--form", hidden],
        ["remap", "app.conf", "--add", "x=10.0.0.9:80", "--keys", "keys\(hidden)"],
        ["lookup", "app.conf", "--keys", "keys", "--log-format", "$\(hidden)"],
        ["lookup", "app.conf", "--keys", "keys", "--regex", "(\(hidden)"],
        ["generate", "nginx", "app.conf", "--output", "no/\(hidden)"],
        ["inspect", "\(hidden).conf"],
      ] {
        let outcome = try await ChashProgram.run(arguments, in: folder)
        for scalar in hidden.unicodeScalars where !"[31m".unicodeScalars.contains(scalar) {
          #expect(!outcome.output.unicodeScalars.contains(scalar), "\(arguments)")
          #expect(!outcome.errors.unicodeScalars.contains(scalar), "\(arguments)")
        }
      }
    }
  }

  /// A row stays a row.
  @Test func keysDoNotBreakTables() async throws {
    try await Folder.with(["app.conf": Self.conf]) { (folder: Folder) async throws in
      let tsv = try await ChashProgram.run(
        ["lookup", "app.conf", "a\nb", "c\td\r", "e\\n", "--format", "tsv"], in: folder)
      #expect(LogTests.keys(tsv) == [#"a\nb"#, #"c\td\r"#, #"e\n"#])
      // A comma with a mark on it is one character, and still separates.
      let csv = try await ChashProgram.run(
        [
          "remap", "app.conf", "--add", "n,\u{301}\"=10.0.0.9:80", "--samples", "1000", "--format",
          "csv",
        ], in: folder)
      let rows = csv.output.split(separator: "\n")
      #expect(
        rows.count > 1 && rows.dropFirst().allSatisfy { $0.contains(",\"n,\u{301}\"\"\",") },
        "\(csv)")
    }
  }

  @Test func argumentsAreUTF8() async throws {
    try await Folder.with(["app.conf": Self.conf]) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.shell(
        "\"$CHASH\" lookup app.conf \"$(printf 'a\\377')\"", in: folder)
      #expect(outcome.status == 1 && outcome.output == "")
      #expect(outcome.errors.hasPrefix("Error: argument 3 is not UTF-8; "))
    }
  }

  @Test func helpThatCannotBeWrittenIsAnError() async throws {
    try await Folder.with([:]) { (folder: Folder) async throws in
      for command in ["--help", "help lookup", "--version"] {
        let full = try await ChashProgram.shell("\"$CHASH\" \(command) > /dev/full", in: folder)
        #expect(
          full.status == 1 && full.errors.contains("cannot be written"), "\(command): \(full)")
      }
    }
  }

  /// A limit of the file's size, and signals that end the process, leave nothing behind.
  @Test func nothingIsLeftBehind() async throws {
    try await Folder.with(["app.conf": Self.conf]) { (folder: Folder) async throws in
      let limited = try await ChashProgram.shell(
        "ulimit -f 8; \"$CHASH\" remap app.conf --remove 10.0.0.1:8080 --list-moved list",
        in: folder)
      #expect(
        limited.status == 1 && limited.errors.contains("list: cannot be written: File too large"))
      for signal in ["ALRM", "USR1", "USR2", "TERM", "XCPU", "HUP"] {
        // The keys come from a pipe that stays open, so that the command waits with its file begun.
        let ended = try await ChashProgram.shell(
          "(echo a; sleep 1) | timeout -s \(signal) 0.5 \"$CHASH\" remap app.conf --remove 10.0.0.1:8080 "
            + "--keys - --list-moved list; ls -A", in: folder)
        #expect(
          !ended.output.contains("list") && !ended.output.contains(".chash-"), "\(signal): \(ended)"
        )
      }
      let files = try await ChashProgram.shell("ls -A", in: folder)
      #expect(!files.output.contains(".chash-") && !files.output.contains("list"), "\(files)")
    }
  }

  @Test func socketsAndStandardInput() async throws {
    try await Folder.with(["app.conf": Self.conf]) { (folder: Folder) async throws in
      let socket = try await ChashProgram.run(
        [
          "remap", "app.conf", "--add", "d=unix:/run/a=b*c.sock", "--format", "json", "--samples",
          "100",
        ],
        in: folder)
      #expect(socket.status == 0 && socket.output.contains("\"add d\""), "\(socket)")
      let weighted = try await ChashProgram.run(
        [
          "remap", "app.conf", "--add", "d=unix:/run/a=b.sock*3", "--format", "json", "--samples",
          "100",
        ],
        in: folder)
      #expect(weighted.output.contains("\"add d (weight 3)\""), "\(weighted)")
      let part = try await ChashProgram.run(
        ["lookup", "-#app", "k", "--format", "tsv"], in: folder, input: Array(Self.conf.utf8))
      #expect(
        part
          == (try await ChashProgram.run(
            ["lookup", "app.conf", "k", "--format", "tsv"], in: folder)))
      for both in [["-", "-"], ["/dev/stdin", "-"], ["-#app", "/dev/fd/0"]] {
        let outcome = try await ChashProgram.run(
          ["lookup", both[0], "--keys", both[1]], in: folder)
        #expect(outcome.status == 64 && outcome.errors.contains("cannot both come from"), "\(both)")
      }
    }
  }
}
