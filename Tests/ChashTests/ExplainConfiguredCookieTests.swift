import Testing

/// `chash explain-cookie` for configurations of nginx, HAProxy and Envoy.
@Suite struct ExplainConfiguredCookieTests {
  private static let nginx = """
    events {}
    http {
      upstream app {
        sticky cookie srv expires=1h;
        server 10.0.0.1:8080;
        server 10.0.0.2;
        server 10.0.0.3:8080 drain;
        server 10.0.0.4:8080 down;
        server 10.0.0.5:8080 route=blue;
      }
      upstream r { sticky route $cookie_r; server 10.0.0.1:80 route=a; server 10.0.0.2:80; }
    }

    """

  /// The values are md5sum's.
  @Test(arguments: [
    ("app", "05ef642f508b1e5b76612ddbd5f89a4c", "10.0.0.1:8080", "The request goes to"),
    ("app", "srv=02bf6c443706f2465311f42c387f9d65", "10.0.0.2", "The request goes to"),
    ("app", "blue", "10.0.0.5:8080", "The request goes to"),
    ("r", "a", "10.0.0.1:80", "The request goes to"),
  ])
  func nginxSticky(part: String, value: String, server: String, consequence: String) async throws {
    try await Folder.with(["nginx.conf": Self.nginx]) { (folder: Folder) async throws in
      let answer = try await ExplainCookieTests.explain(["nginx.conf#\(part)", value], in: folder)
      #expect(ExplainCookieTests.server(answer) == server, "\(answer)")
      #expect((answer["consequence"] as? String)?.hasPrefix(consequence) == true)
    }
  }

  @Test(arguments: [
    ("app", "nobody", "unknownServer"), ("app", "", "malformed"), ("r", "b", "unknownServer"),
    // The MD5 of a server with a route is no name.
    ("app", "bcade8c90be8724c4d70627c8acb0fff", "unknownServer"),
  ])
  func nginxStickyUnknown(part: String, value: String, reason: String) async throws {
    try await Folder.with(["nginx.conf": Self.nginx]) { (folder: Folder) async throws in
      let answer = try await ExplainCookieTests.explain(["nginx.conf#\(part)", value], in: folder)
      #expect(ExplainCookieTests.server(answer) == nil)
      #expect(answer["reason"] as? String == reason)
    }
  }

  private static let haproxy = """
    defaults
      mode http
    backend insert
      balance roundrobin
      cookie SRV insert indirect nocache maxidle 30m maxlife 8h
      server s1 10.0.0.1:80 cookie one
      server s2 10.0.0.2:80 cookie two disabled
      server s3 10.0.0.3:80 cookie two
      server s4 10.0.0.4:80
    backend prefix
      balance uri
      hash-type consistent
      cookie JSESSIONID prefix
      server s1 10.0.0.1:80 cookie one
      server s2 10.0.0.2:80 cookie two
    backend dynamic
      cookie SRV insert dynamic
      dynamic-cookie-key geheim
      server s1 127.1.0.1:8080
      server s2 127.1.0.2:8080 cookie own

    """

  @Test(arguments: [
    ("insert", "one", "s1"), ("insert", "SRV=two", "s3"), ("insert", "one|ZR+zG", "s1"),
    ("insert", "one|ZR+zG|ZR+zA", "s1"), ("insert", "one|", "s1"), ("insert", "one|a*", "s1"),
    ("prefix", "two~abc~d", "s2"), ("prefix", "Cookie: JSESSIONID=one~", "s1"),
    ("dynamic", "own", "s2"),
  ])
  func haproxy(part: String, value: String, server: String) async throws {
    try await Folder.with(["haproxy.cfg": Self.haproxy]) { (folder: Folder) async throws in
      let answer = try await ExplainCookieTests.explain(["haproxy.cfg#\(part)", value], in: folder)
      #expect(ExplainCookieTests.server(answer) == server, "\(answer)")
      #expect(answer["kind"] as? String == "haproxy")
    }
  }

  @Test func datesOfHAProxyAreTold() async throws {
    try await Folder.with(["haproxy.cfg": Self.haproxy]) { (folder: Folder) async throws in
      let answer = try await ExplainCookieTests.explain(
        ["haproxy.cfg#insert", "one|ZR+zG|x"], in: folder)
      let parts = try #require(answer["parts"] as? [[String: String]])
      #expect(parts.map { $0["name"] } == ["server", "last visit", "first visit"])
      #expect(
        parts[1]["meaning"] == "2023-10-06 07:11:20 UTC, ignored when maxidle 30m have passed")
      #expect(parts[2]["meaning"] == "no time, which HAProxy ignores")
    }
  }

  @Test(arguments: [
    ("insert", "three", "unknownServer"), ("insert", "", "malformed"),
    ("insert", "|ZR+zG", "malformed"), ("prefix", "two", "malformed"),
    ("prefix", "~two", "malformed"), ("prefix", "x~two", "unknownServer"),
    ("dynamic", "0123456789abcdef", "unknownServer"), ("insert", "s4", "unknownServer"),
  ])
  func haproxyUnknown(part: String, value: String, reason: String) async throws {
    try await Folder.with(["haproxy.cfg": Self.haproxy]) { (folder: Folder) async throws in
      let answer = try await ExplainCookieTests.explain(["haproxy.cfg#\(part)", value], in: folder)
      #expect(ExplainCookieTests.server(answer) == nil && answer["reason"] as? String == reason)
    }
  }

  /// A document that `inspect` writes keeps what a cookie needs.
  @Test func documentsKeepCookies() async throws {
    try await Folder.with(["haproxy.cfg": Self.haproxy]) { (folder: Folder) async throws in
      let document = try await ChashProgram.run(["inspect", "haproxy.cfg#prefix"], in: folder)
      try folder.write("prefix.yaml", document.output)
      let answer = try await ExplainCookieTests.explain(["prefix.yaml", "one~x"], in: folder)
      #expect(ExplainCookieTests.server(answer) == "s1")
    }
  }

  @Test func envoy() async throws {
    let bootstrap = """
      static_resources:
        clusters:
        - name: app
          connect_timeout: 1s
          load_assignment:
            cluster_name: app
            endpoints:
            - lb_endpoints:
              - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 8080 } } }
              - endpoint: { address: { socket_address: { address: "::1", port_value: 80 } } }

      """
    try await Folder.with(["envoy.yaml": bootstrap]) { (folder: Folder) async throws in
      for (value, server) in [
        ("Cg0xMC4wLjAuMTo4MDgwEKDCHg==", "10.0.0.1:8080"), ("CghbOjoxXTo4MA==", "[::1]:80"),
      ] {
        let answer = try await ExplainCookieTests.explain(["envoy.yaml#app", value], in: folder)
        #expect(ExplainCookieTests.server(answer) == server)
      }
    }
  }
}
