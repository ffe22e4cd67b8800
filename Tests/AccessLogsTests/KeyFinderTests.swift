import AccessLogs
import ConsistentHashing
import Testing

/// What the keys of a log are, for a key source and the lines.
@Suite struct KeyFinderTests {
  static func keys(
    _ source: String, _ lines: [String], as format: String? = nil,
    place: KeyFinder.Place = .automatic, ignoresCase: Bool = true
  ) throws -> [String] {
    let alternatives = try #require(KeySource(source).flatMap { KeyPiece.alternatives(of: $0) })
    return try keys(
      alternatives.first, further: Array(alternatives.dropFirst()), lines, as: format, place: place,
      ignoresCase: ignoresCase)
  }

  /// The key of each line; `(unset)` and the like where it has none.
  static func keys(
    _ pieces: [KeyPiece]?, further: [[KeyPiece]] = [], _ lines: [String], as name: String? = nil,
    place: KeyFinder.Place = .automatic, type: KeyType = .text, ignoresCase: Bool = true
  ) throws -> [String] {
    let bytes = lines.map { Array($0.utf8) }
    let first = bytes.first ?? []
    let format =
      try name.map { try LogFormat($0, firstLine: first.span) } ?? LogFormat.recognised(in: bytes)
    var finder = try KeyFinder(
      format: format, place: place, pieces: pieces, further: further, skipsEmpty: true, type: type,
      names: LogFormat.names(inJSON: bytes),
      ignoresCase: ignoresCase)
    return bytes.dropFirst(format.hasHeader ? 1 : 0).map { line in
      var found = "(nothing)"
      let outcome = finder.find(in: line.span) { key, _ in
        var bytes: [UInt8] = []
        for index in key.indices { bytes.append(key[index]) }
        found = String(validating: bytes, as: UTF8.self) ?? "\(bytes)"
      }
      return outcome == .key ? found : "(\(outcome))"
    }
  }

  static func combined(_ request: String, client: String = "192.0.2.7", agent: String = "curl/8")
    -> String
  {
    "\(client) - - [25/Nov/2026:10:00:00 +0000] \"\(request)\" 200 512 \"-\" \"\(agent)\""
  }

  @Test func requestsOfTheCombinedFormat() throws {
    let lines = [
      "GET /p/0?x=1&User=ann HTTP/1.1", "HEAD /p/0?x=1 HTTP/2.0", "GET /p?user=&user=2 HTTP/1.1",
      #"GET /\xC3\xA9?user=a\x22b HTTP/1.1"#,
    ].map { Self.combined($0) }
    #expect(
      try Self.keys("uri", lines) == [
        "/p/0?x=1&User=ann", "/p/0?x=1", "/p?user=&user=2", "/é?user=a\"b",
      ])
    #expect(try Self.keys("arg:user", lines) == ["ann", "(unset)", "", "a\"b"])
    #expect(
      try Self.keys("arg:user", lines, ignoresCase: false) == ["(unset)", "(unset)", "", "a\"b"])
    #expect(try Self.keys("remote-addr", lines) == Array(repeating: "192.0.2.7", count: 4))
    #expect(try Self.keys("header:user-agent", lines) == Array(repeating: "curl/8", count: 4))
    #expect(try Self.keys("header:Referer", lines) == Array(repeating: "(unset)", count: 4))
  }

  /// What clients send that is no request, and a line that was cut.
  @Test func linesThatAreNoRequests() throws {
    let lines =
      (0..<20).map { Self.combined("GET /\($0) HTTP/1.1") } + [
        Self.combined(#"\x16\x03\x01"#), Self.combined("-"), "192.0.2.7 - - [25/Nov",
      ]
    #expect(try Self.keys("uri", lines).suffix(3) == ["(unset)", "(unset)", "(broken)"])
  }

  @Test func aLogWithoutTheKeySaysWhatIsMissing() throws {
    for source in ["cookie:sid", "header:x-user"] {
      let missing = #expect(throws: KeyFinder.Missing.self) {
        try Self.keys(source, [Self.combined("GET / HTTP/1.1")])
      }
      #expect(missing?.variable == (source == "cookie:sid" ? "cookie_sid" : "http_x_user"))
      #expect(missing?.names.contains("http_user_agent") == true)
    }
    #expect(throws: KeyFinder.Missing.self) {
      try Self.keys(nil as [KeyPiece]?, [Self.combined("GET / HTTP/1.1")])
    }
  }

  @Test func formatStringsOfNginx() throws {
    let format = #"$remote_addr [$time_local] "$request" $upstream_addr "$http_cookie" $cookie_sid"#
    let lines = [
      #"::1 [t] "GET /a?b=c HTTP/1.1" 10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 "x=1; SID=abc; y" s\x20\x5C"#,
      #"unix: [t] "GET /" - "-" -"#,
    ]
    #expect(try Self.keys("cookie:sid", lines, as: format) == [#"s \"#, "(unset)"])
    let header = format.replacingSuffix(" $cookie_sid", by: " $request_id")
    #expect(try Self.keys("cookie:sid", lines, as: header) == ["abc", "(unset)"])
    #expect(try Self.keys("remote-addr", lines, as: format) == ["::1", "(mistyped)"])
    #expect(try Self.keys("arg:B", lines, as: format) == ["c", "(unset)"])
    #expect(
      try Self.keys([.value("upstream_addr")], lines, as: format) == [
        "10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80", "(unset)",
      ])
    #expect(
      try Self.keys(
        [.value("request_uri"), .text("|"), .value("cookie_sid")], lines, as: format)
        == [#"/a?b=c|s \"#, "/|"])
    #expect(
      try Self.keys(
        [.value("binary_remote_addr")], ["192.0.2.200", "x"], as: "$remote_addr",
        type: .address(maskIPv4: 32, maskIPv6: 128)) == ["[192, 0, 2, 200]", "(mistyped)"])
  }

  @Test(arguments: [
    ("$remote_addr$request", "nothing separates"), ("none", "is no format"),
    ("$", "invalid variable name"),
    ("${a", "closing bracket"), ("a $ b", "invalid variable name"),
  ])
  func formatsThatCannotBeRead(_ format: String, _ problem: String) {
    let line: [UInt8] = []
    let error = #expect(throws: LogTemplate.Malformed.self) {
      try LogFormat(format, firstLine: line.span)
    }
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }

  /// `log-format` strings of HAProxy, and lines that HAProxy 2.6.12 wrote with them.
  @Test(arguments: [
    (
      #"%ci:%cp [%tr] %ft %b/%s %ST %{+Q}r cook=%CC %hr %hs"#, "cookie:sid",
      #"127.0.0.1:56682 [26/Nov/2026:00:45:09.143] web app/s1 200 "GET /p0 HTTP/1.1" cook=sid=c0 {agent 0 (x#7Cy)|} "#,
      "c0"
    ),
    (
      #"%ci:%cp [%tr] %ft %b/%s %ST %B %CC %CS %tsc %hr %hs %{+Q}r"#, "uri",
      #"127.0.0.1:42790 [26/Nov/2026:00:45:09.200] plain byuser/s1 200 116 - - ---- "GET /p0?x=#22 HTTP/1.1""#,
      #"/p0?x=""#
    ),
    (
      #"%ci:%cp [%tr] %ft %b/%s %ST %B %CC %CS %tsc %hr %hs %{+Q}r"#, "uri",
      #"127.0.0.1:42790 [26/Nov/2026:00:45:09.200] plain byuser/s1 200 116 - - ---- {a b} {c} "GET /p0 HTTP/1.1""#,
      "/p0"
    ),
    (
      #"{"ip":"%ci","uri":"%HU","user":"%[req.hdr(X-User)]","srv":"%s","be":"%b"}"#,
      "header:X-User",
      #"{"ip":"127.0.0.1","uri":"/u/1?x=1","user":"user #7C1","srv":"s2","be":"byuser"}"#, "user |1"
    ),
    (
      #"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B %hrl"#, "arg:x",
      #"127.0.0.1 - - [26/Nov/2026:00:45:09 +0000] "GET /u/1?x=1 HTTP/1.1" 200 116 "a" "b""#, "1"
    ),
    (
      "%{+Q}o 1 %ci 2 %cp 3 %tr 5 %T 7 %trg 10 %f 12 %b 13 %s 16 %ST 17 %r 23 %CC 25 %ts 30 %bi 40 %lc 41 %hr "
        + "42 %hs 43 %hrl 44 %sslc", "arg:x",
      #"1 "127.0.0.1" 2 41158 3 26/Nov/2026:00:48:17.928 5 26/Nov/2026:00:48:17 +0000 7 26/Nov/2026:00:48:17 +0000 10 "web" 12 "app" 13 "s1" 16 200 17 "GET /u?x=1\" 23 "" 25 -- 30 "127.0.0.1" 40 0 41 "{a#22b\}" 42 43 "a#22b\" 44 """#,
      #"1\"#
    ),
    (
      #"%[src] 100%% %si:%sp %HM %HU"#, "remote-addr",
      "192.0.2.9 100% 10.0.0.1:80 GET /", "192.0.2.9"
    ),
  ])
  func formatsOfHAProxy(_ format: String, _ source: String, _ line: String, _ key: String) throws {
    for prefix in ["", "Nov 26 00:45:09 lb haproxy[10965]: "] {
      #expect(try Self.keys(source, [prefix + line], as: format, ignoresCase: false) == [key])
    }
  }

  @Test(arguments: [
    ("%ci %", "a % without a name"), ("%{+Q", "without its end"), ("%[src %ci", "without its end"),
    ("%zz", "no variable %zz"), ("%ci%HU", "nothing separates"), ("%o", "no variable"),
  ])
  func formatsOfHAProxyThatCannotBeRead(_ format: String, _ problem: String) {
    let line: [UInt8] = []
    let error = #expect(throws: LogTemplate.Malformed.self) {
      try LogFormat(format, firstLine: line.span)
    }
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }

  @Test func logsOfHAProxy() throws {
    let prefix = "Feb  6 12:14:14 lb1 haproxy[14389]: "
    let timers = "10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0"
    let lines = [
      "\(prefix)198.51.30.151:36690 [06/Feb/2026:12:14:14.655] http-in web/s1 \(timers) \"GET /p/0?u=1 HTTP/1.1\"",
      "\(prefix)2001:db8::1:443 [06/Feb/2026:12:14:14.655] http-in web/s1 \(timers) {a|b#22} {c} \"GET /#22?u=%22 HTTP/1.1\"",
      "\(prefix)unix:1 [06/Feb/2026:12:14:14.655] http-in~ web/<NOSRV> \(timers) \"<BADREQ>\"",
    ]
    for lines in [lines, lines.map { String($0.dropFirst(prefix.count)) }] {
      #expect(
        try Self.keys("remote-addr", lines) == ["198.51.30.151", "2001:db8::1", "(mistyped)"])
      #expect(try Self.keys("uri", lines) == ["/p/0?u=1", "/\"?u=%22", "(unset)"])
      #expect(try Self.keys("arg:u", lines) == ["1", "%22", "(unset)"])
      #expect(try Self.keys([.value("server")], lines) == ["s1", "s1", "<NOSRV>"])
    }
    #expect(
      try Self.keys("remote-addr", lines, place: .field(6)) == [
        "198.51.30.151", "2001:db8::1:443", "(mistyped)",
      ])
    let cookie =
      "1.2.3.4:5 [06/Feb/2026:12:14:14.655] f b/s 1/1/1/1/1 200 1 sid=a#7Cb - ---- 1/1/1/1/0 0/0 \"GET / HTTP/1.1\""
    #expect(try Self.keys("cookie:sid", [cookie]) == ["a|b"])
    let tcp = "1.2.3.4:5 [06/Feb/2026:12:14:14.655] f b/s 0/0/5 212 -- 0/0/0/0/3 0/0"
    #expect(try Self.keys("remote-addr", [tcp]) == ["1.2.3.4"])
    #expect(throws: KeyFinder.Missing.self) { try Self.keys("uri", [tcp]) }
  }

  @Test func objectsOfJSON() throws {
    let lines = [
      #"{"remote_addr":"192.0.2.1","n":7,"request":{"uri":"/a?u=1","headers":{"Cookie":["s=1; sid=\u00e9\"x"]}},"x":null}"#,
      #"{"remote_addr":"192.0.2.1:80","n":12345678901234567890,"request":{"headers":{},"uri":""}}"#,
      #"{"remote_addr":"-"}"#,
    ]
    #expect(try Self.keys("remote-addr", lines) == ["192.0.2.1", "192.0.2.1", "(unset)"])
    #expect(try Self.keys("uri", lines) == ["/a?u=1", "(unset)", "(unset)"])
    #expect(try Self.keys("arg:u", lines) == ["1", "(unset)", "(unset)"])
    #expect(try Self.keys("cookie:sid", lines) == ["é\"x", "(unset)", "(unset)"])
    #expect(
      try Self.keys("cookie:sid", lines, place: .value("n"))
        == ["7", "12345678901234567890", "(unset)"])
    #expect(throws: KeyFinder.Missing.self) {
      try Self.keys("uri", lines, place: .value("request.url"))
    }
  }

  @Test func valuesWithAHeader() throws {
    let lines = [
      "ts,client,sid,status", "t,192.0.2.0,s0,200", "t,\"192.0.2.1\",\"s,\"\"1\",200", "t,-,,1",
      "t,192.0.2.0,s0",
    ]
    #expect(try Self.keys("cookie:sid", lines.dropLast(1)) == ["s0", "s,\"1", "(unset)"])
    #expect(
      try Self.keys("remote-addr", lines, as: "csv") == [
        "192.0.2.0", "192.0.2.1", "(unset)", "(broken)",
      ])
    #expect(throws: KeyFinder.Missing.self) { try Self.keys("uri", lines, as: "csv") }
    let tabs = lines.dropLast(2).map { String($0.map { $0 == "," ? "\t" : $0 }) }
    #expect(try Self.keys("arg:sid", Array(tabs.dropLast())) == ["s0"])
  }

  /// Lists of keys stay what they are.
  @Test func plainLines() throws {
    let lines = ["alice", "a b", "x,y", #"a\x22b"#, "{", "-", "/p?q=1"]
    #expect(
      try Self.keys("cookie:sid", lines) == [
        "alice", "a b", "x,y", #"a\x22b"#, "{", "(unset)", "/p?q=1",
      ])
    #expect(try Self.keys("cookie:sid", lines, place: .raw) == lines)
    #expect(
      try Self.keys("remote-addr", ["10.0.0.1", "10.0.0.1:80", "[::1]:80", "::1", "host", "-"])
        == ["10.0.0.1", "10.0.0.1", "::1", "::1", "(mistyped)", "(unset)"])
    // Keys with commas are no table, and keys of two words no log.
    #expect(try Self.keys("uri", ["/a,b", "/c,d"]) == ["/a,b", "/c,d"])
  }

  @Test func fieldsAndExpressions() throws {
    let lines = [#"192.0.2.1 "a\x22b""#, #"192.0.2.1 "z\x5Cz""#, #"192.0.2.1 "-""#, "192.0.2.1"]
    #expect(
      try Self.keys("cookie:sid", lines, place: .field(2)) == [
        "a\"b", #"z\z"#, "(unset)", "(broken)",
      ])
    let pattern = try LinePattern(#""(?:sid=)?([^"]*)""#)
    #expect(
      try Self.keys("cookie:sid", lines, place: .expression(pattern)) == [
        "a\"b", #"z\z"#, "(unset)", "(broken)",
      ])
    #expect(
      try Self.keys(
        "uri", [#"x "GET /p HTTP/1.1""#, #"x "/q""#], place: .field(2)) == ["/p", "/q"])
    for pattern in ["sid", "(?:a)", "[(]", #"\("#, "(", "(?=a)"] {
      #expect(throws: LogTemplate.Malformed.self, "\(pattern)") { try LinePattern(pattern) }
    }
  }
}

extension String {
  fileprivate func replacingSuffix(_ suffix: String, by other: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self
  }
}
