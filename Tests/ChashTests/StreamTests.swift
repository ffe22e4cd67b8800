import Foundation
import Testing

/// What is read and written as a stream: keys files of any shape, pipes that close, disks that are full.
@Suite struct StreamTests {
  static func lookup(_ keys: [UInt8], in folder: Folder) async throws -> ChashProgram.Outcome {
    try folder.write("keys", keys)
    return try await ChashProgram.run(
      ["lookup", "sessions.yaml", "--keys", "keys", "--format", "tsv"], in: folder)
  }

  static func answer(_ keys: String...) -> String {
    keys.map {
      $0 == "a" ? "a\t10.0.0.1:8080\t10.0.0.1:8080\n" : "b\tweb-2\t10.0.0.2:8080\n"
    }.joined()
  }

  @Test func linesEndInEveryWay() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let cases: [(keys: String, keysRead: [String], notes: String)] = [
        ("a\nb\n", ["a", "b"], ""),
        ("a\nb", ["a", "b"], ""),
        ("a\r\nb\r\n", ["a", "b"], ""),
        ("a\r\nb\r", ["a", "b"], ""),
        ("\n\na\n\r\n\nb\n", ["a", "b"], "chash: keys: skipped 4 empty lines\n"),
        ("a\n\n", ["a"], "chash: keys: skipped 1 empty line\n"),
      ]
      for (keys, read, notes) in cases {
        let output = read.map { Self.answer($0) }.joined()
        #expect(
          try await Self.lookup(Array(keys.utf8), in: folder)
            == .init(output: output, errors: notes), "\(keys.debugDescription)")
      }
    }
  }

  /// A gate in a pipeline must not turn green because a file is empty, so no key is an error.
  @Test func filesWithoutKeysAreErrors() async throws {
    let files = ["none": "", "blank": "\n", "unset": "-\n-\n"]
    try await Folder.with(files) { (folder: Folder) async throws in
      for command in [
        ["remap", "sessions.yaml", "--remove", "web-2"], ["balance", "sessions.yaml"],
        ["lookup", "sessions.yaml"],
      ] {
        for file in files.keys {
          for format in ["table", "json"] {
            let outcome = try await ChashProgram.run(
              command + ["--keys", file, "--format", format], in: folder)
            #expect(outcome.status == 1 && outcome.output == "", "\(command), \(file): \(outcome)")
            #expect(
              outcome.errors.hasSuffix(
                "Error: \(file): no line has a key; give other files, or say where the key is with "
                  + "--value, --field or --regex\n"), "\(outcome)")
          }
        }
      }
    }
  }

  /// A mebibyte is the longest line, with or without a carriage return, wherever it stands.
  @Test func longLinesAreTakenUpToAMebibyte() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let limit = 1 << 20
      func line(_ length: Int) -> [UInt8] { Array(repeating: 0x78, count: length) }
      let tooLong = "the line is longer than 1 MiB; give one key a line, at most 1 MiB each"
      for end in [[0x0A], [0x0D, 0x0A], []] as [[UInt8]] {
        let fits = try await Self.lookup(line(limit) + end, in: folder)
        #expect(fits.status == 0 && fits.output.utf8.count > limit, "\(end)")
        #expect(
          try await Self.lookup(line(limit + 1) + end, in: folder)
            == .init(1, errors: "Error: keys:1: \(tooLong)\n"), "\(end)")
        let later = try await Self.lookup(line(limit - 5) + [0x0A] + line(limit) + end, in: folder)
        #expect(later.status == 0 && later.errors.isEmpty, "\(end)")
      }
      let third = try await Self.lookup(
        Array("a\n\nb".utf8) + line(3 * limit) + [0x0A], in: folder)
      #expect(third == .init(1, errors: "Error: keys:3: \(tooLong)\n"))
    }
  }

  #if os(Linux)
  /// Neither the size of the file nor the length of a line takes memory.
  @Test func memoryDoesNotGrowWithTheKeys() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let piece = Array(repeating: UInt8(0x79), count: (1 << 18) - 1) + [0x0A]
      let arguments = [
        "remap", "sessions.yaml", "--remove", "web-2", "--keys", "-", "--list-moved", "moved",
      ]
      // More than is read ahead, as all cores work on what is read.
      let few = try await ChashProgram.peakMemory(arguments, in: folder, piece: piece, times: 160)
      let many = try await ChashProgram.peakMemory(arguments, in: folder, piece: piece, times: 640)
      #expect(few.outcome.output.hasPrefix("160 of 160 keys (100.00 %) move.\n"))
      #expect(many.outcome.output.hasPrefix("640 of 640 keys (100.00 %) move.\n"))
      // How much of it the cores held at a time differs from run to run by some 10 MB; 126 MB more came in.
      #expect(few.peak > 0 && many.peak < few.peak + (32 << 20), "\(few.peak) \(many.peak)")
      try FileManager.default.removeItem(atPath: folder.file("moved"))
    }
  }

  @Test func aFullDiskIsAnErrorOnOneLine() async throws {
    try await Folder.with(["keys": "a\n"]) { (folder: Folder) async throws in
      let commands = [
        "generate nginx sessions.yaml", "lookup sessions.yaml a",
        "balance sessions.yaml --keys keys",
        "remap sessions.yaml --remove web-2 --keys keys",
      ]
      for command in commands {
        #expect(
          try await ChashProgram.shell("\"$CHASH\" \(command) > /dev/full", in: folder)
            == .init(
              1,
              errors: "Error: standard output: cannot be written: No space left on device; "
                + "check that there is room and someone to read\n"), "\(command)")
      }
    }
  }
  #endif

  @Test func aClosedPipeEndsQuietly() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let outcome = try await ChashProgram.shell(
        """
        yes a | head -n 200000 | { "$CHASH" lookup sessions.yaml --keys - --format tsv; \
        echo $? > status; } | head -n 1
        """, in: folder)
      #expect(outcome == .init(output: Self.answer("a")))
      #expect(try folder.read("status") == "0\n")
    }
  }

  /// A file that is opened must not take the place of a descriptor that was closed.
  @Test func closedDescriptorsAreNotTakenByFiles() async throws {
    try await Folder.with(["keys": "b\n"]) { (folder: Folder) async throws in
      let event = "remap sessions.yaml --remove web-2 --keys keys --list-moved moved"
      let outcome = try await ChashProgram.shell("\"$CHASH\" \(event) >&-", in: folder)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors == "Error: standard output: cannot be written: Bad file descriptor; "
          + "check that there is room and someone to read\n")
      #expect(try folder.read("moved") == "b\tweb-2\t10.0.0.1:8080\n")
      let input = try await ChashProgram.shell("\"$CHASH\" balance - <&-", in: folder)
      #expect(
        input
          == .init(
            1,
            errors: "Error: standard input: cannot be read: Bad file descriptor; check the path\n"))
    }
  }

  @Test func documentsThatNoClusterNeedsAreRefused() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let outcome = try await ChashProgram.shell(
        "head -c 300000000 /dev/zero | \"$CHASH\" balance -", in: folder)
      #expect(
        outcome
          == .init(
            1,
            errors:
              "Error: standard input: is larger than 256 MiB, the limit for a cluster document; "
              + "check the path\n"))
    }
  }
}
