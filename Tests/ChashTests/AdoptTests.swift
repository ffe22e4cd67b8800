import Testing

/// `adopt`: a document for an upstream that runs, compared with what is generated from it.
@Suite struct AdoptTests {
  static let conf = """
    events {}
    http {
      upstream app { hash $host$uri consistent; server 10.0.0.1:80 weight=2 max_fails=3; server 10.0.0.2:80 down;
        server 10.0.0.3; keepalive 8; }
      upstream plain { hash $arg_u; server 10.0.0.1:80 weight=3; server 10.0.0.2:080 down; server 10.0.0.3:80; }
      upstream addresses { ip_hash; server 10.0.0.1:80 weight=2; server unix:/run/a.sock; server [::1]:80 down; }
      upstream turns { server 10.0.0.1:80; server 10.0.0.2:80; }
      split_clients $remote_addr $variant { 30% 10.0.0.1:80; 0.5% 10.0.0.3:80; * 10.0.0.2:80; }
    }

    """
  static let haproxy = """
    backend app
      mode http
      balance uri
      hash-type consistent
      server web1 10.0.0.1:80 weight 2
      server web2 10.0.0.2:80

    """

  static func adopt(_ arguments: String..., in folder: Folder) async throws -> ChashProgram.Outcome
  {
    try await ChashProgram.run(["adopt"] + arguments, in: folder)
  }

  static func remark(_ name: String, _ servers: Int) -> String {
    "chash: \(name): \(servers) servers; what is generated from it sends 100,000 of 100,000 keys to the same "
      + "servers\n"
  }

  /// The upstream that is generated in place of the old one is read as the same document.
  @Test(arguments: ["app", "plain", "addresses", "$variant"])
  func theDocumentGeneratesTheUpstream(name: String) async throws {
    try await Folder.with(["nginx.conf": Self.conf]) { (folder: Folder) async throws in
      let first = try await Self.adopt("nginx.conf#\(name)", "--output", "a.yaml", in: folder)
      // A key of several variables has a note as well.
      #expect(first.status == 0 && first.output.isEmpty)
      #expect(first.errors.hasSuffix(Self.remark("a.yaml", 3)))
      let document = try folder.read("a.yaml")
      let edit = try await ChashProgram.run(
        ["generate", "nginx", "a.yaml", "--in-place", "nginx.conf"], in: folder)
      #expect(edit.status == 0, "\(edit)")
      let again = try await Self.adopt("nginx.conf#\(name)", in: folder)
      #expect(again.status == 0 && again.output == document)
      #expect(again.errors.hasSuffix(Self.remark("nginx.conf#\(name)", 3)))
      let remap = try await ChashProgram.run(
        ["remap", "a.yaml", "--to", "nginx.conf#\(name)", "--samples", "10000"], in: folder)
      #expect(remap.output.hasPrefix("Nothing moves: all 10,000 generated keys keep"), "\(remap)")
    }
  }

  @Test func anotherSystemNeedsARuleOfNginx() async throws {
    try await Folder.with(["a.cfg": Self.haproxy]) { (folder: Folder) async throws in
      let foreign = try await Self.adopt("a.cfg#app", in: folder)
      #expect(foreign.status == 1 && foreign.output.isEmpty)
      #expect(foreign.errors.contains("nginx does not place keys by 'haproxy-consistent'"))
      let taken = try await Self.adopt("a.cfg#app", "--algorithm", "nginx", in: folder)
      #expect(
        taken.status == 0 && taken.output.hasPrefix("name: app\nalgorithm: nginx\nkey: uri\n"),
        "\(taken)")
      #expect(taken.errors.hasSuffix(Self.remark("a.cfg#app", 2)))
    }
  }

  @Test func whatCannotBeAdoptedIsRefused() async throws {
    let broken = "http { upstream broken { hash $uri consistent; server 10.0.0.1:80 weight=0; } }\n"
    let files = ["nginx.conf": Self.conf, "bad.conf": broken, "old.yaml": "mine"]
    try await Folder.with(files) { (folder: Folder) async throws in
      let cases: [(arguments: [String], status: Int32, message: String)] = [
        (["nginx.conf#turns"], 1, "upstream 'turns' picks servers by round robin, not by a key"),
        (["bad.conf#broken"], 1, "bad.conf:1: "), (["nginx.conf#none"], 1, "none"),
        (["nginx.conf"], 1, "nginx.conf"),
        (["missing.conf#app"], 1, "missing.conf: cannot be read"),
        (
          ["nginx.conf#app", "--output", "old.yaml"], 1,
          "old.yaml: exists already; name another file"
        ),
        (["nginx.conf#app", "--output", "nginx.conf"], 1, "nginx.conf: exists already"),
        (["nginx.conf#app", "--output", ""], 64, "--output needs the name of a file."),
      ]
      for (arguments, status, message) in cases {
        let outcome = try await ChashProgram.run(["adopt"] + arguments, in: folder)
        #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome)")
        #expect(outcome.errors.contains(message), "\(arguments): \(outcome)")
      }
      #expect(try folder.read("old.yaml") == "mine")
      #expect(try folder.names() == ["bad.conf", "nginx.conf", "old.yaml", "sessions.yaml"])
    }
  }
}
