import Foundation
import Testing

/// Commands on nginx configurations instead of documents.
@Suite struct ConfigurationTests {
  private static let files = [
    "nginx.conf": """
    events {}
    http {
      include legacy*.conf;
      upstream app {
        hash $cookie_user consistent;
        server 10.0.0.1:8080;
        server 10.0.0.2:8080 weight=2;
        server 10.0.0.3:8080 down;
      }
      upstream api { least_conn; server 10.0.0.9; }
      upstream twice { hash $host$uri consistent; server 10.0.0.1; server 10.0.0.1; server 10.0.0.2; }
    }
    stream { upstream app { hash $remote_addr; server 10.1.0.1:99; server 10.1.0.2:99; } }

    """,
    "legacy.conf": "upstream legacy { ip_hash; server 10.2.0.1; server 10.2.0.2 weight=3; }\n",
    "app.yaml": """
    name: app
    algorithm: nginx
    key: cookie:user
    nodes:
      - { id: one, address: 10.0.0.1:8080 }
      - { id: two, address: 10.0.0.2:8080, weight: 2 }
      - { id: three, address: 10.0.0.3:8080, state: down }

    """,
  ]

  private func run(_ arguments: String...) async throws -> ChashProgram.Outcome {
    var outcome = ChashProgram.Outcome()
    try await Folder.with(Self.files) { (folder: Folder) async throws in
      outcome = try await ChashProgram.run(arguments, in: folder)
    }
    return outcome
  }

  @Test func inspectListsUpstreamsAsDocuments() async throws {
    let outcome = try await run("inspect", "nginx.conf")
    #expect(
      outcome
        == .init(
          output: """
            # legacy.conf:1: upstream legacy (http): ip_hash, 2 servers
            name: legacy
            algorithm: nginx-ip-hash
            key: remote-addr
            nodes:
              - { address: 10.2.0.1 }
              - { address: 10.2.0.2, weight: 3 }
            ---
            # nginx.conf:4: upstream app (http): hash consistent, key $cookie_user, 3 servers
            name: app
            algorithm: nginx
            key: cookie:user
            nodes:
              - { address: 10.0.0.1:8080 }
              - { address: 10.0.0.2:8080, weight: 2 }
              - { address: 10.0.0.3:8080, state: down }
            ---
            # nginx.conf:10: upstream api (http): least_conn, 1 server
            # No document: upstream 'api' picks servers by least_conn, not by a key.
            ---
            # nginx.conf:11: upstream twice (http): hash consistent, key $host$uri, 3 servers
            # The key is the nginx expression $host$uri; commands take its values.
            name: twice
            algorithm: nginx
            properties: { nginx-key: "$host$uri" }
            repeatedAddresses: true
            nodes:
              - { address: 10.0.0.1 }
              - { id: "10.0.0.1#2", address: 10.0.0.1 }
              - { address: 10.0.0.2 }
            ---
            # nginx.conf:13: upstream app (stream): hash, key $remote_addr, 2 servers
            name: app
            algorithm: nginx-hash
            key: remote-addr
            properties: { context: stream }
            nodes:
              - { address: 10.1.0.1:99 }
              - { address: 10.1.0.2:99 }

            """))
  }

  /// What `inspect` prints for one upstream is a document that gives the same answers.
  @Test(arguments: ["http:app", "stream:app", "legacy"])
  func inspectedDocumentsAnswerAlike(_ upstream: String) async throws {
    try await Folder.with(Self.files) { (folder: Folder) async throws in
      let document = try await ChashProgram.run(["inspect", "nginx.conf#\(upstream)"], in: folder)
      try folder.write("inspected.yaml", document.output)
      let keys = (0..<200).map { "192.0.\($0).7" }
      let direct = try await ChashProgram.run(
        ["lookup", "nginx.conf#\(upstream)"] + keys + ["--preference", "3"], in: folder)
      let inspected = try await ChashProgram.run(
        ["lookup", "inspected.yaml"] + keys + ["--preference", "3"], in: folder)
      #expect(direct.status == 0 && direct == inspected)
      #expect(
        Set(direct.output.split(separator: "\n").map { $0.split(separator: " ")[1] }).count > 2)
    }
  }

  /// A document and the upstream that says the same, though it has no ids, move nothing.
  @Test func aMigrationWithoutChangesMovesNothing() async throws {
    let outcome = try await run(
      "remap", "app.yaml", "--to", "nginx.conf#http:app", "--samples", "5000", "--format", "json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"moved\": 0,"))
  }

  @Test func everyCommandTakesAnUpstream() async throws {
    #expect(try await run("lookup", "legacy.conf", "192.0.2.7").output.contains("10.2.0."))
    #expect(try await run("balance", "nginx.conf#legacy", "--samples", "10").status == 0)
    #expect(
      try await run(
        "remap", "nginx.conf#stream:app", "--down", "10.1.0.1:99", "--samples", "10"
      ).status == 0)
    let generated = try await run("generate", "nginx", "nginx.conf#http:app")
    #expect(generated.output.contains("hash $cookie_user consistent;"))
    #expect(generated.output.contains("server 10.0.0.3:8080 down;"))
  }

  /// One line that says where and what to do.
  @Test(arguments: [
    (
      "nginx.conf#app",
      "nginx.conf: has an upstream 'app' in http and one in stream; write #http:app or #stream:app"
    ),
    (
      "nginx.conf#nope",
      "nginx.conf: has no upstream 'nope'; "
        + "use one of #legacy, #http:app, #api, #twice, #stream:app"
    ),
    (
      "nginx.conf",
      "nginx.conf: has 5 upstreams; add one of #legacy, #http:app, #api, #twice, #stream:app"
    ),
    (
      "nginx.conf#api",
      "nginx.conf:10: upstream 'api' picks servers by least_conn, not by a key; "
        + "name an upstream with hash or ip_hash"
    ),
    ("missing.conf#x", "missing.conf: cannot be read: No such file or directory; check the path"),
  ])
  func mistakesAreNamed(_ reference: String, _ message: String) async throws {
    #expect(
      try await run("lookup", reference, "key") == .init(1, errors: "Error: \(message)\n"))
  }

  @Test func whatNginxRefusesIsRefused() async throws {
    try await Folder.with([
      "a.conf": "upstream x { hash $uri; server a weight=0; }\n",
      "b.conf": "http { upstream x { server a }\n",
      "c.conf": "http { upstream x { hash $uri; } }\n",
    ]) { (folder: Folder) async throws in
      for (file, start) in [
        ("a.conf", "Error: a.conf:1: invalid parameter \"weight=0\""),
        ("b.conf", "Error: b.conf:"), ("c.conf", "Error: c.conf:1: no servers are inside upstream"),
      ] {
        let outcome = try await ChashProgram.run(["inspect", file], in: folder)
        #expect(outcome.status == 1 && outcome.output.isEmpty, "\(file) \(outcome)")
        #expect(outcome.errors.hasPrefix(start), "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
      }
    }
  }

  private static let haproxy = """
    defaults
      mode http
    backend app
      balance url_param sid
      hash-type consistent
      server web1 10.0.0.1:8080 weight 2
      server web2 10.0.0.2:8080 id 7
      server web3 10.0.0.3:8080 disabled
    backend other
      balance roundrobin
      server x 10.1.0.1:80

    """

  @Test func backendsOfHAProxyAreClustersAsWell() async throws {
    try await Folder.with(["haproxy.cfg": Self.haproxy]) { (folder: Folder) async throws in
      let inspected = try await ChashProgram.run(["inspect", "haproxy.cfg"], in: folder)
      #expect(
        inspected
          == .init(
            output: """
              # haproxy.cfg:3: backend app: balance url_param, 3 servers
              # HAProxy 3.0 to 3.2 without the fix of October 2025 places the servers elsewhere: \
              haproxy-consistent-3.0.
              name: app
              algorithm: haproxy-consistent
              key: arg:sid
              nodes:
                - { id: web1, address: 10.0.0.1:8080, weight: 2 }
                - { id: web2, address: 10.0.0.2:8080, haproxy-id: 7 }
                - { id: web3, address: 10.0.0.3:8080, state: down }
              ---
              # haproxy.cfg:9: backend other: balance roundrobin, 1 server
              # No document: backend 'other' picks servers by state (balance roundrobin), not by a key.

              """))
      let document = try await ChashProgram.run(["inspect", "haproxy.cfg#app"], in: folder)
      try folder.write("app.yaml", document.output)
      let keys = (0..<100).map { "key-\($0)" }
      let direct = try await ChashProgram.run(["lookup", "haproxy.cfg#app"] + keys, in: folder)
      let read = try await ChashProgram.run(["lookup", "app.yaml"] + keys, in: folder)
      #expect(direct.status == 0 && direct == read)
      #expect(direct.output.contains("web1") && direct.output.contains("web2"))
      #expect(!direct.output.contains("web3"))
      let missing = try await ChashProgram.run(["lookup", "haproxy.cfg#nope", "key"], in: folder)
      #expect(
        missing
          == .init(
            1, errors: "Error: haproxy.cfg: has no backend 'nope'; use one of #app, #other\n"))
    }
  }
}
