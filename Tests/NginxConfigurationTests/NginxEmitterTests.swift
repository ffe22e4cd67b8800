import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

/// What is written for each parameter, and what is left out by name.
@Suite struct NginxEmitterTests {
  @Test func writesEveryParameter() throws {
    let text = NginxCorpus.texts[0]
    let placed = try NginxReaderTests.read(text).upstreams[0].cluster()
    let emission = try NginxEmitter().emit(placed)
    #expect(emission.notes.isEmpty)
    #expect(
      emission.text == """
        # whole: 6 servers, hash consistent; written by chash.
        upstream whole {
            hash $scheme://$host$request_uri consistent;
            zone whole 256k;
            resolver 127.0.0.53 valid=30s;
            resolver_timeout 5s;

            server 10.0.0.1:8080 weight=5 max_conns=100 max_fails=3 fail_timeout=30s;
            server 10.0.0.2:8080 max_fails=0 route=b drain;
            server 10.0.0.3:8080 down;
            server web.example.com resolve service=http;
            server unix:/run/web.sock max_conns=0;
            server 10.0.0.1:8080;  # 10.0.0.1:8080#2

            sticky cookie srv_id expires=1h domain=.example.com path=/;
            keepalive 32;
            keepalive_requests 100;
            keepalive_time 1h;
            keepalive_timeout 60s;
        }

        """)
  }

  /// nginx refuses a backup after a method by key.
  @Test func backupsComeBeforeTheMethod() async throws {
    let placed = try NginxReaderTests.read(NginxCorpus.texts[1]).upstreams[0].cluster()
    #expect(placed.nodes.map(\.state) == [.up, .up, .down])
    #expect(placed.nodes.map { $0.properties["backup"] } == [nil, "true", "true"])
    let emission = try NginxEmitter().emit(placed)
    #expect(
      emission.text == """
        # spare: 3 servers, hash; written by chash.
        upstream spare {
            server 10.0.0.1 weight=2;
            server 10.0.0.2 max_fails=2 backup;
            server 10.0.0.3 backup down;

            hash $cookie_sid;
            keepalive 8 local;
        }

        """)
    let nginx = try await NginxProgram()
    let verdict = try await nginx.test(
      emission.text.replacing(" local", with: ""), in: .http)
    #expect(verdict.accepted, "\(verdict.messages)")
  }

  @Test func namesWhatOtherSystemsSay() throws {
    let nodes = [
      Node(
        id: "web1", address: "10.0.0.1:80", zone: "eu",
        properties: ["haproxy-id": "7", "max-fails": "3", "check": "true", "slow-start": "30s"]),
      Node(address: "10.0.0.2:80", properties: ["backup": "false", "percent": "50%"]),
    ]
    let placed = try NginxUpstreamTests.cluster(
      nodes,
      properties: ["queue": "10", "redispatch": "3", "check-http-send": "x", "keepalive": "8"])
    let emission = try NginxEmitter().emit(placed)
    #expect(
      emission.text == """
        # sessions: 2 servers, hash consistent; written by chash.
        upstream sessions {
            hash $cookie_sid consistent;

            server 10.0.0.1:80 max_fails=3;  # web1
            server 10.0.0.2:80;

            keepalive 8;
        }

        """)
    #expect(
      emission.notes.map(\.description) == [
        "zone of 'web1': nginx has no zones of servers",
        "check of 'web1': nginx has no such parameter of server",
        "haproxy-id of 'web1': nginx has no such parameter of server",
        "slow-start of 'web1': only the commercial version of nginx has slow_start",
        "percent of '10.0.0.2:80': nginx has no such parameter of server",
        "check-http-send: check_http_send is part of nginx_upstream_check_module (Tengine has it), "
          + "and open source nginx refuses it",
        "queue: queue is part of the commercial version, and open source nginx refuses it",
        "redispatch: nginx has no such directive",
      ])
  }

  @Test func leavesOutWhatTheContextOrVersionDoesNotKnow() throws {
    let nodes = [
      Node(address: "10.0.0.1:80", state: .drain, properties: ["drain": "true", "route": "a"])
    ]
    let placed = try NginxUpstreamTests.cluster(
      nodes + ["10.0.0.2:80"], key: .remoteAddress,
      properties: ["keepalive": "8", "zone": "z", "sticky": "cookie a"])
    let stream = try NginxEmitter(NginxEmitter.Options(context: .stream)).emit(placed)
    #expect(stream.text.contains("server 10.0.0.1:80 down;"))
    #expect(
      stream.notes.map(\.description) == [
        "route of '10.0.0.1:80': nginx has no route in stream",
        "drain of '10.0.0.1:80': nginx has no drain in stream",
        "state of '10.0.0.1:80': nginx drains servers only in sticky sessions; the line says down",
        "zone: nginx needs the size of the shared memory, as in 'app 64k'",
        "sticky: nginx has no sticky in stream", "keepalive: nginx has no keepalive in stream",
      ])
    let old = try NginxEmitter(version: NginxVersion(1, 22, 1)).emit(placed)
    #expect(
      old.notes.map(\.description).filter { $0.contains("needs nginx 1.") } == [
        "route of '10.0.0.1:80': route needs nginx 1.29.6",
        "drain of '10.0.0.1:80': drain needs nginx 1.29.6", "sticky: sticky needs nginx 1.29.6",
      ])
  }

  @Test(
    arguments: [
      (
        ["max-fails": "many"], [:],
        "nginx would refuse the block: invalid parameter \"max_fails=many\"; change the property"
      ),
      (
        ["backup": "yes"], [:],
        "the backup of node '10.0.0.2:80' cannot be 'yes'; use true or false"
      ),
      (
        ["backup": "true; }"], [:],
        "the backup of node '10.0.0.2:80' cannot be 'true; }'; use true or false"
      ),
      ([:], ["context": "mail"], "the context is 'mail'; use http or stream"),
      (
        [:], ["keepalive": "0x"],
        "nginx would refuse the block: invalid value \"0x\" in \"keepalive\" directive; change the property"
      ),
    ] as [([String: String], [String: String], String)])
  func refusesValuesThatNginxRefuses(
    _ node: [String: String], _ cluster: [String: String], _ message: String
  ) throws {
    let placed = try NginxUpstreamTests.cluster(
      ["10.0.0.1:80", Node(address: "10.0.0.2:80", properties: node)], properties: cluster)
    let error = #expect(throws: EmissionError.self) { try NginxEmitter().emit(placed) }
    #expect(error?.description == message)
    #expect(error?.subject == (node.isEmpty ? .cluster : .node(1)))
  }

  /// No value of a property becomes anything but an argument.
  @Test func noPropertyBreaksOut() throws {
    let values = [
      "a; } http {", "a #", "\"", "'", "a\nb", "a\\", "${", "a b", "\u{202E}", "{", "}", ";", "\0",
      "",
    ]
    for value in values {
      let placed = try NginxUpstreamTests.cluster(
        ["a:80", Node(address: "b:80", properties: ["route": value, "fail-timeout": value])],
        properties: ["sticky": "cookie \(value)", "nginx-key": value, "zone": value])
      var keyless = placed
      keyless.placement.key = nil
      for placed in [placed, keyless] {
        guard let text = try? NginxUpstreamTests.text(placed) else { continue }
        let reading = try NginxReaderTests.read(text)
        #expect(reading.problems.isEmpty && reading.upstreams.count == 1, "\(text)")
        #expect(reading.upstreams.first?.servers.map(\.address) == ["a:80", "b:80"], "\(text)")
      }
    }
  }
}
