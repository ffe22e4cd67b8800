import Foundation
import Testing

@Suite struct GenerateTests {
  static let upstream = """
    # sessions: 2 servers, hash consistent; written by chash.
    upstream sessions {
        hash $cookie_user consistent;

        server 10.0.0.1:8080;
        server 10.0.0.2:8080 weight=2;  # web-2
    }

    """

  /// The same in a file.
  static let written =
    """
    # Written by chash generate nginx from sessions.yaml (document 8d4dee459c008446, text dbc07cba879f9573).
    # Change the document and write again: chash does not write over changes that are made here.


    """ + upstream

  static func generate(_ more: [String], in folder: Folder) async throws -> ChashProgram.Outcome {
    try await ChashProgram.run(["generate", "nginx", "sessions.yaml"] + more, in: folder)
  }

  @Test func theUpstreamIsWrittenTheSameEveryTime() async throws {
    try await Folder.with { (folder: Folder) async throws in
      for _ in 0..<2 {
        #expect(try await Self.generate([], in: folder) == .init(output: Self.upstream))
      }
      #expect(
        try await Self.generate(["--output", "-"], in: folder) == .init(output: Self.upstream))
      for _ in 0..<2 {
        try folder.remove("out.conf")
        #expect(try await Self.generate(["--output", "out.conf"], in: folder) == .init())
        #expect(try folder.read("out.conf") == Self.written)
      }
      #expect(try folder.names() == ["out.conf", "sessions.yaml"])
    }
  }

  @Test func streamsAndKeepaliveAreWritten() async throws {
    let document = Folder.sessions.replacingOccurrences(of: "cookie:user", with: "remote-addr")
    try await Folder.with(["sessions.yaml": document]) { (folder: Folder) async throws in
      let stream = try await Self.generate(["--context", "stream"], in: folder)
      #expect(
        stream
          == .init(
            output: Self.upstream.replacingOccurrences(of: "cookie_user", with: "remote_addr")))
      let http = try await Self.generate(["--keepalive", "32"], in: folder)
      #expect(http.status == 0 && http.output.hasSuffix("# web-2\n\n    keepalive 32;\n}\n"))
    }
  }

  /// No text of the document leaves its token or its comment.
  @Test func namesAndIdsStayWhereTheyAre() async throws {
    let document = """
      name: sessions
      algorithm: nginx
      key: uri
      nodes:
        - { id: 'a"b;{}#$x', address: "unix:/run/a;b{}\\"#.sock" }

      """
    try await Folder.with(["sessions.yaml": document]) { (folder: Folder) async throws in
      let outcome = try await Self.generate([], in: folder)
      #expect(
        outcome.output.contains(
          "    server \"unix:/run/a;b{}\\\"#.sock\";  # a\"b;{}#$x\n"), "\(outcome)")
    }
  }

  /// Parameters that an older nginx does not know are left out by name.
  @Test func anOlderVersionGetsWhatItKnows() async throws {
    let conf =
      "upstream a { zone a 64k; resolver 127.0.0.53; hash $arg_u consistent; server 10.0.0.1:80 max_conns=5; server b.example:80 resolve; }\n"
    let session =
      "name: s\nalgorithm: nginx\nkey: session\nsession: { secret: 0123456789abcdef }\nnodes: [10.0.0.1:80]\n"
    try await Folder.with(["a.conf": conf, "s.yaml": session]) { (folder: Folder) async throws in
      func generate(_ cluster: String, _ version: String) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(
          ["generate", "nginx", cluster, "--nginx-version", version], in: folder)
      }
      let new = try await generate("a.conf#a", "1.31.3")
      #expect(
        new.output.contains("max_conns=5") && new.output.contains("resolve") && new.status == 0)
      let middle = try await generate("a.conf#a", "1.22.1")
      #expect(middle.output.contains("max_conns=5") && !middle.output.contains("resolve"))
      #expect(
        middle.errors.contains("left out: resolve of 'b.example:80': resolve needs nginx 1.27.3"))
      let old = try await generate("a.conf#a", "1.10.3")
      #expect(
        !old.output.contains("max_conns") && old.errors.contains("max_conns needs nginx 1.11.5"))

      #expect(try await generate("s.yaml", "1.11.0").status == 0)
      let tooOld = try await generate("s.yaml", "1.10.3")
      #expect(
        tooOld
          == .init(
            1,
            errors:
              "Error: s.yaml:3:6: nginx 1.10.3 has no $request_id, which ids of sessions are made of; use "
              + "nginx 1.11.0 or newer, or hash a key that clients have\n"))
      for version in ["", "new", "1.22", "1.22.1.1", "-1.2.3"] {
        #expect(try await generate("s.yaml", version).status == 64, "\(version)")
      }
    }
  }

  // MARK: Output files

  @Test func anExistingFileKeepsItsModeAndALinkStays() async throws {
    try await Folder.with(["real.conf": ""]) { (folder: Folder) async throws in
      let manager = FileManager.default
      try manager.setAttributes(
        [.posixPermissions: 0o640], ofItemAtPath: folder.file("real.conf"))
      try manager.createSymbolicLink(
        atPath: folder.file("link.conf"), withDestinationPath: "real.conf")
      #expect(try await Self.generate(["--output", "link.conf"], in: folder) == .init())
      #expect(try folder.read("real.conf") == Self.written)
      #expect(
        try manager.destinationOfSymbolicLink(atPath: folder.file("link.conf")) == "real.conf")
      let mode = try manager.attributesOfItem(atPath: folder.file("real.conf"))[.posixPermissions]
      #expect(mode as? Int == 0o640)
      #expect(try folder.names() == ["link.conf", "real.conf", "sessions.yaml"])
    }
  }

  @Test func namesAsLongAsTheSystemAllowsAreWritten() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let name = String(repeating: "n", count: 255)
      #expect(try await Self.generate(["--output", name], in: folder) == .init())
      #expect(try folder.read(name) == Self.written)
    }
  }

  /// A folder under /proc refuses new files even to root, to whom permissions do not apply.
  @Test func whatCannotBeWrittenLeavesEverythingAsItWas() async throws {
    let bad = "nodes:\n  - ''\n"
    try await Folder.with(["out.conf": "old", "bad.yaml": bad]) { (folder: Folder) async throws in
      let manager = FileManager.default
      try manager.createDirectory(atPath: folder.file("dir"), withIntermediateDirectories: false)
      try manager.createSymbolicLink(
        atPath: folder.file("dangling"), withDestinationPath: "nowhere")
      let names = try folder.names()
      let cannot =
        "cannot be written: No such file or directory; check the folder, nothing was changed"
      var cases: [(output: String, message: String)] = [
        ("dir", "dir: is a directory; name a file in it"),
        ("missing/out.conf", "missing/out.conf: \(cannot)"),
        (
          "dangling",
          "dangling: is a symbolic link that leads nowhere; remove it, or create what it names"
        ),
        ("sessions.yaml", "sessions.yaml: is read as well; name another file to write"),
        (
          "./sessions.yaml", "./sessions.yaml: is read as well; name another file to write"
        ),
      ]
      #if os(Linux)
      cases += [
        ("/proc/self/out.conf", "/proc/self/out.conf: \(cannot)"),
        (
          "/dev/full",
          "/dev/full: cannot be written: No space left on device; "
            + "check that there is room and someone to read"
        ),
      ]
      #endif
      for (output, message) in cases {
        #expect(
          try await Self.generate(["--output", output], in: folder)
            == .init(1, errors: "Error: \(message)\n"))
        let list = try await ChashProgram.run(
          [
            "remap", "sessions.yaml", "--remove", "web-2", "--samples", "100", "--list-moved",
            output,
          ], in: folder)
        #expect(list == .init(1, errors: "Error: \(message)\n"))
      }
      let refused = try await ChashProgram.run(
        ["generate", "nginx", "bad.yaml", "--output", "out.conf"], in: folder)
      #expect(refused.status == 1)
      // Fails on the way, when the list has begun.
      try folder.write("keys", "a\n" + String(repeating: "x", count: 3 << 20))
      let broken = try await ChashProgram.run(
        [
          "remap", "sessions.yaml", "--remove", "web-2", "--keys", "keys", "--list-moved",
          "out.conf",
        ], in: folder)
      #expect(broken.status == 1)
      #expect(try folder.read("out.conf") == "old")
      #expect(try folder.read("sessions.yaml") == Folder.sessions)
      #expect(try folder.names() == (names + ["keys"]).sorted())
    }
  }

  /// An interrupt in the middle of a list leaves neither half of it nor a temporary file.
  ///
  /// The list begins before the keys are opened, here a pipe that gives none.
  @Test func anInterruptLeavesNothingBehind() async throws {
    try await Folder.with(["out": "old"]) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.shell(
        """
        mkfifo keys
        "$CHASH" remap sessions.yaml --remove web-2 --keys keys --list-moved out &
        exec 3>keys
        ls -A | grep -c '^.chash-'
        kill -TERM $!
        wait $!
        echo $?
        """, in: folder)
      // The shell may remark on the end of the process itself.
      #expect(outcome.output == "1\n143\n" && outcome.status == 0, "\(outcome)")
      #expect(try folder.read("out") == "old")
      #expect(try folder.names() == ["keys", "out", "sessions.yaml"])
    }
  }
}
