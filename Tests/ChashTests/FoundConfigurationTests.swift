import Foundation
import Testing

/// `inspect` and its siblings on configurations as they are found: parts of them, with files that
/// are elsewhere, with mistakes next to what is asked about, and templates.
@Suite struct FoundConfigurationTests {
  private func run(_ name: String, _ text: String, _ arguments: String...) async throws
    -> ChashProgram.Outcome
  {
    var outcome = ChashProgram.Outcome()
    try await Folder.with([name: text]) { (folder: Folder) async throws in
      outcome = try await ChashProgram.run(arguments, in: folder)
    }
    return outcome
  }

  private static let mixed = """
    events {}
    http {
      include /no/such/folder/mime.types;
      upstream lua { server 0.0.0.1; balancer_by_lua_block { pick("}") } }
      upstream fair { fair; server 10.0.0.1; }
      upstream good {
        ip_hash;
        server 10.0.0.1;
        check interval=3000;
      }
    }

    """

  @Test func oneBadUpstreamLeavesTheOthers() async throws {
    let lua =
      "unknown directive \"balancer_by_lua_block\"; it is part of the Lua module (OpenResty), and "
      + "picks servers by a rule that is not known here"
    let fair =
      "unknown directive \"fair\"; it is part of nginx-upstream-fair, and picks servers by a rule "
      + "that is not known here"
    #expect(
      try await run("nginx.conf", Self.mixed, "inspect", "nginx.conf")
        == .init(
          output: """
            # nginx.conf:4: upstream lua (http): round robin, 1 server
            # No document: nginx.conf:4: \(lua).
            ---
            # nginx.conf:5: upstream fair (http): round robin, 1 server
            # No document: nginx.conf:5: \(fair).
            ---
            # nginx.conf:6: upstream good (http): ip_hash, 1 server
            name: good
            algorithm: nginx-ip-hash
            key: remote-addr
            properties: { check: "interval=3000" }
            nodes:
              - { address: 10.0.0.1 }

            """,
          errors: """
            chash: nginx.conf:9: note: unknown directive "check"; it is part of \
            nginx_upstream_check_module (Tengine has it), and changes no choice between servers that answer
            chash: nginx.conf:3: error: open() "/no/such/folder/mime.types" failed \
            (No such file or directory); what it holds is not read
            chash: nginx.conf:4: error: \(lua)
            chash: nginx.conf:5: error: \(fair)

            """))
  }

  /// Whoever asks about one upstream is told that nginx would not start, and no more of it.
  @Test func commandsAnswerNextToMistakes() async throws {
    let good = try await run("nginx.conf", Self.mixed, "lookup", "nginx.conf#good", "192.0.2.7")
    #expect(good.status == 0 && good.output.contains("10.0.0.1"))
    #expect(
      good.errors.split(separator: "\n").dropFirst().map(String.init) == [
        "chash: nginx.conf:3: error: open() \"/no/such/folder/mime.types\" failed "
          + "(No such file or directory); what it holds is not read",
        "chash: nginx.conf: more of this, which chash inspect lists: 2",
      ])
    let bad = try await run("nginx.conf", Self.mixed, "lookup", "nginx.conf#fair", "192.0.2.7")
    #expect(
      bad
        == .init(
          1,
          errors: "Error: nginx.conf:5: unknown directive \"fair\"; it is part of "
            + "nginx-upstream-fair, and picks servers by a rule that is not known here\n"))
  }

  /// A file of `conf.d` stands in `http`, or in `stream` if its servers pass connections on.
  @Test(arguments: [
    ("server { listen 80; location / { proxy_pass http://a; } }", "http"),
    ("server { listen 80; proxy_pass a; }", "stream"), ("", "http"),
    ("map $uri $b { default 1; }", "http"),
  ])
  func fragmentsAreReadWhereTheyBelong(_ rest: String, _ context: String) async throws {
    let text = "upstream a { hash $remote_addr; server b:1; }\n\(rest)\n"
    let outcome = try await run("a.conf", text, "inspect", "a.conf")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("# a.conf:1: upstream a (\(context)): hash, key"))
  }

  /// Where a configuration names the folders of another machine, its upstreams are there.
  @Test func patternsThatMatchNothingAreSaid() async throws {
    let text = "events { }\nhttp { include /no/such/folder/*.conf; }\n"
    #expect(
      try await run("nginx.conf", text, "inspect", "nginx.conf")
        == .init(
          output: "# nginx.conf: no part has servers\n",
          errors:
            "chash: nginx.conf:2: note: no file matches /no/such/folder/*.conf, so upstreams in "
            + "such files are not read; --root says which folder stands for /\n"))
  }

  @Test func fragmentsMayBeSpreadOverFiles() async throws {
    let files = ["a.conf": "include b.inc;\n", "b.inc": "upstream b { ip_hash; server c; }\n"]
    try await Folder.with(files) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(["inspect", "a.conf"], in: folder)
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(outcome.output.hasPrefix("# b.inc:1: upstream b (http): ip_hash, 1 server"))
    }
  }

  @Test(arguments: [
    (
      "http { }\nhttp { upstream a { server b; } }",
      "a.conf:2: \"http\" directive is duplicate; nginx would not start with this"
    ),
    (
      "http { }\nupstream a { server b; }",
      "a.conf:2: \"upstream\" directive is not allowed here; nginx would not start with this"
    ),
    (
      "\u{FEFF}upstream a { server b; }",
      "a.conf:1: the file begins with a byte order mark, which nginx takes for a part of the first "
        + "directive; save it as UTF-8 without one"
    ),
    (
      "# all hosts\nupstream a {\n{% for h in hosts %}\n  server {{ h }};\n{% endfor %}\n}",
      "a.conf:3: unexpected \"{\"; line 3 has '{%': fill in the template first, and name the result"
    ),
    (
      "upstream a {\n<% hosts.each do |h| %>\n  server <%= h %>;\n<% end %>\n}",
      "a.conf:5: unexpected \"}\"; line 2 has '<%': fill in the template first, and name the result"
    ),
    (
      "upstream a {\n  server <%= h %>;\n}",
      "a.conf:2: invalid parameter \"h\"; line 2 has '<%': fill in the template first, and name the "
        + "result"
    ),
  ])
  func nothingToReadIsAnError(_ text: String, _ message: String) async throws {
    #expect(
      try await run("a.conf", text + "\n", "inspect", "a.conf")
        == .init(1, errors: "Error: \(message)\n"))
  }

  @Test func twoUpstreamsOfOneNameAreNoAnswer() async throws {
    let text = """
      upstream a { ip_hash; server 10.0.0.1; }
      upstream A { ip_hash; server 10.0.0.2; }

      """
    #expect(
      try await run("a.conf", text, "lookup", "a.conf#a", "192.0.2.7")
        == .init(
          1,
          errors:
            "Error: a.conf:2: duplicate upstream 'A', first in a.conf:1; nginx would not start, "
            + "so rename one\n"))
  }

  /// Text that looks like an address is not what nginx hashes.
  @Test func binaryKeysAreSaidToBeBinary() async throws {
    let text = "upstream a { hash $binary_remote_addr consistent; server 10.0.0.1; }\n"
    let inspected = try await run("a.conf", text, "inspect", "a.conf")
    #expect(
      inspected.output.contains(
        "# The key is the nginx expression $binary_remote_addr, in which an address is 4 or 16 bytes "
          + "and not text; commands take its values.\n"
      ))
    #expect(
      try await run("a.conf", text, "lookup", "a.conf", "192.0.2.7").errors
        == "chash: a.conf:1: note: keys are values of the nginx expression $binary_remote_addr, in which "
        + "an address is 4 or 16 bytes and not text\n")
  }

  @Test func sessionsComeBeforeTheMethod() async throws {
    let text = "upstream a { hash $uri; sticky cookie s; server b; }\n"
    #expect(
      try await run("a.conf", text, "inspect", "a.conf").output.contains(
        "# Known sessions stay with their servers (sticky cookie); "
          + "the document describes all other requests.\n"))
  }

  private static let haproxy = """
    defaults
      mode http
    backend bad
      balance source
      server s 10.0.0.1:80 no-such-word
    backend good
      balance hash src,ipmask(24)
      hash-type consistent
      hash-balance-factor 150
      cookie S insert
      stick on src
      server s 10.0.0.1:80 cookie s
    backend template
      balance source
      server {{ name }} 10.0.0.1:80
    listen stats
      bind :8080
    """

  /// Also under a name that does not end in `.cfg`, and without a line feed at the end.
  @Test(arguments: ["lb.cfg", "haproxy.conf"])
  func oneBadBackendLeavesTheOthers(_ file: String) async throws {
    let outcome = try await run(file, Self.haproxy, "inspect", file)
    #expect(
      outcome
        == .init(
          output: """
            # \(file):3: backend bad: balance source, 0 servers
            # No document: \(file):5: backend 'bad' is not known in full: \
            'server bad/s' : unknown keyword 'no-such-word'; correct it first.
            ---
            # \(file):6: backend good: balance hash, 1 server
            # Before balance, servers are picked by cookie in line 10, stick in line 11; \
            the document describes all other requests.
            # The document describes servers below hash-balance-factor 150.
            # HAProxy 3.0 to 3.2 without the fix of October 2025 places the servers elsewhere: \
            haproxy-consistent-3.0.
            # The key is the HAProxy expression src,ipmask(24); commands take its values.
            name: good
            algorithm: haproxy-consistent
            options: { balance: hash }
            properties: { cookie: "S insert", haproxy-key: "src,ipmask(24)", hash-balance-factor: 150, \
            stick: "on src" }
            nodes:
              - { id: s, address: 10.0.0.1:80, properties: { cookie: s } }
            ---
            # \(file):13: backend template: balance source, 0 servers
            # No document: \(file):15: backend 'template' is not known in full: character '{' is not \
            permitted in server name '{{'.; line 15 has '{{': fill in the template first, and name the result.
            ---
            # \(file):16: listen stats: balance random, 0 servers
            # No document: listen 'stats' has no servers.

            """,
          errors: """
            chash: \(file):5: error: 'server bad/s' : unknown keyword 'no-such-word'; \
            HAProxy would not start with this
            chash: \(file):15: error: character '{' is not permitted in server name '{{'.; \
            HAProxy would not start with this
            chash: \(file):17: error: Missing LF on last line, file might have been truncated at \
            position 13.; end the file with a line feed

            """))
    #expect(try await run(file, Self.haproxy, "lookup", "\(file)#good", "10.1.0.0").status == 0)
    #expect(
      try await run(file, Self.haproxy, "lookup", "\(file)#bad", "10.1.0.0")
        == .init(
          1,
          errors: "Error: \(file):5: backend 'bad' is not known in full: "
            + "'server bad/s' : unknown keyword 'no-such-word'; correct it first\n"))
  }
}
