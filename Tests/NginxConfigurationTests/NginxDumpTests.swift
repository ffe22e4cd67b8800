import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

/// The output of `nginx -T`, folders, lists of servers, and what tells files of nginx.
@Suite struct NginxDumpTests {
  static let dump = """
    nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
    nginx: configuration file /etc/nginx/nginx.conf test is successful
    # configuration file /etc/nginx/nginx.conf:
    events {}
    http {
      include mime.types;
      include /etc/nginx/conf.d/*.conf;
    }

    # configuration file /etc/nginx/mime.types:
    types { text/html html; }

    # configuration file /etc/nginx/conf.d/app.conf:
    # of the application
    upstream app {
      hash $cookie_sid consistent;
      server 10.0.0.1:8080;
      server 10.0.0.2:8080 weight=0;
    }

    # configuration file /etc/nginx/conf.d/web.conf:
    upstream web { ip_hash; server 10.0.0.3; }

    """

  static func read(_ text: String, files: ConfigurationFiles = ConfigurationFiles([:])) throws
    -> ConfigurationReading
  {
    let reader = NginxReader()
    let bytes = Array(text.utf8)
    guard let bundle = reader.bundle(in: bytes) else {
      return try reader.reading(of: bytes, file: "a.conf", files: files)
    }
    return try reader.reading(of: [bundle.main], files: bundle.files)
  }

  /// Messages name the file and the line inside of the dump.
  @Test func aDumpIsReadAsTheFilesInIt() throws {
    let reading = try Self.read(Self.dump)
    #expect(reading.clusters.map(\.name) == ["app", "web"])
    #expect(
      reading.clusters.map(\.location.description) == [
        "/etc/nginx/conf.d/app.conf:2", "/etc/nginx/conf.d/web.conf:1",
      ])
    #expect(
      reading.problems.map(\.description) == [
        "/etc/nginx/conf.d/app.conf:5: error: invalid parameter \"weight=0\"; "
          + "nginx takes whole weights from 1"
      ])
  }

  /// The parts of a dump are the files, byte for byte, apart from the line break that nginx adds.
  @Test(arguments: ["\n", "\r\n"]) func linesMayEndEitherWay(_ end: String) throws {
    let reading = try Self.read(
      Self.dump.split(
        separator: "\n", omittingEmptySubsequences: false
      ).joined(separator: end))
    #expect(reading.clusters.map(\.name) == ["app", "web"])
  }

  @Test func aFileThatTheDumpLacksIsNamed() throws {
    let text =
      "# configuration file /a/nginx.conf:\nhttp { include b.conf; upstream u { server a; } }\n"
    #expect(
      try Self.read(text).problems.map(\.message) == [
        "open() \"/a/b.conf\" failed (the output of nginx -T does not hold it)"
      ])
  }

  @Test func otherFilesAreNoDumps() {
    for text in [
      "", "events {}\n# configuration file /a:\n", "# configuration file\n",
      "# configuration file :\n",
      "# a comment\n# configuration file /a:\nhttp {}\n",
    ] {
      #expect(NginxReader().bundle(in: Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func aRootStandsForTheSlashOfIncludes() throws {
    let texts = [
      "/prod/srv/x/a.conf": "upstream a { ip_hash; server 10.0.0.1; }", "/srv/x/b.conf": "bad {",
      "/here/c.conf": "upstream c { ip_hash; server 10.0.0.1; }",
    ].mapValues { Array($0.utf8) }
    let memory = ConfigurationFiles(texts)
    let main = "http { include /srv/x/*.conf; include c.conf; include /srv/none/*.conf; }"
    for root in ["/prod", "/prod/"] {
      let files = ConfigurationFiles(
        read: memory.read, list: memory.list,
        roots: [ConfigurationFiles.Root(folder: root)])
      let reading = try NginxReader().reading(
        of: Array(main.utf8), file: "/here/nginx.conf", files: files)
      #expect(reading.clusters.map(\.location.file) == ["/prod/srv/x/a.conf", "/here/c.conf"])
      #expect(reading.unmatched.map(\.pattern) == ["/prod/srv/none/*.conf"])
    }
  }

  @Test func aRootMayStandForAPartOfAPath() {
    let files = ConfigurationFiles(
      read: { _ in [] }, list: { _ in [] },
      roots: [.init(folder: "all"), .init(prefix: "/etc/nginx", folder: "copy/")])
    #expect(files.path(ofAbsolute: "/etc/nginx/conf.d/*.conf") == "copy/conf.d/*.conf")
    #expect(files.path(ofAbsolute: "/etc/nginxes/a") == "all/etc/nginxes/a")
    #expect(files.path(ofAbsolute: "/srv/a") == "all/srv/a")
    #expect(ConfigurationFiles([:]).path(ofAbsolute: "/srv/a") == "/srv/a")
  }

  /// What nginx and the shell print before the files is left out.
  @Test(arguments: [
    "# nginx -T\n", "$ nginx -T\n", "2026/11/25 19:01:12 [warn] 1#1: conflicting server name\n",
    "nginx: [warn] the \"user\" directive makes sense only if the master process runs\n\n",
  ])
  func linesBeforeADumpAreLeftOut(_ line: String) throws {
    let text = line.replacing("# nginx", with: "root@web:~# nginx") + Self.dump
    #expect(try Self.read(text).clusters.map(\.name) == ["app", "web"])
  }

  @Test(arguments: [
    "server 10.0.0.1;\n", "hash $uri consistent;\nserver 10.0.0.1;\nkeepalive 3;\n",
    "# upsync\nserver 10.0.0.1 weight=1 max_fails=2;\nserver 10.0.0.2;",
  ])
  func aListOfServersIsNamed(_ text: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try Self.read(text) }
    #expect(error.code == .incomplete)
    #expect(error.message.hasPrefix("the file is a list of servers"))
    #expect(error.message.hasSuffix("include a.conf; }"))
  }

  @Test func foldersAreTheirMainFileOrAllTheirFiles() {
    let reader = NginxReader()
    #expect(reader.files(amongNames: ["a.conf", "nginx.conf", "x"]) == ["nginx.conf"])
    #expect(
      reader.files(amongNames: ["b.conf", "a.conf", "B.conf", ".c.conf", "d.conf~"])
        == ["B.conf", "a.conf", "b.conf"])
    #expect(reader.files(amongNames: ["mime.types"]) == [])
  }

  /// As nginx 1.22.1 says it, which never sees the upstream.
  @Test func aSlashBeginsNoComment() throws {
    for sign in ["//", "/*", "--"] {
      let reading = try Self.read(
        "http {\n resolver 127.0.0.1; \(sign) of the site\n upstream lost { ip_hash; server a; }\n"
          + " upstream kept { ip_hash; server b; }\n}\n")
      #expect(reading.clusters.map(\.name) == ["lost", "kept"])
      #expect(
        reading.problems.map(\.description) == [
          "a.conf:3: error: unknown directive \"\(sign)\"; comments of nginx begin with #; this is a "
            + "directive from line 2 to the next ; or {"
        ])
      guard case .failure(let error) = reading.clusters[0].result else {
        Issue.record("a cluster")
        continue
      }
      #expect(error.reason == .rejected && error.problem == "unknown directive \"\(sign)\"")
      #expect(try reading.clusters[1].cluster().cluster.nodes.count == 1)
    }
  }

  /// A comment that swallows a brace is what nginx stops at, and not the brace.
  @Test func aSlashThatSwallowsABraceIsNamed() async throws {
    let nginx = try await NginxProgram()
    let text = """
      upstream b { server 127.0.0.1; } // end of b
      server { listen 127.0.0.1:1; // port
        location / { proxy_pass http://b; }
      } // server
      """
    let verdict = try await nginx.test(text, in: .http)
    let error = try #require(throws: ConfigurationError.self) {
      try NginxReader(files: ConfigurationFiles(["/part.conf": Array(text.utf8)]))
        .upstreams(in: "/part.conf", place: .inside(.http))
    }
    #expect(error.message.hasPrefix("unknown directive \"//\"; comments of nginx begin with #"))
    #expect(
      verdict.messages.contains("unknown directive \"//\" in \(error.location)"), "\(verdict)")
  }

  @Test func nginxSaysTheSameOfASlash() async throws {
    let nginx = try await NginxProgram()
    for text in [
      "upstream a { server 127.0.0.1; }\n// x\nupstream b { server 127.0.0.1; }",
      "upstream a { server 127.0.0.1; // x\n server 127.0.0.2; }", "@a;", "1a b;", "a-b c;",
    ] {
      let verdict = try await nginx.test(text, in: .http)
      let reading = try NginxReader(files: ConfigurationFiles(["/part.conf": Array(text.utf8)]))
        .upstreams(in: "/part.conf", place: .inside(.http))
      let first = try #require(reading.problems.first, "\(text)")
      #expect(verdict.messages.contains("\(first.message) in \(first.location)"), "\(verdict)")
    }
  }

  static let likenesses: [(String, nginx: Bool)] = [
    ("# a\n\n   upstream a {\n", true), ("include x/*.conf;\n", true), ("\tserver {\n", true),
    ("map $a $b {\n default 1;\n}\n", true), ("events {} http { upstream a { server b; } }", true),
    ("log_format main '$remote_addr';\n", true), ("\u{FEFF}user nginx;\n", true),
    ("backend a\n", false), ("   backend a\n  server b 10.0.0.1:80\n", false),
    ("name: a\nnodes: []\n", false), ("{ \"pools\": {\n} }", false), ("", false),
  ]

  @Test func filesAreToldByTheirLines() {
    for (text, isNginx) in Self.likenesses {
      #expect((NginxReader().likeness(of: Array(text.utf8)) > 0) == isNginx, "\(text)")
    }
  }
}
