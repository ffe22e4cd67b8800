import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

@Suite struct NginxIncludeTests {
  static let files = [
    "/etc/nginx/nginx.conf": """
    events { }
    http {
      include conf.d/*.conf;
      server { listen 80; include not/there.conf; }
    }
    stream { include "/srv/[a-c]?.conf"; }
    """,
    "/etc/nginx/conf.d/b.conf": "upstream b {\n  include conf.d/servers;\n}\n",
    "/etc/nginx/conf.d/a.conf": "upstream a { server 10.0.0.1; }",
    "/etc/nginx/conf.d/.hidden.conf": "upstream hidden { }",
    "/etc/nginx/conf.d/servers": "# of b\nserver 10.0.0.2;\nserver 10.0.0.3 weight=0;\n",
    "/srv/a1.conf": "upstream a { server 10.0.0.4:1; }",
    "/srv/d1.conf": "upstream d { }",
  ]

  @Test func followsIncludesAsNginxDoes() throws {
    let reading = try NginxReaderTests.read(Self.files)
    #expect(
      reading.upstreams.map { "\($0.context) \($0.name)" } == ["http a", "http b", "stream a"])
    #expect(reading.upstreams[1].servers.map(\.address) == ["10.0.0.2", "10.0.0.3"])
    #expect(
      reading.problems.map(\.description) == [
        "/etc/nginx/conf.d/servers:3: error: invalid parameter \"weight=0\"; "
          + "nginx takes whole weights from 1"
      ])
    #expect(
      reading.files.map(\.file) == [
        "/etc/nginx/nginx.conf", "/etc/nginx/conf.d/a.conf", "/etc/nginx/conf.d/b.conf",
        "/etc/nginx/conf.d/servers", "/srv/a1.conf",
      ])
  }

  /// Relative to the first file's directory, also from a file in another one.
  @Test func relativePathsCountFromTheFirstFile() async throws {
    let nginx = try await NginxProgram()
    let files = ["sub/a.conf": "include b.conf;", "b.conf": "upstream b { server 127.0.0.1 x; }"]
    let verdict = try await nginx.test("include sub/a.conf;", in: .http, files: files)
    #expect(verdict.messages.contains("invalid parameter \"x\" in /b.conf:1"))
    let reading = try NginxReader(
      files: ConfigurationFiles([
        "/part.conf": Array("include sub/a.conf;".utf8),
        "/sub/a.conf": Array("include b.conf;".utf8),
        "/b.conf": Array("upstream b { server 127.0.0.1 x; }".utf8),
      ])
    ).upstreams(in: "/part.conf", place: .inside(.http))
    #expect(reading.problems.map(\.location.description) == ["/b.conf:1"])
  }

  @Test(arguments: [
    (
      ["/etc/nginx/other.conf": "http { }"], ConfigurationError.Code.unreadable,
      "open() \"/etc/nginx/nginx.conf\" failed (2: No such file or directory) in "
        + "/etc/nginx/nginx.conf:1"
    ),
    (
      ["/etc/nginx/nginx.conf": "http {\n include nginx.conf; }"], .cycle,
      "\"/etc/nginx/nginx.conf\" includes itself in /etc/nginx/nginx.conf:2"
    ),
    (
      ["/etc/nginx/nginx.conf": "include a;", "/etc/nginx/a": "include .//nginx.conf;"], .cycle,
      "\"/etc/nginx/.//nginx.conf\" includes itself in /etc/nginx/a:1"
    ),
    (
      ["/etc/nginx/nginx.conf": "http { include a; }", "/etc/nginx/a": "}"], .malformed,
      "unexpected \"}\" in /etc/nginx/a:1"
    ),
    (
      ["/etc/nginx/nginx.conf": "http { include a b; }"], .malformed,
      "invalid number of arguments in \"include\" directive in /etc/nginx/nginx.conf:1"
    ),
  ])
  func saysWhyNot(_ files: [String: String], _ code: ConfigurationError.Code, _ message: String) {
    let error = #expect(throws: ConfigurationError.self) { try NginxReaderTests.read(files) }
    #expect(error?.code == code)
    #expect(error.map { "\($0.message) in \($0.location)" } == message)
  }

  /// Configurations are read on other machines than they run on.
  @Test func filesThatAreMissingHideNothingElse() throws {
    let reading = try NginxReaderTests.read([
      "/etc/nginx/nginx.conf": """
      include modules/*.conf;
      http {
        include mime.types;
        upstream a { ip_hash; server 10.0.0.1; }
        upstream b { ip_hash; server 10.0.0.1; include servers; }
      }
      """
    ])
    #expect(
      reading.problems.map(\.description) == [
        "/etc/nginx/nginx.conf:3: error: open() \"/etc/nginx/mime.types\" failed "
          + "(2: No such file or directory); what it holds is not read",
        "/etc/nginx/nginx.conf:5: error: open() \"/etc/nginx/servers\" failed "
          + "(2: No such file or directory); what it holds is not read",
      ])
    #expect(!reading.isAccepted)
    #expect(reading.unmatched.isEmpty)
    #expect(try reading.upstreams[0].cluster().nodes.count == 1)
    let error = #expect(throws: NoCluster.self) {
      try reading.upstreams[1].cluster()
    }
    #expect(error?.location.line == 5)
  }

  @Test func patternsThatMatchNothingAreKept() throws {
    let reading = try NginxReaderTests.read([
      "/etc/nginx/nginx.conf":
        "include modules/*.conf;\nhttp {\n include conf.d/*.conf;\n include other.con?;\n}",
      "/etc/nginx/other.cont": "",
    ])
    #expect(reading.isAccepted)
    #expect(
      reading.unmatched.map { "\($0.pattern) \($0.location.line)" } == [
        "/etc/nginx/conf.d/*.conf 3"
      ])
  }

  @Test func noConfigurationTakesForever() {
    // Each file includes the next one twice: 2^30 readings, if nothing stopped them.
    var doubling = ["/etc/nginx/nginx.conf": "http { include 0; }"]
    for number in 0..<30 {
      doubling["/etc/nginx/\(number)"] = "include \(number + 1); include \(number + 1);"
    }
    doubling["/etc/nginx/30"] = ""
    let deep = String(repeating: "a {", count: 101) + String(repeating: "}", count: 101)
    let cases: [[String: String]] = [
      doubling, ["/etc/nginx/nginx.conf": deep],
      ["/etc/nginx/nginx.conf": String(repeating: "a;", count: 9 << 20)],
    ]
    for files in cases {
      let error = #expect(throws: ConfigurationError.self) { try NginxReaderTests.read(files) }
      #expect(error?.code == .tooLarge)
    }
  }

  @Test(arguments: [
    ("*", "a", true), ("*", ".a", false), (".*", ".a", true), ("a*", "abc", true),
    ("*.conf", "a.conf", true), ("*.conf", "a.conf~", false), ("*a*b", "xaxbxb", true),
    ("*a*b", "xaxbx", false), ("?", "a", true), ("?", "é", false), ("??", "é", true),
    ("[abc]", "b", true), ("[a-c]x", "bx", true), ("[!a-c]", "b", false), ("[^a-c]", "d", true),
    ("[]]", "]", true), ("[!]]", "]", false), ("[a", "[a", true), ("[a-]", "-", true),
    ("[c-a]", "b", false), ("\\*", "*", true), ("\\*", "a", false), ("a", "A", false),
    ("[]", "[]", true),
  ])
  func matchesNames(_ pattern: String, _ name: String, _ matches: Bool) throws {
    let files = ["/etc/nginx/nginx.conf": "include d/\(pattern)*;", "/etc/nginx/d/\(name)": ""]
    let literal = ["/etc/nginx/nginx.conf": "include [d]/\(pattern);", "/etc/nginx/d/\(name)": ""]
    let found = try NginxReaderTests.read(literal).files.count == 2
    #expect(found == matches)
    // With a star behind it, a pattern still finds what it found.
    if found { #expect(try NginxReaderTests.read(files).files.count == 2) }
  }
}
