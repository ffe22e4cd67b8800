import Foundation
import Testing

/// Files beside the text that `generate` writes.
@Suite struct EngineFilesTests {
  static let shop = """
    name: shop
    algorithm: maglev
    key: cookie:user
    options: { table-size: 251 }
    nodes:
      - { id: app-1, address: 10.0.0.1:8080 }
      - { id: app-2, address: 10.0.0.2:8080 }

    """
  static func changed(_ number: Int) -> String {
    shop + "  - { id: app-3, address: 10.0.0.\(number):8080 }\n"
  }

  static func generate(_ more: String..., to file: String = "shop.conf", in folder: Folder)
    async throws -> ChashProgram.Outcome
  {
    try await ChashProgram.run(
      ["generate", "nginx", "shop.yaml", "--engine", "lua", "--output", file] + more, in: folder)
  }

  static func withShop(_ body: (Folder) async throws -> Void) async throws {
    try await Folder.with(["shop.yaml": shop]) { (folder: Folder) async throws in
      let first = try await generate(in: folder)
      #expect(first.status == 0 && first.output.isEmpty)
      try await body(folder)
    }
  }

  /// The files of the engine that are there.
  static func files(_ folder: Folder) throws -> [String] {
    try folder.names().filter { $0.hasSuffix(".lua") || $0.hasSuffix(".table") }
  }

  @Test func theTextNamesItsFilesByTheirPaths() async throws {
    try await Self.withShop { folder in
      let files = try Self.files(folder)
      let text = try folder.read("shop.conf")
      try #require(files.count == 2)
      #expect(files.allSatisfy { text.contains($0) })
      let program = try #require(files.first { $0.hasSuffix(".lua") })
      #expect(text.contains("balancer_by_lua_file \(folder.path)/\(program);"))
      let again = try await Self.generate("--test", "false", in: folder)
      #expect(again == .init(errors: "chash: shop.conf: is up to date; nothing is written\n"))
      #expect(try Self.files(folder) == files)
      // From another working directory, and by another spelling of the same folder.
      let other = try await ChashProgram.shell(
        "mkdir sub && cd sub && \"$CHASH\" generate nginx ../shop.yaml --engine lua "
          + "--output \(folder.path)//./shop.conf --check", in: folder)
      #expect(other == .init())
    }
  }

  /// The files of the text before stay, because workers may still read them; older ones go.
  @Test func filesThatNoTextNamesGo() async throws {
    try await Self.withShop { folder in
      let first = Set(try Self.files(folder))
      try folder.write("shop.0123456789abcdef.table", "somebody else's")
      try folder.write("shop.yaml", Self.changed(3))
      #expect(try await Self.generate(in: folder).status == 0)
      let second = Set(try Self.files(folder)).subtracting(first)
      #expect(second.count == 3, "two, and the one of somebody else")
      let both = Set(try Self.files(folder))
      #expect(first.isSubset(of: both))
      try folder.write("shop.yaml", Self.changed(4))
      #expect(try await Self.generate(in: folder).status == 0)
      let third = Set(try Self.files(folder))
      #expect(first.isDisjoint(with: third), "the first ones are gone")
      #expect(
        second.isSubset(of: third), "those of the text before, and the one of somebody else, stay")

      // Another text of the folder needs its files as well.
      let copy = try folder.read("shop.conf")
      try folder.write("copy.conf", copy)
      for number in 5...7 {
        try folder.write("shop.yaml", Self.changed(number))
        #expect(try await Self.generate(in: folder).status == 0)
      }
      let left = try Self.files(folder)
      #expect(third.subtracting(second).isSubset(of: left))
      #expect(left.filter { copy.contains($0) }.count == 2)
      #expect(left.count <= 7, "\(left)")
    }
  }

  @Test func aFailedTestRemovesNewFiles() async throws {
    try await Self.withShop { folder in
      let before = try folder.names()
      let text = try folder.read("shop.conf")
      try folder.write("shop.yaml", Self.changed(3))
      // The test sees the new text and all of its files.
      let test =
        "for file in $(grep -o 'shop\\.[0-9a-f]*\\.[a-z]*' shop.conf); do test -s $file || exit 9; done; "
        + "ls *.lua | wc -l | grep -q 2 && exit 3"
      let outcome = try await Self.generate("--test", test, in: folder)
      #expect(
        outcome.errors.hasSuffix(
          "Error: shop.conf: the test ended with status 3, so the file is as it was; correct what it says "
            + "above\n"), "\(outcome)")
      #expect(try folder.names() == before)
      #expect(try folder.read("shop.conf") == text)
      let first = try await Self.generate(
        "--test", "false", to: "other.conf", in: folder)
      #expect(first.status == 1)
      #expect(try folder.names() == before, "nothing is left of a text that did not exist")
    }
  }

  @Test func missingAndChangedFilesAreFound() async throws {
    try await Self.withShop { folder in
      let files = try Self.files(folder)
      try #require(files.count == 2)
      for file in files {
        let content = try Data(contentsOf: URL(fileURLWithPath: folder.file(file)))
        try folder.remove(file)
        let missing = try await Self.generate("--check", in: folder)
        #expect(missing == .init(2, errors: "chash: \(file): is missing\n"))
        #expect(try await Self.generate("--reload", "touch reloaded", in: folder).status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file(file))) == content)
        #expect(try folder.names().contains("reloaded"))
        try folder.write(file, "changed")
        let changed = try await Self.generate("--check", in: folder)
        #expect(changed == .init(2, errors: "chash: \(file): was changed\n"))
        let refused = try await Self.generate(in: folder)
        #expect(
          refused
            == .init(
              1,
              errors:
                "Error: \(file): was changed after chash wrote it; write over it with --force\n"))
        #expect(try folder.read(file) == "changed")
        let tested = try await Self.generate("--force", "--test", "false", in: folder)
        #expect(tested.status == 1)
        #expect(try folder.read(file) == "changed", "a failed test puts that back as well")
        #expect(try await Self.generate("--force", in: folder).status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file(file))) == content)
        try folder.remove("reloaded")
      }
      let file = try #require(files.first)
      try folder.remove(file)
      try FileManager.default.createDirectory(
        atPath: folder.file(file), withIntermediateDirectories: false)
      let refused = try await Self.generate(in: folder)
      #expect(refused == .init(1, errors: "Error: \(file): is no regular file; remove it\n"))
    }
  }

  @Test func routersWithTheFolderWriteTheSameBytes() async throws {
    try await Folder.with(["shop.yaml": Self.shop]) { (folder: Folder) async throws in
      for name in ["a", "b"] {
        let outcome = try await ChashProgram.shell(
          "mkdir \(name) && \"$CHASH\" generate nginx shop.yaml --engine lua --files-at /etc/nginx/conf.d "
            + "--output \(name)/shop.conf", in: folder)
        #expect(outcome.status == 0)
      }
      let same = try await ChashProgram.shell("diff -r a b && ls a | wc -l", in: folder)
      #expect(same.status == 0 && same.output.contains("3"), "\(same)")
      #expect(try folder.read("a/shop.conf").contains(" /etc/nginx/conf.d/shop."))
    }
  }

  @Test func placesWithoutAFolderAreRefused() async throws {
    try await Self.withShop { folder in
      let before = try folder.names()
      for (arguments, message) in [
        (["--engine", "lua"], "name the file of the text with --output"),
        (["--engine", "lua", "--output", "-"], "name the file of the text with --output"),
        (
          ["--engine", "lua", "--output", "/dev/stdout"], "has no folder for the files of the text"
        ),
        (["--engine", "lua", "--in-place", "shop.conf"], "which --in-place cannot add"),
        (["--engine", "lua", "--output", "a.conf", "--files-at", "etc"], "is an absolute path"),
        (["--files-at", "/etc"], "--files-at is for the engines lua and njs"),
        (["--engine", "perl"], "is invalid for '--engine <engine>'"),
      ] {
        let outcome = try await ChashProgram.run(
          ["generate", "nginx", "shop.yaml"] + arguments, in: folder)
        #expect(outcome.status != 0 && outcome.errors.contains(message), "\(arguments): \(outcome)")
      }
      let part = try await ChashProgram.run(
        ["generate", "nginx", "shop.yaml", "--engine", "lua", "--part", "server"], in: folder)
      #expect(part.status == 0 && part.output.contains("proxy_pass http://shop;"))
      #expect(try folder.names() == before)
    }
  }
}
