import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

@Suite struct NginxReaderTests {
  static func read(
    _ files: [String: String], version: NginxVersion = .newest,
    place: NginxReader.Place = .main, limits: NginxLimits = .standard
  ) throws(ConfigurationError) -> NginxReading {
    let reader = NginxReader(
      files: ConfigurationFiles(files.mapValues { Array($0.utf8) }), version: version,
      limits: limits)
    return try reader.upstreams(in: "/etc/nginx/nginx.conf", place: place)
  }

  static func read(_ text: String, version: NginxVersion = .newest) throws(ConfigurationError)
    -> NginxReading
  {
    try read(["/etc/nginx/nginx.conf": text], version: version, place: .inside(.http))
  }

  @Test func readsWhatWasWritten() throws {
    let cluster = try NginxUpstreamTests.cluster()
    let text = try NginxUpstreamTests.text(cluster, keepalive: 32)
    let reading = try Self.read(text)
    #expect(reading.isAccepted)
    #expect(reading.problems.isEmpty)
    let upstream = try #require(reading.upstreams.first)
    #expect(upstream.name == "sessions")
    #expect(upstream.keepalive == 32)
    guard case .consistentHash(let key) = upstream.method else {
      Issue.record("the method is \(upstream.method)")
      return
    }
    #expect(key.source(in: .http) == .cookie("sid"))
    #expect(key.source(in: .stream) == nil)
    #expect(upstream.servers.map(\.address) == cluster.nodes.map(\.address))
    #expect(upstream.servers.map(\.weight) == [1, 2, 1])
    #expect(upstream.servers.map(\.isDown) == [false, false, true])
    #expect(upstream.servers.map(\.comment) == [nil, "web-2", nil])
    #expect(upstream.servers.map(\.location.line) == [5, 6, 7])
    #expect("\(upstream.location)" == "/etc/nginx/nginx.conf:2")
  }

  @Test func readsEveryParameter() throws {
    let reading = try Self.read(
      """
      resolver 127.0.0.1;
      upstream u {
        zone u 64k;
        server a.example resolve service=http max_conns=3 max_fails=0 fail_timeout=1m30s;
        server 10.0.0.1 weight=2 weight=3 backup route=a drain; # not yet
      }
      """)
    #expect(reading.problems.isEmpty)
    let upstream = try #require(reading.upstreams.first)
    #expect(upstream.zone == "u")
    #expect(upstream.method == .roundRobin)
    let first = upstream.servers[0]
    #expect(first.isResolved)
    #expect(first.service == "http")
    #expect(first.maximumConnections == 3)
    #expect(first.maximumFails == 0)
    #expect(first.failTimeout == 90)
    #expect(first.weight == 1)
    let second = upstream.servers[1]
    #expect(second.weight == 3)
    #expect(second.isBackup)
    #expect(second.isDraining)
    #expect(second.route == "a")
    #expect(second.comment == "not yet")
    #expect(second.maximumFails == 1)
    #expect(second.failTimeout == 10)
  }

  @Test(arguments: [
    ("hash $cookie_a;", NginxMethod.Kind.hash), ("hash $cookie_a consistent;", .consistentHash),
    ("ip_hash;", .ipHash), ("least_conn;", .leastConnections), ("random two;", .random),
    ("least_time header;", .leastTime), ("", .roundRobin),
    ("ip_hash; least_conn;", .leastConnections),
  ])
  func readsEveryMethod(_ directive: String, _ kind: NginxMethod.Kind) throws {
    let reading = try Self.read("upstream u { \(directive) server 10.0.0.1; }")
    #expect(reading.isAccepted)
    #expect(reading.upstreams.first?.method.kind == kind)
  }

  @Test func takesKeysApart() throws {
    let cases: [(String, KeySource?, [NginxKey.Piece])] = [
      ("$cookie_sid", .cookie("sid"), [.variable("cookie_sid")]),
      ("${arg_user}", .argument("user"), [.variable("arg_user")]),
      ("$http_x_user_id", .header("x-user-id"), [.variable("http_x_user_id")]),
      ("$remote_addr", .remoteAddress, [.variable("remote_addr")]),
      ("$request_uri", .uri, [.variable("request_uri")]),
      ("$binary_remote_addr", nil, [.variable("binary_remote_addr")]),
      ("$cookie_", nil, [.variable("cookie_")]),
      (
        "$scheme${host}-a$1", nil,
        [
          .variable("scheme"), .variable("host"), .text("-a"), .capture(1),
        ]
      ),
      ("$cookie_session-id", nil, [.variable("cookie_session"), .text("-id")]),
      ("\"\"", nil, []),
    ]
    for (text, source, pieces) in cases {
      let reading = try Self.read("upstream u { hash \(text); server 10.0.0.1; }")
      guard case .hash(let key) = reading.upstreams[0].method else {
        Issue.record("\(text) is no key")
        continue
      }
      #expect(key.source(in: .http) == source, "\(text)")
      #expect(key.pieces == pieces, "\(text)")
    }
  }

  /// Words that older versions reject, and the remedy.
  @Test(arguments: [
    ("server 10.0.0.1 resolve;", NginxVersion(1, 27, 2), NginxVersion(1, 27, 3)),
    ("server 10.0.0.1 drain;", NginxVersion(1, 29, 5), NginxVersion(1, 29, 6)),
    ("server 10.0.0.1 route=a;", NginxVersion(1, 29, 5), NginxVersion(1, 29, 6)),
    ("sticky cookie a;", NginxVersion(1, 29, 5), NginxVersion(1, 29, 6)),
    ("least_time header;", NginxVersion(1, 30, 9), NginxVersion(1, 31, 0)),
    ("random;", NginxVersion(1, 15, 0), NginxVersion(1, 15, 1)),
    ("resolver 127.0.0.1;", NginxVersion(1, 27, 2), NginxVersion(1, 27, 3)),
    ("keepalive_time 1h;", NginxVersion(1, 19, 9), NginxVersion(1, 19, 10)),
  ])
  func knowsSinceWhen(_ text: String, _ before: NginxVersion, _ since: NginxVersion) throws {
    let whole = "resolver 127.0.0.1; upstream u { zone z 64k; server 10.0.0.2; \(text) }"
    let old = try Self.read(whole, version: before)
    #expect(old.problems.map(\.remedy) == ["it needs nginx \(since)"])
    #expect(try Self.read(whole, version: since).isAccepted)
  }

  @Test func keepaliveIsLostBeforeAMethodOnce() throws {
    let text = "upstream u { keepalive 8; hash $uri; server 10.0.0.1; }"
    let old = try Self.read(text, version: NginxVersion(1, 22, 1))
    #expect(old.isAccepted)
    #expect(old.problems.map(\.message) == ["load balancing method redefined"])
    #expect(old.upstreams.first?.keepalive == nil)
    let new = try Self.read(text)
    #expect(new.problems.isEmpty)
    #expect(new.upstreams.first?.keepalive == 8)
  }

  @Test func namesRunTimeNeedsNewer() throws {
    let problems = try Self.read(
      """
      upstream a { server a.example resolve; }
      upstream b { zone b 64k; server b.example resolve; }
      upstream c { server c.example service=x; }
      upstream d { zone d 64k; server d.example:80 service=x resolve; }
      upstream e { zone e 64k; server 10.0.0.1 service=x resolve; }
      """
    ).problems.map(\.description)
    #expect(
      problems == [
        "/etc/nginx/nginx.conf:3: error: service upstream \"c.example\" requires \"resolve\" parameter",
        "/etc/nginx/nginx.conf:4: error: service upstream \"d.example:80\" may not have port",
        "/etc/nginx/nginx.conf:5: error: service upstream \"10.0.0.1\" requires domain name",
        "/etc/nginx/nginx.conf:1: error: resolving names at run time requires upstream \"a\" in "
          + "/etc/nginx/nginx.conf:1 to be in shared memory",
        "/etc/nginx/nginx.conf:2: error: no resolver defined to resolve names at run time in "
          + "upstream \"b\" in /etc/nginx/nginx.conf:2",
        "/etc/nginx/nginx.conf:4: error: no resolver defined to resolve names at run time in "
          + "upstream \"d\" in /etc/nginx/nginx.conf:4",
        "/etc/nginx/nginx.conf:5: error: no resolver defined to resolve names at run time in "
          + "upstream \"e\" in /etc/nginx/nginx.conf:5",
      ])
  }

  @Test func bytesThatAreNoTextAreSaidSo() throws {
    let bytes = Array("upstream u { server unix:/".utf8) + [0xFF] + Array("; }".utf8)
    let reading = try NginxReader(files: ConfigurationFiles(["/a": bytes])).upstreams(
      in: "/a", place: .inside(.http))
    #expect(reading.isAccepted)
    #expect(reading.problems.map(\.message) == ["the address is not UTF-8"])
  }
}
