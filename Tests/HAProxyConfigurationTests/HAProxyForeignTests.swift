import Configurations
import ConsistentHashing
import HAProxyConfiguration
import Testing

/// Configurations as they are found: cut off, unfilled, marked, and with sections of all kinds.
@Suite struct HAProxyForeignTests {
  /// HAProxy refuses the file, but what its last line says is clear.
  @Test func aMissingLineFeedIsNoFlaw() async throws {
    let text = "backend b\n  balance source\n  server s 127.0.0.1:80"
    let reading = try HAProxyReaderTests.read(text)
    #expect(
      reading.problems.map(\.description) == [
        "a.cfg:3: error: Missing LF on last line, file might have been truncated at position 24.; "
          + "end the file with a line feed"
      ])
    #expect(!reading.isAccepted)
    #expect(try reading.backends[0].cluster().nodes.count == 1)
    let verdict = try await HAProxyProgram().check(Array(text.utf8))
    #expect(!verdict.accepted)
    #expect(
      verdict.messages.contains(
        "Missing LF on last line, file might have been truncated at position 24."))
  }

  @Test func aByteOrderMarkIsNamed() async throws {
    let text = "\u{FEFF}global\n  daemon\nbackend b\n  server s 127.0.0.1:80\n"
    let reading = try HAProxyReaderTests.read(text)
    #expect(reading.problems.map(\.location.line) == [1, 2])
    #expect(
      reading.problems.first?.remedy
        == "the file begins with a byte order mark; save it as UTF-8 without one")
    #expect(reading.backends[0].flaw == nil)
    let verdict = try await HAProxyProgram().check(Array(text.utf8))
    #expect(
      verdict.messages.contains("[test.cfg:1]: unknown keyword '\u{FEFF}global' out of section."))
  }

  /// A line of a template is no keyword, so the servers around it are not all there is.
  @Test(arguments: [
    "{% for host in hosts %}", "{{ range services }}", "<% hosts.each do |h| %>",
    "%{ for h in hosts }",
    "@SERVERS@", "$SERVERS",
  ])
  func linesOfTemplatesAreRefused(_ line: String) async throws {
    let text = """
      defaults
        timeout connect 1s
        timeout server 1s
      backend a
        balance source
        \(line)
        server s 127.0.0.1:80
      backend b
        balance source
        server s 127.0.0.1:80

      """
    let word = line.split(separator: " ")[0]
    let message = "unknown keyword '\(word)' in 'backend' section"
    let reading = try HAProxyReaderTests.read(text)
    #expect(reading.problems.map(\.description) == ["a.cfg:6: error: \(message)"])
    #expect(reading.backends.map { $0.flaw == nil } == [false, true])
    let verdict = try await HAProxyProgram().check(Array(text.utf8))
    #expect(verdict.messages.contains("[test.cfg:6] : \(message)"))
  }

  /// What is wrong with one backend, or in a section of another kind, leaves the others alone.
  @Test func sectionsStandForThemselves() throws {
    let reading = try HAProxyReaderTests.read(
      """
      global
        no-such-word 1
      resolvers dns
        nameserver one 127.0.0.1:53
      peers p
        peer a 127.0.0.1:10000
      userlist u
        user a insecure-password b
      ring r
        server s 127.0.0.1:514
      frontend f
        use_backend %[req.hdr(host),lower]
        server s 127.0.0.1:80
      backend a
        balance source
        server s 127.0.0.1:80 no-such-word
      backend b
        balance source
        no-such-word 1
        server s 127.0.0.1:80 check resolvers dns
      listen stats
        stats enable

      """)
    #expect(reading.problems.map(\.location.line) == [13, 16])
    #expect(reading.backends.map(\.name) == ["a", "b", "stats"])
    #expect(reading.backends.map { $0.flaw == nil } == [false, true, true])
    #expect(try reading.backends[1].cluster().nodes.count == 1)
  }

  /// A block that HAProxy may pass over is of no interest if it changes no choice.
  @Test(arguments: [
    ("filter compression", true), ("option httpchk", true), ("no option httpclose", true),
    ("server t 127.0.0.1:81", false), ("balance uri", false), ("option allbackups", false),
    ("no option allbackups", false), ("default-server weight 2", false), ("\"$K\" 1", false),
  ])
  func conditionsMatterIfTheirLinesDo(_ line: String, _ isSound: Bool) throws {
    let reading = try HAProxyReaderTests.read(
      """
      backend a
        balance source
        .if version_atleast(2.4)
        \(line)
        .endif
        server s 127.0.0.1:80

      """)
    #expect(reading.problems.map(\.severity) == [.unknown])
    #expect(reading.problems.map(\.location.line) == [3])
    #expect((reading.backends[0].flaw == nil) == isSound)
  }

  /// `balance` is asked only about requests that no session or rule sends somewhere.
  @Test func whatPicksBeforeBalanceIsKept() throws {
    let reading = try HAProxyReaderTests.read(
      """
      defaults
        cookie A insert
      backend a
        balance source
        cookie B insert indirect nocache
        stick-table type ip size 1m
        stick store-request src
        stick match src
        stick on src
        persist rdp-cookie
        use-server s if { path_beg /a }
        server s 127.0.0.1:80 cookie s
      backend b
        balance source
        server s 127.0.0.1:80

      """)
    #expect(reading.problems.isEmpty)
    #expect(
      reading.backends[0].firstChoices.map { "\($0.keyword) \($0.location.line)" } == [
        "cookie 5", "stick 8", "stick 9", "persist 10", "use-server 11",
      ])
    #expect(reading.backends[1].firstChoices.map(\.location.line) == [2])
  }
}
