import Foundation
import Testing

/// Keys that come from logs, as people have them.
@Suite struct LogTests {
  static let cookie = """
    upstream app {
        hash $cookie_sid consistent;
        server 10.0.0.1:8080;
        server 10.0.0.2:8080;
        server 10.0.0.3:8080;
    }

    """

  static func lookup(_ arguments: [String], in folder: Folder) async throws -> ChashProgram.Outcome
  {
    try await ChashProgram.run(["lookup"] + arguments + ["--format", "tsv"], in: folder)
  }

  /// The first column.
  static func keys(_ outcome: ChashProgram.Outcome) -> [String] {
    outcome.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  static func combined(_ number: Int, cookie: String) -> String {
    "192.0.2.\(number) - - [25/Nov/2026:10:00:00 +0000] \"GET /p/\(number)?u=\(number) HTTP/1.1\" 200 12 "
      + "\"-\" \"curl/8\" \"\(cookie)\"\n"
  }

  /// Requests without a cookie go to any server, so they say nothing about a change.
  @Test func unsetValuesAreNoKeys() async throws {
    let log = (0..<60).map { Self.combined($0, cookie: $0 < 45 ? "-" : "s\($0)") }.joined()
    let real = (45..<60).map { "s\($0)\n" }.joined()
    try await Folder.with(["app.conf": Self.cookie, "log": log, "real": real]) {
      (folder: Folder) async throws in
      func remap(_ keys: String...) async throws -> ChashProgram.Outcome {
        try await ChashProgram.run(
          ["remap", "app.conf", "--remove", "10.0.0.1:8080", "--keys"] + keys, in: folder)
      }
      let outcome = try await remap("log", "--field", "10")
      #expect(outcome.output == (try await remap("real")).output)
      #expect(
        outcome.errors
          == "chash: log: 45 of 60 lines (lines 1, 2, 3, …): no value for the key, not "
          + "counted; routers place such requests by state\n")
      let json = try await remap("log", "--field", "10", "--format", "json")
      #expect(
        json.output.contains(
          """
            "skippedLines": {
              "unset": 45,
              "mistyped": 0,
              "otherForm": 0,
              "empty": 0
            },
          """), "\(json)")
      // Nothing in the combined format has the cookie.
      let missing = try await remap("log")
      #expect(missing.status == 1 && missing.output == "")
      #expect(missing.errors.contains("the combined format of nginx does not have $cookie_sid"))
      #expect(missing.errors.contains("add $cookie_sid to the log's format"))
      let format =
        #"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$cookie_sid""#
      #expect(try await remap("log", "--log-format", format).output == outcome.output)
      // A cookie that only the whole header has.
      let header = format.replacingOccurrences(of: "$cookie_sid", with: "$http_cookie")
      let whole = log.replacingOccurrences(of: "\"s", with: "\"a=1; SID=s")
      try folder.write("whole", Array(whole.utf8))
      #expect(try await remap("whole", "--log-format", header).output == outcome.output)
    }
  }

  /// A log in a format of the cluster's own configuration needs no option.
  @Test func formatsOfTheConfigurationAreTried() async throws {
    let conf =
      "http {\n  log_format main '$remote_addr [$time_local] \"$request\" '\n '\"$cookie_sid\" $upstream_addr';\n"
      + "  log_format objects escape=json '{\"sid\":\"$cookie_sid\",\"to\":\"$upstream_addr\"}';\n"
      + Self.cookie + "}\n"
    try await Folder.with(["nginx.conf": conf]) { (folder: Folder) async throws in
      let plain = try await Self.lookup(["nginx.conf#app"] + (0..<40).map { "s\($0)" }, in: folder)
      let rows = plain.output.split(separator: "\n").map { $0.split(separator: "\t") }
      let main = rows.map { "192.0.2.1 [t] \"GET / HTTP/1.1\" \"\($0[0])\" \($0[2])\n" }.joined()
      let objects = rows.map { "{\"sid\":\"\($0[0])\",\"to\":\"\($0[2])\"}\n" }.joined()
      try folder.write("main.log", Array(main.utf8))
      try folder.write("objects.log", Array(objects.utf8))
      for (log, more) in [("main", []), ("main", ["--log-format", "main"]), ("objects", [])] {
        let found = try await Self.lookup(
          ["nginx.conf#app", "--keys", "\(log).log"] + more, in: folder)
        #expect(found.output == plain.output, "\(log)")
        #expect(
          found.errors == "chash: \(log).log: read as log_format \(log); the key is cookie:sid\n")
        let verified = try await ChashProgram.run(
          ["verify", "nginx.conf#app", "--log", "\(log).log", "--at-least", "100"] + more
            + (log == "objects" ? ["--server-value", "upstream_addr"] : []), in: folder)
        #expect(verified.status == 0, "\(verified)")
        #expect(
          verified.output.hasPrefix(
            "100.00 % of 40 requests went to the predicted server (app, nginx)."))
      }
    }
  }

  /// A log whose format is not known is no list of keys, unless the user says so.
  @Test func logsOfNoKnownFormatAreNoKeys() async throws {
    let line = "web1 1764064800 192.0.2.1 \"GET /a HTTP/1.1\" 200 0.003\n"
    let conf = "upstream app { hash $request_uri; server 10.0.0.1:80; server 10.0.0.2:80; }\n"
    try await Folder.with(["app.conf": conf, "log": line + line]) {
      (folder: Folder) async throws in
      let unknown = try await Self.lookup(["app.conf", "--keys", "log"], in: folder)
      #expect(unknown.status == 1 && unknown.output == "")
      #expect(
        unknown.errors.contains(
          "Error: log: is like a log of requests, but of no format that is known; name it with"))
      for more in [["--field", "4"], ["--log-format", "plain"], ["--raw"]] {
        let found = try await Self.lookup(["app.conf", "--keys", "log"] + more, in: folder)
        #expect(found.status == 0, "\(more): \(found)")
      }
      let prefixed = "Nov 25 10:00:00 web1 nginx: " + Self.combined(1, cookie: "a")
      try folder.write("syslog", Array(prefixed.utf8))
      let syslog = try await Self.lookup(["app.conf", "--keys", "syslog"], in: folder)
      #expect(
        syslog.errors.contains(
          "read as the combined format of nginx behind a prefix of syslog; the key is uri"))
      #expect(syslog.status == 0, "\(syslog)")
    }
  }

  static let sid = "upstream app { hash $cookie_sid; server 10.0.0.1:80; server 10.0.0.2:80; }\n"

  @Test(
    arguments: [
      ("[\n {\"sid\":\"a\"},\n {\"sid\":\"b\"}\n]\n", "is JSON, but not an object in each line"),
      ("[{\"sid\":\"a\"},{\"sid\":\"b\"}]\n", "is JSON, but not an object in each line"),
      ("{\n  \"sid\" : \"a\"\n}\n{\n  \"sid\" : \"b\"\n}\n", "is JSON, but not an object"),
      ("{\"sid\":\"a\"},\n{\"sid\":\"b\"},\n", "is JSON, but not an object in each line"),
      ("ip=192.0.2.1 sid=a method=GET\nip=::1 sid=b method=GET\n", "has names with values in"),
    ])
  func structuresAreNoKeys(text: String, problem: String) async throws {
    try await Folder.with(["app.conf": Self.sid, "list": text]) { (folder: Folder) async throws in
      let refused = try await Self.lookup(["app.conf", "--keys", "list"], in: folder)
      #expect(refused.status == 1 && refused.output == "")
      #expect(refused.errors.contains("Error: list: \(problem)"), "\(refused)")
      let plain = try await Self.lookup(
        ["app.conf", "--keys", "list", "--log-format", "plain"], in: folder)
      #expect(plain.status == 0 && plain.errors == "", "\(plain)")
    }
  }

  /// Lists of keys that have something of a log's, and are lists all the same.
  @Test(
    arguments: [
      "[::1]:80\n[::2]:80\n", "{a}\n{b}\n", "a=1; sid=b; c=2\na=1; sid=c; d=2\n",
      "GET / HTTP/1.1\n", "a=1&b=2&c=3\n",
    ])
  func listsAreLists(text: String) async throws {
    let conf = "upstream app { hash $arg_x; server 10.0.0.1:80; server 10.0.0.2:80; }\n"
    try await Folder.with(["app.conf": conf, "list": text]) { (folder: Folder) async throws in
      let found = try await Self.lookup(["app.conf", "--keys", "list"], in: folder)
      #expect(found.errors == "" || found.errors.contains("no line has a key"), "\(found)")
    }
  }

  /// Lists of URLs: what is hashed is the target of the request, or its argument.
  @Test(
    arguments: [
      (
        "$request_uri", "https://shop.example/a?user=1#top\nhttp://shop.example:8080/b\n",
        ["/a?user=1", "/b"]
      ),
      ("$request_uri", "https://shop.example\nhttps://shop.example/c\n", ["/c"]),
      ("$arg_user", "https://a.test/a?user=1#top\nhttp://a.test/b?x=2&USER=3\n", ["1", "3"]),
      ("$arg_user", "https://shop.example/a\nhttps://shop.example/?user=1\n", ["1"]),
      ("$http_x", "https://shop.example/a\n", ["https://shop.example/a"]),
    ])
  func targetsOfURLs(key: String, text: String, keys: [String]) async throws {
    let conf = "upstream app { hash \(key); server 10.0.0.1:80; server 10.0.0.2:80; }\n"
    try await Folder.with(["app.conf": conf, "list": text]) { (folder: Folder) async throws in
      let found = try await Self.lookup(["app.conf", "--keys", "list"], in: folder)
      #expect(Self.keys(found) == keys, "\(found)")
    }
  }

  @Test func countsAndTabsAreSaid() async throws {
    try await Folder.with([
      "app.conf": Self.sid, "counted": "     12 a\n      3 b\n", "tabs": "1\ta\n2\tb\n",
    ]) { (folder: Folder) async throws in
      let plain = try await Self.lookup(["app.conf", "a", "b"], in: folder)
      let counted = try await Self.lookup(["app.conf", "--keys", "counted"], in: folder)
      #expect(counted.errors.contains("the number at the beginning of each line is part of the"))
      let numberless = try await Self.lookup(
        ["app.conf", "--keys", "counted", "--regex", "^ *[0-9]+ (.*)$"], in: folder)
      #expect(numberless.output == plain.output)
      let tabs = try await Self.lookup(["app.conf", "--keys", "tabs"], in: folder)
      #expect(tabs.errors.contains("the tabs in the lines are part of the keys; --field takes"))
      let second = try await Self.lookup(
        ["app.conf", "--keys", "tabs", "--field", "2"], in: folder)
      #expect(second.output == plain.output)
    }
  }

  @Test func quotationMarksAndOtherLinesAreSaid() async throws {
    try await Folder.with([
      "app.conf": Self.sid, "quoted": "\"a\"\n\"b\"\n", "plain": "a\nb\n",
      "mixed": "{\"sid\":\"a\"}\nstarted\n{\"sid\":\"b\"}\n",
    ]) { (folder: Folder) async throws in
      let plain = try await Self.lookup(["app.conf", "--keys", "plain"], in: folder)
      let quoted = try await Self.lookup(["app.conf", "--keys", "quoted"], in: folder)
      #expect(quoted.errors.contains("quoted: the quotation marks around each line are part"))
      let without = try await Self.lookup(
        ["app.conf", "--keys", "quoted", "--regex", "^\"(.*)\"$"], in: folder)
      #expect(without.output == plain.output && without.errors == "", "\(without)")
      let mixed = try await Self.lookup(["app.conf", "--keys", "mixed"], in: folder)
      #expect(mixed.output == plain.output && mixed.errors.contains("1 of 3 lines"), "\(mixed)")
    }
  }

  @Test func escapesAreDecoded() async throws {
    let log = #"""
      192.0.2.1 "a\x22b"
      192.0.2.1 "x\x5Cy"
      192.0.2.1 "\xC3\xBCser"
      192.0.2.1 "z\x5Cz"

      """#
    let plain = "a\"b\nx\\y\nüser\nz\\z\n"
    try await Folder.with(["app.conf": Self.cookie, "log": log, "plain": plain]) {
      (folder: Folder) async throws in
      let found = try await Self.lookup(["app.conf", "--keys", "log", "--field", "2"], in: folder)
      #expect(found == (try await Self.lookup(["app.conf", "--keys", "plain"], in: folder)))
      #expect(Self.keys(found) == plain.split(separator: "\n").map(String.init))
    }
  }

  @Test func theKeyIsFoundInTheRequest() async throws {
    let log = (0..<9).map { Self.combined($0, cookie: "-") }.joined()
    let conf = { (key: String) in Self.cookie.replacingOccurrences(of: "$cookie_sid", with: key) }
    try await Folder.with([
      "log": log, "uri.conf": conf("$request_uri"), "arg.conf": conf("$arg_U"),
      "addr.conf": conf("$remote_addr"), "both.conf": conf("$remote_addr$request_uri"),
      "binary.conf": conf("$binary_remote_addr"), "other.conf": conf("$ssl_preread_server_name"),
    ]) { (folder: Folder) async throws in
      for (file, key) in [
        ("uri", { "/p/\($0)?u=\($0)" }), ("arg", { "\($0)" }), ("addr", { "192.0.2.\($0)" }),
        ("both", { "192.0.2.\($0)/p/\($0)?u=\($0)" }), ("binary", { "192.0.2.\($0)" }),
      ] as [(String, (Int) -> String)] {
        let keys = (0..<9).map(key)
        let found = try await Self.lookup(["\(file).conf", "--keys", "log"], in: folder)
        #expect(Self.keys(found) == keys, "\(file)")
        #expect(found.output == (try await Self.lookup(["\(file).conf"] + keys, in: folder)).output)
        #expect(found.errors.contains("log: read as the combined format of nginx; the key is "))
      }
      let field = try await Self.lookup(["uri.conf", "--keys", "log", "--field", "5"], in: folder)
      #expect(Self.keys(field) == (0..<9).map { "/p/\($0)?u=\($0)" })
      let other = try await Self.lookup(["other.conf", "--keys", "log"], in: folder)
      #expect(other.status == 1 && other.errors.contains("does not have $ssl_preread_server_name"))
    }
  }

  @Test func addressesOfHAProxysLogs() async throws {
    let log = (0..<60).map {
      "Feb  6 12:14:14 lb1 haproxy[14389]: 198.51.100.\($0):\(36690 + $0) [06/Feb/2026:12:14:14.655] http-in "
        + "web/s1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /p/\($0) HTTP/1.1\"\n"
    }.joined()
    let backend = """
      defaults
          mode http
          timeout connect 5s
          timeout client 5s
          timeout server 5s
      backend web
          balance source
          hash-type consistent
          server s1 10.0.0.1:80
          server s2 10.0.0.2:80

      """
    let plain = (0..<60).map { "198.51.100.\($0)\n" }.joined()
    try await Folder.with(["h.cfg": backend, "log": log, "plain": plain, "names": "alice\nbob\n"]) {
      (folder: Folder) async throws in
      let found = try await Self.lookup(["h.cfg", "--keys", "log"], in: folder)
      #expect(Self.keys(found) == plain.split(separator: "\n").map(String.init))
      #expect(
        found.output == (try await Self.lookup(["h.cfg", "--keys", "plain"], in: folder)).output)
      #expect(
        found.output
          == (try await Self.lookup(["h.cfg", "--keys", "log", "--field", "6"], in: folder)).output)
      let names = try await Self.lookup(["h.cfg", "--keys", "names"], in: folder)
      #expect(names.status == 1 && names.output == "")
      #expect(names.errors.contains("2 of 2 lines (lines 1, 2): no IP address where the key is"))
    }
  }

  /// Logs are rotated, packed, and written by other systems.
  @Test func filesOfAllKinds() async throws {
    try await Folder.with(["app.conf": Self.cookie, "a": "k1\nk2\n", "b": "k3\n"]) {
      (folder: Folder) async throws in
      func keys(_ arguments: String...) async throws -> [String] {
        let outcome = try await Self.lookup(["app.conf"] + arguments, in: folder)
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        return Self.keys(outcome)
      }
      #expect(
        try await keys("--keys", "a", "--keys", "b", "--keys", "a") == [
          "k1", "k2", "k3", "k1", "k2",
        ])
      #expect(
        try await keys("--keys", "a", "--keys", "b", "--keys", "a", "--distinct") == [
          "k1", "k2", "k3",
        ])
      let packed = try await ChashProgram.shell(
        "mkdir logs && cp a logs/0 && gzip -c b > logs/1.gz && xz -c a > logs/2.xz", in: folder)
      #expect(packed.status == 0, "\(packed)")
      #expect(try await keys("--keys", "logs") == ["k1", "k2", "k3", "k1", "k2"])
      let text = "k1\r\nkü😀\r\n"
      try folder.write(
        "little", [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
      try folder.write(
        "big", [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
      try folder.write("marked", [0xEF, 0xBB, 0xBF] + Array(text.utf8))
      for file in ["little", "big", "marked"] {
        #expect(try await keys("--keys", file) == ["k1", "kü😀"], "\(file)")
      }
      let pipe = try await ChashProgram.shell(
        "gzip -c a | \"$CHASH\" lookup app.conf --keys -", in: folder)
      #expect(
        pipe.status == 1 && pipe.errors.contains("is packed with gzip; write gzip -dc | chash"))
      let cut = try await ChashProgram.shell(
        "seq 100000 | gzip -c | head -c 90000 > cut.gz; \"$CHASH\" balance app.conf --keys cut.gz",
        in: folder)
      #expect(cut.status == 1 && cut.output == "")
      #expect(
        cut.errors.contains("cut.gz: cannot be unpacked to its end; the file is damaged or cut off")
      )
    }
  }

  /// Text with names of columns, and objects.
  @Test func tablesAndObjects() async throws {
    let csv = "ts,client,sid,status\n" + (0..<5).map { "t,192.0.2.\($0),s\($0),200\n" }.joined()
    let json = (0..<5).map { "{\"ts\":1,\"sid\":\"s\($0)\",\"user\":{\"id\":\($0)}}\n" }.joined()
    try await Folder.with(["app.conf": Self.cookie, "csv": csv, "json": json]) {
      (folder: Folder) async throws in
      for file in ["csv", "json"] {
        let found = try await Self.lookup(["app.conf", "--keys", file], in: folder)
        #expect(Self.keys(found) == (0..<5).map { "s\($0)" }, "\(file)")
      }
      let ids = try await Self.lookup(
        ["app.conf", "--keys", "json", "--value", "user.id"], in: folder)
      #expect(Self.keys(ids) == (0..<5).map { "\($0)" })
      let none = try await Self.lookup(
        ["app.conf", "--keys", "json", "--value", "user.ip"], in: folder)
      #expect(
        none.errors
          == "Error: json: JSON, an object in each line has no value 'user.ip'; it has ts, sid, user.id\n"
      )
    }
  }
}
