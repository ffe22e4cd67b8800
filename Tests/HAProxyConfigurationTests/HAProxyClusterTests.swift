import Configurations
import ConsistentHashing
import HAProxyConfiguration
import ProxyProfiles
import Testing

@Suite struct HAProxyClusterTests {
  static func backend(_ text: String) throws -> HAProxyBackend {
    let text = "defaults\n mode http\nbackend app\n" + text
    let reading = try HAProxyReader().backends(in: Array(text.utf8), file: "a.cfg")
    return try #require(reading.backends.first)
  }

  @Test func aBackendIsACluster() throws {
    let placed = try Self.backend(
      """
       balance url_param id
       hash-type consistent wt6 avalanche
       option allbackups
       server a 10.0.0.1:80 id 9 weight 3
       server b [::1]:80 disabled guid g
       server c unix@/run/c.sock backup weight 0
       server d ::1:81
       server e *:82
       server f ipv4@10.0.0.1:+80
       server g 10.0.0.1:80

      """
    ).cluster()
    let cluster = placed.cluster
    #expect(cluster.name == "app")
    #expect(
      placed.placement
        == Placement(
          rule: "haproxy-consistent",
          options: ["hash": "wt6", "avalanche": "on", "allbackups": "on"], key: .argument("id")))
    #expect(cluster.nodes.map(\.id.text) == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(
      cluster.nodes.map(\.address) == [
        "10.0.0.1:80", "[::1]:80", "unix:/run/c.sock", "[::1]:81", "0.0.0.0:82", "10.0.0.1",
        "10.0.0.1:80",
      ])
    #expect(cluster.nodes.map(\.weight) == [3, 1, 0, 1, 1, 1, 1])
    #expect(cluster.nodes.map(\.state) == [.up, .down, .up, .up, .up, .up, .up])
    #expect(
      cluster.nodes.map(\.properties) == [
        ["haproxy-id": "9"], ["guid": "g"], ["backup": "true"], [:], [:], [:], [:],
      ])
  }

  struct Case: Sendable {
    let lines: String
    let rule: String
    let key: KeySource?
    let options: [String: String]
  }

  static let cases: [Case] = [
    Case(lines: "balance source", rule: "haproxy-map", key: .remoteAddress, options: [:]),
    Case(
      lines: "balance uri whole path-only len 9 depth 2", rule: "haproxy-map", key: .uri,
      options: [
        "uri-whole": "on", "uri-path-only": "on", "uri-len": "9", "uri-depth": "2",
      ]),
    Case(
      lines: "balance hdr(x-id)\n hash-type consistent", rule: "haproxy-consistent",
      key: .header("x-id"), options: [:]),
    Case(
      lines: "balance hash req.cook(sid)", rule: "haproxy-map", key: .cookie("sid"),
      options: ["balance": "hash"]),
    Case(
      lines: "balance hash req.cook(sid),lower", rule: "haproxy-map", key: nil,
      options: ["balance": "hash"]),
    Case(
      lines: "balance hash urlp(a)", rule: "haproxy-map", key: .argument("a"),
      options: ["balance": "hash"]),
    Case(
      lines: "balance rdp-cookie\n hash-type map-based crc32", rule: "haproxy-map", key: nil,
      options: ["balance": "hash", "hash": "crc32"]),
    Case(
      lines: "balance url_param é\n hash-type consistent none", rule: "haproxy-consistent",
      key: nil, options: ["balance": "url_param", "hash": "none"]),
    Case(
      lines: "balance source\n hash-type consistent\n default-server hash-key addr-port",
      rule: "haproxy-consistent", key: .remoteAddress, options: ["hash-key": "addr-port"]),
    Case(
      lines: "balance source\n default-server hash-key addr", rule: "haproxy-map",
      key: .remoteAddress, options: [:]),
  ]

  @Test(arguments: cases.indices)
  func linesAreOptions(index: Int) throws {
    let item = Self.cases[index]
    let placed = try Self.backend(" \(item.lines)\n server a 10.0.0.1:80\n").cluster()
    #expect(
      placed.placement == Placement(rule: item.rule, options: item.options, key: item.key))
    // The rule takes them.
    #expect(try RuleCatalogue.all.selector(for: placed).nodes == placed.nodes)
  }

  /// Recorded from HAProxy 2.6.12.
  @Test func aBackendPicksAsHAProxyDoes() throws {
    let placed = try Self.backend(
      """
       balance url_param k
       hash-type consistent
       server s1 127.0.0.1:81
       server s2 127.0.0.1:82
       server s3 127.0.0.1:83

      """
    ).cluster()
    let selector = try RuleCatalogue.all.selector(for: placed)
    let picks = (0..<8).map { selector.index(for: "k\($0)").map { $0 + 1 } }
    #expect(picks == [1, 3, 2, 3, 1, 2, 1, 2])
  }

  static let refusals: [(lines: String, problem: String, line: Int)] = [
    (
      "balance leastconn",
      "backend 'app' picks servers by state (balance leastconn), not by a key", 3
    ),
    (
      "balance roundrobin",
      "backend 'app' picks servers by state (balance roundrobin), not by a key", 3
    ),
    ("retries 1", "backend 'app' picks servers by state (balance random), not by a key", 3),
    (
      "mode tcp\n balance uri",
      "backend 'app' has balance uri, for which HAProxy does round robin in mode tcp", 3
    ),
    (
      "balance hdr(host) use_domain_only",
      "backend 'app' hashes a part of the header (use_domain_only)", 3
    ),
    (
      "balance source\n server b \"$B\"",
      "backend 'app' is not known in full: '$B' depends on the environment of the program", 5
    ),
    (
      "balance source\n server b 10.0.0.1 weight 300",
      "backend 'app' is not known in full: 'server app/b' : weight of server b is not within 0 and 256 "
        + "(300).", 5
    ),
    (
      "balance source\n hash-type consistent\n server b 10.0.0.1 hash-key addr",
      "servers 'b' and 'a' have different hash-keys, addr and id", 7
    ),
    ("balance source\n server b abns@x", "'abns@x' is not a host name or address", 5),
    (
      "balance source\n hash-type consistent\n default-server hash-key addr-port\n server b h:+1",
      "the port of server 'b' counts from the one of the client", 7
    ),
  ]

  @Test func refusesWithThePlace() throws {
    for refusal in Self.refusals {
      let backend = try Self.backend(" \(refusal.lines)\n server a 10.0.0.1:80\n")
      let error = try #require(throws: NoCluster.self) { try backend.cluster() }
      #expect(error.problem == refusal.problem)
      #expect(error.location == ConfigurationLocation(file: "a.cfg", line: refusal.line))
      #expect(!error.remedy.isEmpty)
    }
  }

  @Test func aBackendWithoutServersIsNone() throws {
    let backend = try Self.backend(" balance source\n")
    let error = #expect(throws: NoCluster.self) { try backend.cluster() }
    #expect(error?.reason == .empty)
  }

  /// Every word of a line is kept, so that it can be named where another system has no form for it.
  @Test func wordsBecomeProperties() throws {
    let placed = try Self.backend(
      """
       balance hash src,ipmask(24)
       hash-balance-factor 150
       option redispatch 3
       cookie S insert
       stick on src
       default-server check inter 2s maxconn 10 ssl
       server a 10.0.0.1:80 cookie s maxconn 20 slowstart 30s no-ssl
       server b 10.0.0.1:80 no-check source 10.0.0.9 usesrc clientip backup no-tls-tickets

      """
    ).cluster()
    #expect(
      placed.cluster.properties == [
        "haproxy-key": "src,ipmask(24)", "hash-balance-factor": "150", "redispatch": "3",
        "cookie": "S insert", "stick": "on src",
      ])
    #expect(
      placed.nodes.map(\.properties) == [
        ["check": "true", "inter": "2s", "maxconn": "20", "cookie": "s", "slowstart": "30s"],
        [
          "inter": "2s", "maxconn": "10", "ssl": "true", "source": "10.0.0.9 usesrc clientip",
          "backup": "true", "no-tls-tickets": "true",
        ],
      ])
  }
}
