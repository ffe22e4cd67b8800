import Testing

@testable import AccessLogs

/// What other programs write before the lines of a log.
@Suite struct LinePrefixTests {
  static let prefixes: [(LinePrefix, String)] = [
    (.none, ""),
    (.syslog, "Nov 25 10:00:00 web1 nginx: "),
    (.syslog, "<190>Nov  5 10:00:00 web1 nginx[14389]: "),
    (.syslog, "2026-11-25T10:00:00.123456+00:00 web1 edge: "), (.compose, "web-1  | "),
    (.container, "2026-11-25T10:00:00.123456789Z stdout F "),
    (.container, "2026-11-25T10:00:00.123456789Z stderr F "), (.pod, "[pod/web-1/nginx] "),
    (.word, "shop.example:443 "),
  ]

  /// Lines of nginx, clients with IPv4 and IPv6 and an agent with what ends prefixes.
  static let lines = ["192.0.2.7", "2001:db8::", "fd00::1", "192.0.2.8"].enumerated().map {
    KeyFinderTests.combined(
      "GET /\($0) HTTP/1.1", client: $1, agent: "a: b | stderr F stdout F stderr F ] e")
  }

  @Test(arguments: prefixes) func isRecognised(prefix: LinePrefix, text: String) throws {
    let lines = Self.lines.map { text + $0 }
    let format = LogFormat.recognised(in: lines.map { Array($0.utf8) })
    #expect(format.prefix == prefix)
    #expect(
      try KeyFinderTests.keys("remote-addr", lines) == [
        "192.0.2.7", "2001:db8::", "fd00::1", "192.0.2.8",
      ])
    #expect(try KeyFinderTests.keys("uri", lines) == ["/0", "/1", "/2", "/3"])
  }

  /// Formats that are named are looked for behind prefixes, too.
  @Test(arguments: prefixes) func isFoundOfANamedFormat(prefix: LinePrefix, text: String) throws {
    let header: [UInt8] = []
    let named = try LogFormat("$remote_addr [$time_local] $status", firstLine: header.span)
    let lines = ["192.0.2.7", "fd00::1"].map { text + "\($0) [25/Nov/2026:10:00:00 +0000] 200" }
    #expect(named.prefixed(asIn: lines.map { Array($0.utf8) })?.prefix == prefix)
    let other = lines.map { Array($0.utf8.dropLast(4)) }
    #expect(named.prefixed(asIn: other) == nil)
  }

  @Test func mixedPrefixesAreNoFormat() {
    let lines = zip(Self.prefixes, Self.lines).map { Array(($0.1 + $1).utf8) }
    #expect(LogFormat.recognised(in: lines) == .plain)
  }

  @Test func linesOfEnvoy() throws {
    let lines = ["192.0.2.7", "-"].map {
      #"[2026-11-25T10:00:00.000Z] "GET /a?x=1 HTTP/1.1" 200 - 0 12 3 2 "\#($0)" "curl/8" "5f2c" "a.test" "#
        + #""10.0.0.1:8080""#
    }
    #expect(try KeyFinderTests.keys("uri", lines) == ["/a?x=1", "/a?x=1"])
    #expect(try KeyFinderTests.keys("arg:x", lines) == ["1", "1"])
    #expect(
      try KeyFinderTests.keys("header:X-Forwarded-For", lines) == ["192.0.2.7", "(unset)"])
  }
}
