import Foundation
import Testing

/// `chash lint`.
@Suite struct LintTests {
  /// The findings of a file: lines and kinds.
  private static func lint(
    _ argument: String, _ folder: Folder, status: Int32? = nil
  ) async throws -> [String] {
    let run = try await ChashProgram.run(["lint", argument, "--format", "json"], in: folder)
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let answer = try #require(value as? [String: Any])
    let findings = try #require(answer["findings"] as? [[String: Any]])
    #expect(run.status == status ?? (findings.isEmpty ? 0 : 2), "\(run)")
    return findings.map { "\($0["line"] as? Int ?? 0) \($0["kind"] as? String ?? "")" }
  }

  private static func lint(_ text: String, named name: String) async throws -> [String] {
    var found: [String] = []
    try await Folder.with([name: text]) { (folder: Folder) async throws in
      found = try await lint(name, folder)
    }
    return found
  }

  @Test func theExampleHasItsTrueFindingOnly() async throws {
    let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Examples/shop/nginx.conf")
    let text = try String(contentsOf: example, encoding: .utf8)
    try await Folder.with(["nginx.conf": text]) { (folder: Folder) async throws in
      #expect(try await Self.lint("nginx.conf", folder) == ["6 session-cookie-key"])
      let run = try await ChashProgram.run(["lint", "nginx.conf#shop"], in: folder)
      #expect(run.status == 2 && run.errors.isEmpty)
      #expect(
        run.output.hasPrefix(
          "nginx.conf:6: session-cookie-key: upstream shop: the cookie 'sid' looks like"))
      #expect(run.output.hasSuffix("(docs/lint.md#session-cookie-key)\n"))
      #expect(run.output.split(separator: "\n").count == 1)
    }
  }

  static let nginxCases: [(String, [String])] = [
    ("upstream a { hash $cookie_user consistent; SS }", []),
    ("upstream a { hash $arg_u; SS }", ["2 most-keys-move"]),
    ("upstream a { hash $request_uri; SS }", []), ("upstream a { hash $host$uri; SS }", []),
    ("upstream a { hash $arg_u; server 10.0.0.1; }", []),
    ("upstream a { ip_hash; SS }", ["2 most-keys-move"]), ("upstream a { SS }", []),
    ("upstream a { least_conn; SS }", []),
    ("upstream a { hash $cookie_sid; SS }", ["2 session-cookie-key", "2 most-keys-move"]),
    ("upstream a { hash $cookie_sid consistent; sticky cookie s; R }", []),
    ("upstream a { sticky cookie s; SS }", ["2 address-in-cookie"]),
    ("upstream a { sticky cookie s; R server 10.0.0.9; }", ["2 address-in-cookie"]),
    ("upstream a { sticky route $cookie_r; R }", []),
  ]

  @Test(arguments: nginxCases) func nginx(block: String, expected: [String]) async throws {
    let block = block.replacingOccurrences(of: "SS", with: "server 10.0.0.1; server 10.0.0.2;")
      .replacingOccurrences(
        of: "R ", with: "server 10.0.0.1 route=a; server 10.0.0.2 route=b; ")
    let found = try await Self.lint("http {\n\(block)\n}\n", named: "nginx.conf")
    #expect(found == expected)
  }

  static let proxyCases: [(key: String, server: String, isFound: Bool)] = [
    ("$remote_addr", "listen 80 proxy_protocol; location / { proxy_pass http://App/x; }", true),
    ("$binary_remote_addr", "listen 80 proxy_protocol; proxy_pass http://app;", true),
    ("$remote_addr", "listen 80; location / { proxy_pass http://app; }", false),
    ("$proxy_protocol_addr", "listen 80 proxy_protocol; proxy_pass http://app;", false),
    ("$remote_addr", "listen 80 proxy_protocol; location / { proxy_pass http://other; }", false),
    (
      "$remote_addr",
      "listen 80 proxy_protocol; set_real_ip_from 10.0.0.0/8; real_ip_header proxy_protocol; "
        + "location / { proxy_pass http://app; }", false
    ),
    (
      "$remote_addr",
      "listen 80; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; "
        + "location / { proxy_pass http://app; }", false
    ),
  ]

  @Test(arguments: proxyCases) func addressesBehindAProxy(
    key: String, server: String, isFound: Bool
  ) async throws {
    let servers = "server 10.0.0.1; server 10.0.0.2;"
    let text =
      "http {\nupstream app { hash \(key) consistent; \(servers) }\n"
      + "upstream other { \(servers) }\nserver { \(server) }\n}\n"
    let found = try await Self.lint(text, named: "nginx.conf")
    #expect(found == (isFound ? ["2 proxy-address-key"] : []))
  }

  static let haproxyCases: [(String, [String])] = [
    ("balance roundrobin", []), ("balance uri", []), ("balance leastconn", []),
    ("balance source", ["3 most-keys-move"]),
    ("balance source\n stick-table type ip size 1m\n stick on src", []),
    ("balance source\n hash-type consistent", ["6 places-by-order"]),
    ("balance source\n hash-type consistent\n IDS", []),
    (
      "balance hash req.cook(JSESSIONID)\n hash-type consistent\n IDS", ["3 session-cookie-key"]
    ),
    ("balance source\n cookie S insert indirect nocache", ["6 server-without-cookie"]),
    ("cookie S insert\n NAMES", []), ("cookie S insert dynamic\n dynamic-cookie-key k", []),
    ("cookie S", []), ("cookie S insert\n ADDRESSES", ["5 address-in-cookie"]),
  ]

  @Test(arguments: haproxyCases) func haproxy(lines: String, expected: [String]) async throws {
    var text = "defaults\n mode http\nbackend b\n \(lines)\n"
    var servers = "server s1 10.0.0.1:80\n server s2 10.0.0.2:80\n"
    for (mark, first, second) in [
      ("IDS", "id 1", "id 2"), ("NAMES", "cookie a", "cookie b"),
      ("ADDRESSES", "cookie 10.0.0.1:80", "cookie b"),
    ] where text.contains(mark) {
      text = text.replacingOccurrences(of: " \(mark)\n", with: "")
      servers = "server s1 10.0.0.1:80 \(first)\n server s2 10.0.0.2:80 \(second)\n"
    }
    #expect(try await Self.lint(text + " " + servers, named: "haproxy.cfg") == expected)
  }

  @Test func aLineOfDefaultsIsForThoseWhoNameServers() async throws {
    let text = """
      defaults
        mode http
        cookie S insert
      backend static
        server s1 10.0.0.1:80
      backend app
        server s1 10.0.0.1:80 cookie a
        server s2 10.0.0.2:80
        server s3 10.0.0.3:80 backup

      """
    #expect(try await Self.lint(text, named: "haproxy.cfg") == ["8 server-without-cookie"])
  }

  @Test func documents() async throws {
    #expect(try await Self.lint(Folder.sessions, named: "d.yaml") == [])
    #expect(
      try await Self.lint(
        Folder.sessions.replacingOccurrences(of: "cookie:user", with: "cookie:JSESSIONID"),
        named: "d.yaml") == ["3 session-cookie-key"])
    #expect(try await Self.lint(ExplainCookieTests.shop(), named: "d.yaml") == [])
    #expect(try await Self.lint(ExplainCookieTests.shop("{}"), named: "d.yaml") == ["3 no-secret"])
    #expect(try await Self.lint(ExplainCookieTests.shop("{ follow: key }"), named: "d.yaml") == [])
  }

  @Test func routersWithOtherListsAreFound() async throws {
    func text(_ servers: String) -> String {
      "http {\nupstream a { hash $arg_u consistent; \(servers) }\n}\n"
    }
    let files = [
      "a.conf": text("server 10.0.0.1; server 10.0.0.2 weight=2;"),
      "b.conf": text("server 10.0.0.2 weight=2; server 10.0.0.1;"),
      "c.conf": text("server 10.0.0.1; server 10.0.0.2;"),
    ]
    try await Folder.with(files) { (folder: Folder) async throws in
      #expect(try await Self.lint("a.conf,b.conf", folder) == [])
      #expect(try await Self.lint("a.conf,c.conf", folder) == ["2 lists-differ"])
    }
  }

  @Test func whatCannotBeReadIsAnError() async throws {
    let files = [
      "broken.conf": "http {\nupstream a {\n", "wrong.yaml": "name: x\nnodes: 3\n",
      "flawed.conf":
        "http {\nupstream a { ip_hash; server 10.0.0.1; server 10.0.0.2; }\n"
        + "upstream b { server 10.0.0.1 weight=x; }\n}\n",
      "envoy.yaml": "static_resources:\n  clusters: []\n", "binary.conf": "\u{1}\u{0}\u{7F}é",
    ]
    try await Folder.with(files) { (folder: Folder) async throws in
      for name in ["broken.conf", "wrong.yaml", "envoy.yaml", "binary.conf", "nowhere.conf"] {
        let run = try await ChashProgram.run(["lint", name], in: folder)
        #expect(run.status == 1 && run.output.isEmpty && !run.errors.isEmpty, "\(name) \(run)")
      }
      #expect(try await Self.lint("flawed.conf", folder, status: 1) == ["2 most-keys-move"])
      let missing = try await ChashProgram.run(["lint", "flawed.conf#z"], in: folder)
      #expect(missing.status == 1 && missing.errors.contains("has no upstream 'z'"))
      try folder.write("long.conf", "http { upstream \(String(repeating: "a", count: 1 << 20))")
      let long = try await ChashProgram.run(["lint", "long.conf"], in: folder)
      #expect(long.status == 1)
    }
  }
}
