import Foundation
import Testing

/// Files that `generate` writes: compared, protected, tested, reloaded, and put back.
@Suite struct GeneratedFileTests {
  static let shop = """
    name: shop
    algorithm: nginx
    key: session
    session: { secret: 0123456789abcdef }
    nodes:
      - { id: app-1, address: 10.0.0.1:8080 }
      - { id: app-2, address: 10.0.0.2:8080 }

    """

  static func generate(_ more: String..., in folder: Folder) async throws -> ChashProgram.Outcome {
    try await ChashProgram.run(
      ["generate", "nginx", "shop.yaml", "--output", "shop.conf"] + more, in: folder)
  }

  static func withShop(_ body: (Folder) async throws -> Void) async throws {
    try await Folder.with(["shop.yaml": shop]) { (folder: Folder) async throws in
      #expect(try await generate(in: folder) == .init())
      try await body(folder)
    }
  }

  /// A document with another server.
  static let changed = shop.replacingOccurrences(of: "10.0.0.2", with: "10.0.0.3")

  @Test func aFileThatIsUpToDateIsLeftAlone() async throws {
    try await Self.withShop { folder in
      let before = try folder.read("shop.conf")
      #expect(
        try await Self.generate("--test", "false", "--reload", "touch reloaded", in: folder)
          == .init(errors: "chash: shop.conf: is up to date; nothing is written\n"))
      #expect(try await Self.generate("--check", in: folder) == .init())
      #expect(try folder.read("shop.conf") == before)
      #expect(try folder.names() == ["sessions.yaml", "shop.conf", "shop.yaml"])
    }
  }

  /// What `--check` prints is a patch: applied, the file is what would be written.
  @Test func aDifferenceIsAPatch() async throws {
    try await Self.withShop { folder in
      var documents = [
        Self.changed, Self.shop + "  - { id: app-3, address: 10.0.0.9:1, weight: 3 }\n",
        Self.shop.replacingOccurrences(of: "session: {", with: "session: { lifetime: 1h,"),
        Self.shop.replacingOccurrences(of: "shop", with: "other"),
        Self.shop.replacingOccurrences(of: "key: session\\nsession.*\\n", with: "key: uri\n"),
      ]
      documents.append(documents[1] + (0..<50).map { "  - 10.0.1.\($0):80\n" }.joined())
      for document in documents {
        try folder.write("shop.yaml", document)
        let before = try folder.read("shop.conf")
        let check = try await Self.generate("--check", in: folder)
        guard document != Self.shop else { continue }
        #expect(check.status == (check.output.isEmpty ? 0 : 2) && check.errors.isEmpty)
        #expect(try folder.read("shop.conf") == before)
        try folder.write("patch", check.output)
        if !check.output.isEmpty {
          let patch = try await ChashProgram.shell(
            "cp shop.conf patched && patch --silent --fuzz=0 patched patch", in: folder)
          #expect(patch.status == 0, "\(patch)\n\(check.output)")
          #expect(try await Self.generate(in: folder) == .init())
          #expect(try folder.read("patched") == folder.read("shop.conf"))
        }
      }
      // A long file of somebody else, with few lines in common.
      let foreign = (0..<3000).map { "line \($0 % 1700)\n" }.joined() + "}\n\n# app-1\nno end"
      try folder.write("shop.conf", foreign)
      let long = try await Self.generate("--check", in: folder)
      try folder.write("patch", long.output)
      let patch = try await ChashProgram.shell(
        "cp shop.conf patched && patch --silent --fuzz=0 patched patch", in: folder)
      #expect(patch.status == 0, "\(patch)")
      #expect(try await Self.generate("--force", in: folder) == .init())
      #expect(try folder.read("patched") == folder.read("shop.conf"))
      // A file that does not exist yet.
      try folder.remove("shop.conf")
      let check = try await Self.generate("--check", in: folder)
      #expect(
        check.status == 2
          && check.output.hasPrefix("--- shop.conf\n+++ shop.conf (generated)\n@@ -0,0 +1,"))
      #expect(try !folder.names().contains("shop.conf"))
    }
  }

  @Test func editsAreNotWrittenOver() async throws {
    try await Self.withShop { folder in
      let generated = try folder.read("shop.conf")
      try folder.write("shop.yaml", Self.changed)
      let edits = [
        generated.replacingOccurrences(of: "10.0.0.1:8080", with: "10.0.0.1:8081"),
        generated + "\n", String(generated.dropLast()),
        generated.replacingOccurrences(of: "(document ", with: "(document f"),
        generated.replacingOccurrences(of: "Change the", with: "I changed the"),
      ]
      // A change in the first number alone is none of the text.
      for (index, edit) in edits.enumerated() where index != 3 {
        try folder.write("shop.conf", edit)
        let outcome = try await Self.generate(in: folder)
        #expect(
          outcome
            == .init(
              1,
              errors:
                "Error: shop.conf: was changed after chash wrote it; bring the change into the "
                + "document, or write over it with --force (--check shows the difference)\n"))
        #expect(try folder.read("shop.conf") == edit)
      }
      for foreign in ["upstream shop {}\n", " \(generated)", "\u{0}"] {
        try folder.write("shop.conf", foreign)
        let outcome = try await Self.generate(in: folder)
        #expect(
          outcome
            == .init(
              1,
              errors:
                "Error: shop.conf: was not written by chash; name another file, or write over it with "
                + "--force\n"))
        #expect(try folder.read("shop.conf") == foreign)
      }
      #expect(try await Self.generate("--force", in: folder) == .init())
      #expect(try folder.read("shop.conf").contains("10.0.0.3:8080"))
      #expect(try folder.names() == ["sessions.yaml", "shop.conf", "shop.yaml"])
    }
  }

  @Test func aFailedTestPutsTheOldFileBack() async throws {
    try await Self.withShop { folder in
      let before = try folder.read("shop.conf")
      try folder.write("shop.yaml", Self.changed)
      let failed = try await Self.generate(
        "--test", "grep -q 10.0.0.3 shop.conf && echo seen; exit 3 # no more", "--reload",
        "touch reloaded", in: folder)
      #expect(
        failed
          == .init(
            1,
            errors:
              "seen\nError: shop.conf: the test ended with status 3, so the file is as it was; correct "
              + "what it says above\n"))
      #expect(try folder.read("shop.conf") == before)
      let killed = try await Self.generate("--test", "kill -9 $$", in: folder)
      #expect(killed.status == 1 && killed.errors.contains("the test was ended by signal 9"))
      #expect(try folder.read("shop.conf") == before)
      // A file that was not there is gone again.
      try folder.remove("shop.conf")
      #expect(try await Self.generate("--test", "false", in: folder).status == 1)
      #expect(try folder.names() == ["sessions.yaml", "shop.yaml"])

      let reloaded = try await Self.generate(
        "--test", "echo tested", "--reload", "cp shop.conf reloaded", in: folder)
      #expect(reloaded == .init(errors: "tested\n"))
      #expect(try folder.read("reloaded") == folder.read("shop.conf"))
      try folder.write("shop.yaml", Self.shop)
      let unreloaded = try await Self.generate("--reload", "false", in: folder)
      #expect(
        unreloaded
          == .init(
            1,
            errors:
              "Error: shop.conf: is written, but the reload ended with status 1; reload by hand\n"))
      #expect(try folder.read("shop.conf") == before)
    }
  }

  /// Real nginx decides, on a file that chash takes and nginx does not: a name that DNS does not know.
  @Test func nginxTestsTheFile() async throws {
    try await Self.withShop { folder in
      let nginx = "PATH=$PATH:/usr/sbin nginx -t -q -e stderr -c $PWD/nginx.conf -p $PWD"
      try folder.write("nginx.conf", "pid nginx.pid;\nevents {}\nhttp { include shop.conf; }\n")
      try folder.write("shop.yaml", Self.changed)
      #expect(try await Self.generate("--test", nginx, in: folder) == .init())
      let before = try folder.read("shop.conf")
      try folder.write(
        "shop.yaml",
        "name: shop\nalgorithm: nginx\nkey: uri\nnodes:\n  - 'no-such-host.invalid:80'\n")
      let outcome = try await Self.generate("--test", nginx, in: folder)
      #expect(
        outcome.status == 1 && outcome.errors.contains("host not found in upstream"), "\(outcome)")
      #expect(try folder.read("shop.conf") == before)
    }
  }

  /// The number of the document is that of other routers with the same document, wherever it is.
  @Test func routersWriteTheSameBytes() async throws {
    try await Self.withShop { folder in
      let there = try await ChashProgram.shell(
        "mkdir a && cp shop.yaml a && cd a && \"$CHASH\" generate nginx ../a/shop.yaml --output shop.conf",
        in: folder)
      #expect(there == .init())
      #expect(try folder.read("a/shop.conf") == folder.read("shop.conf"))
      // A secret changes the text, and not the number of the document.
      try folder.write("shop.yaml", Self.shop.replacingOccurrences(of: "cdef }", with: "cdeF }"))
      #expect(try await Self.generate(in: folder) == .init())
      let headers = try ["a/shop.conf", "shop.conf"].map { name in
        try folder.read(name).split(separator: "\n")[0].split(separator: ",").map(String.init)
      }
      #expect(headers[0][0] == headers[1][0] && headers[0][1] != headers[1][1])
    }
  }

  @Test func optionsThatNeedAFileSaySo() async throws {
    try await Folder.with(["shop.yaml": Self.shop]) { (folder: Folder) async throws in
      for options in [["--check"], ["--force"], ["--test", "true"], ["--reload", "true"]] {
        for output in [[], ["--output", "-"]] {
          let outcome = try await ChashProgram.run(
            ["generate", "nginx", "shop.yaml"] + output + options, in: folder)
          #expect(outcome.status == 64 && outcome.output.isEmpty)
          #expect(outcome.errors.contains("need a file: --output or --in-place"))
        }
      }
      let both = try await Self.generate("--check", "--force", in: folder)
      #expect(both.status == 64 && both.errors.contains("--check writes nothing"))
      let device = try await ChashProgram.run(
        ["generate", "nginx", "shop.yaml", "--output", "/dev/null", "--check"], in: folder)
      #expect(device.status == 1 && device.errors.contains("is no file that could be compared"))
    }
  }
}
