import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

/// Configurations as they are found: with other modules, of other programs, and with mistakes.
@Suite struct NginxForeignTests {
  /// What checks servers or holds requests leaves the choice to the method.
  @Test(arguments: [
    "check interval=3000 rise=2 fall=5 timeout=1000 type=http;",
    "check_http_send \"HEAD / HTTP/1.0\\r\\n\\r\\n\";", "queue 100 timeout=70;", "ntlm;",
    "health_check;", "server 10.0.0.3 slow_start=30s;",
  ])
  func whatPicksNoServerIsNoted(_ directive: String) async throws {
    let text = """
      upstream u {
        hash $request_uri consistent;
        server 10.0.0.1;
        \(directive)
        server 10.0.0.2 weight=2;
      }
      """
    let reading = try NginxReaderTests.read(text)
    #expect(reading.problems.map(\.severity) == [.foreign])
    #expect(reading.problems.map(\.location.line) == [4])
    #expect(!reading.isAccepted)
    let cluster = try reading.upstreams[0].cluster()
    #expect(cluster.nodes.first?.address == "10.0.0.1")
    #expect(cluster.nodes.last?.weight == 2)
    // nginx itself does not start with it.
    let nginx = try await NginxProgram()
    #expect(try await nginx.test(text, in: .http).messages.contains("/part.conf:4"))
  }

  /// An upstream whose servers another module picks has no cluster; the ones around it have.
  @Test(arguments: [
    "fair;", "consistent_hash $request_uri;", "session_sticky;", "jvm_route $cookie_JSESSIONID;",
    "sticky;", "sticky name=route;", "balancer_by_lua_block { local t = { '}' } }",
    "balancer_by_lua_file /a.lua;", "state /var/lib/a.conf;", "jdomain example.com;",
    "upsync 127.0.0.1:8500/a upsync_type=consul;", "unheard_of;", "server 10.0.0.2 id=7;",
  ])
  func whatPicksServersIsAFlaw(_ directive: String) throws {
    let reading = try NginxReaderTests.read(
      """
      upstream a { ip_hash; server 10.0.0.1; }
      upstream b {
        server 10.0.0.1;
        \(directive)
      }
      upstream c { hash $uri; server 10.0.0.1; }
      """)
    #expect(reading.problems.map(\.location.line) == [4])
    #expect(reading.upstreams.map { $0.flaw == nil } == [true, false, true])
    #expect(throws: Never.self) {
      _ = try reading.upstreams[0].cluster()
      _ = try reading.upstreams[2].cluster()
    }
    let error = #expect(throws: NoCluster.self) {
      try reading.upstreams[1].cluster()
    }
    #expect(error?.location.line == 4)
    #expect(error?.problem == reading.problems.first?.message)
  }

  /// nginx takes the mark for a part of the first word.
  @Test func aByteOrderMarkIsNamed() async throws {
    let text = "\u{FEFF}upstream a { server 127.0.0.1; }\nupstream b { server 127.0.0.1; }\n"
    let reading = try NginxReaderTests.read(text)
    #expect(reading.upstreams.map(\.name) == ["b"])
    #expect(
      reading.problems.map(\.description) == [
        "/etc/nginx/nginx.conf:1: error: the file begins with a byte order mark, which nginx takes "
          + "for a part of the first directive; save it as UTF-8 without one"
      ])
    let nginx = try await NginxProgram()
    let verdict = try await nginx.test(text, in: .http)
    #expect(verdict.messages.contains("unknown directive \"\u{FEFF}upstream\""))
  }

  @Test func carriageReturnsAndOtherEncodingsAreFine() throws {
    let latin = Array("upstream a {\r\n\tip_hash; # ".utf8) + [0xE9, 0xFF]
    let bytes = latin + Array("\r\n\tserver 10.0.0.1;\r\n}\r\n".utf8)
    let reading = try NginxReader(files: ConfigurationFiles(["/a.conf": bytes])).upstreams(
      in: "/a.conf", place: .inside(.http))
    #expect(reading.isAccepted)
    #expect(reading.upstreams.first?.servers.map(\.location.line) == [3])
  }

  /// The text goes to nginx as it is, so what a template or the shell would fill in is no host.
  @Test func variablesAreNoHosts() async throws {
    let text = "upstream a {\n  ip_hash;\n  server ${HOST}:80;\n}\n"
    let upstream = try #require(try NginxReaderTests.read(text).upstreams.first)
    let error = #expect(throws: NoCluster.self) { try upstream.cluster() }
    #expect(error?.location.line == 3)
    #expect(error?.remedy == "nginx knows no variables here; write the address itself")
    let nginx = try await NginxProgram()
    let verdict = try await nginx.test(text, in: .http)
    #expect(verdict.messages.contains("host not found in upstream \"${HOST}:80\""))
  }

  @Test(arguments: [
    ("$binary_remote_addr", true), ("$binary_remote_addr$uri", true), ("$remote_addr", false),
  ])
  func binaryKeysAreKnown(_ key: String, _ isBinary: Bool) throws {
    let reading = try NginxReaderTests.read("upstream a { hash \(key) consistent; server b; }")
    #expect(reading.upstreams.first?.method.key?.isBinary == isBinary)
  }
}
