import Foundation
import Testing

/// The cookies of real proxies, as `chash explain-cookie` reads them.
extension LiveServers {
  @Suite struct Cookies {
    static let servers = 4

    /// A time as `chash` writes it.
    private static func text(of date: Date) -> String {
      let text = date.formatted(.iso8601.dateTimeSeparator(.space))
      return text.replacingOccurrences(of: "Z", with: " UTC")
    }

    /// HAProxy with a line `cookie`.
    @Test(arguments: [
      (["cookie SRV insert indirect nocache"], true, 4),
      (["cookie SRV insert indirect nocache maxidle 30m maxlife 8h"], true, 4),
      (["cookie SRV insert indirect nocache dynamic", "dynamic-cookie-key geheim"], false, 4),
      (["cookie SRV prefix"], true, 0),
    ])
    func haproxy(lines: [String], areNamed: Bool, count: Int) async throws {
      try await Backends.run(.equal(Self.servers), .http) { topology in
        try await withTemporaryFolder { folder in
          let backend =
            ["balance roundrobin"] + lines
            + topology.servers.map { server in
              "server \(server.id) \(server.address)" + (areNamed ? " cookie c-\(server.id)" : "")
            }
          let text = backend.map { "  \($0)\n" }.joined()
          let file = try folder.write(
            "defaults\n  mode http\nbackend b\n\(text)", to: "haproxy.cfg")
          try await HAProxyProcess.run(backend) { front in
            let trial = CookieTrial(name: "SRV", cluster: "\(file)#b")
            let cookies = try await trial.compare(front)
            #expect(cookies.count == count)
            if lines[0].contains("maxidle") {
              let value = try #require(cookies.values.first)
              let now = Date()
              for part in ["last visit", "first visit"] {
                let meaning = try #require(try await trial.meaning(of: part, in: value))
                // The time is in units of four seconds, rounded up.
                let times = (-60...8).map {
                  Self.text(of: now.addingTimeInterval(Double($0)))
                }
                #expect(times.contains { meaning.hasPrefix($0) }, "\(meaning)")
              }
            }
            if count == 0 {
              // The application sets no cookie here; HAProxy reads one that it would have written.
              let server = topology.servers[2]
              let answers = try await blocking {
                try HTTPClient(front: front, connections: 1).ask(
                  Array(
                    repeating: Array(
                      "GET / HTTP/1.1\r\nHost: live\r\nCookie: SRV=c-\(server.id)~abc\r\n\r\n".utf8),
                    count: 8))
              }
              #expect(answers.allSatisfy { $0.body == server.shown })
              #expect(try await trial.explained("c-\(server.id)~abc") == server.address)
            }
          }
        }
      }
    }

    /// A server line without a value gets the client's cookie taken away, as `chash lint` says.
    @Test func haproxyServerWithoutCookie() async throws {
      try await Backends.run(.equal(2), .http) { topology in
        try await withTemporaryFolder { folder in
          let servers = topology.servers
          let backend = [
            "balance roundrobin", "cookie SRV insert indirect nocache",
            "server a \(servers[0].address) cookie one", "server b \(servers[1].address)",
          ]
          let text = backend.map { "  \($0)\n" }.joined()
          let file = try folder.write(
            "defaults\n  mode http\nbackend b\n\(text)", to: "haproxy.cfg")
          try await HAProxyProcess.run(backend) { front in
            let cookies = try await CookieTrial(name: "SRV", cluster: "\(file)#b").compare(front)
            #expect(cookies == [servers[0].shown: "one"])
          }
        }
      }
    }

    /// nginx with `sticky cookie`, one server of which has a route.
    @Test(.needs(.nginx131)) func nginxSticky() async throws {
      try await Backends.run(.equal(Self.servers), .http) { topology in
        try await withTemporaryFolder { folder in
          let lines = topology.servers.enumerated().map { index, server in
            "  server \(server.address)\(index == 1 ? " route=blue" : "");\n"
          }
          let upstream = "upstream app {\n  sticky cookie srv;\n\(lines.joined())}\n"
          let file = try folder.write("http {\n\(upstream)}\n", to: "nginx.conf")
          let host = IPv4Address(127, 0, 0, 2)
          let front = host.with(port: try LoopbackPorts.free(on: [host]))
          try await NginxProcess.withNginx(.nginx131, attempts: 1) { _ in
            let server =
              "server {\n  listen \(front);\n  location / { proxy_pass http://app; }\n}\n"
            return (NginxBlocks(http: upstream + server), ())
          } _: { _, _ in
            let trial = CookieTrial(name: "srv", cluster: "\(file)#app")
            let cookies = try await trial.compare(front)
            #expect(cookies.count == Self.servers)
            #expect(cookies[topology.servers[1].shown] == "blue")
          }
        }
      }
    }

    /// Our own, on the nginx of the system.
    @Test func ownSessions() async throws {
      try await SessionFleet.withFleet(of: Self.servers) { fleet in
        try await fleet.running(0..<Self.servers) {
          let document = try fleet.document(
            Array(0..<Self.servers), session: "{ secret: 2b0f6c1e9d7a4853, lifetime: 1h }")
          try await fleet.routing(document, with: .nginx) { router in
            let trial = CookieTrial(name: "route", cluster: document)
            let cookies = try await trial.compare(router.front, count: 60)
            #expect(cookies.count == Self.servers)
          }
        }
      }
    }

    /// Caddy with a secret.
    @Test(.needs(.caddy)) func caddy() async throws {
      try await Backends.run(.equal(Self.servers), .http) { topology in
        try await withTemporaryFolder { folder in
          let document = try folder.write(topology.document(key: .uri), to: "c.yaml")
          try await CaddyProcess.run(
            topology.servers.map(\.address),
            policy: ["policy": "cookie", "name": "lb", "secret": "geheim"]
          ) { front in
            let trial = CookieTrial(
              name: "lb", cluster: document, options: ["--secret", "geheim"])
            let cookies = try await trial.compare(front, count: 60)
            #expect(cookies.count == Self.servers)
          }
        }
      }
    }

    /// Envoy with stateful sessions.
    @Test(.needs(.envoy)) func envoy() async throws {
      try await Backends.run(.equal(Self.servers), .http) { topology in
        try await withTemporaryFolder { folder in
          var bootstrap = EnvoyBootstrap(
            cluster: [
              "type: STATIC", "connect_timeout: 5s", "load_assignment:",
              "  cluster_name: \(Topology.name)", "  endpoints:", "  - lb_endpoints:",
            ]
              + topology.servers.map { server in
                let parts = server.address.split(separator: ":")
                return "    - endpoint: { address: { socket_address: { address: \(parts[0]), "
                  + "port_value: \(parts[1]) } } }"
              }, hashPolicy: "header: { header_name: x-none }")
          bootstrap.sessionCookie = "stay"
          try await EnvoyProcess.run(bootstrap, in: folder) { front, file in
            let trial = CookieTrial(name: "stay", cluster: file)
            let cookies = try await trial.compare(front, count: 60)
            #expect(cookies.count == Self.servers)
          }
        }
      }
    }
  }
}
