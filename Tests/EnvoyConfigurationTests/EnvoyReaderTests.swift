import Configurations
import ConsistentHashing
import EnvoyConfiguration
import ProxyProfiles
import Testing

/// Clusters of Envoy become clusters that place keys as Envoy does.
@Suite struct EnvoyReaderTests {
  static func read(_ text: String) throws -> ConfigurationReading {
    try EnvoyReader().reading(
      of: Array(text.utf8), file: "e.yaml", files: ConfigurationFiles([:]))
  }

  /// A bootstrap with one cluster of two endpoints.
  static func text(_ lines: String = "lb_policy: RING_HASH", endpoints: String? = nil) -> String {
    let given =
      endpoints ?? """
        - lb_endpoints:
          - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
          - endpoint: { address: { socket_address: { address: "FD00:0::1", port_value: 81 } } }
            load_balancing_weight: 3
        """
    func indented(_ text: String, _ width: Int) -> String {
      text.split(separator: "\n").map { String(repeating: " ", count: width) + $0 }
        .joined(separator: "\n")
    }
    return """
      static_resources:
        clusters:
        - name: c
      \(indented(lines, 4))
          load_assignment:
            cluster_name: c
            endpoints:
      \(indented(given, 6))

      """
  }

  static func cluster(_ text: String) throws -> PlacedCluster {
    try #require(try read(text).clusters.first).cluster()
  }

  static func failure(_ text: String) throws -> NoCluster? {
    guard case .failure(let error) = try read(text).clusters.first?.result else { return nil }
    return error
  }

  @Test func policiesInAllForms() throws {
    let type = "type.googleapis.com/envoy.extensions.load_balancing_policies"
    let forms: [(String, Placement)] = [
      ("lb_policy: RING_HASH", Placement(rule: "envoy-ring")),
      ("lbPolicy: 2", Placement(rule: "envoy-ring")),
      ("lb_policy: MAGLEV", Placement(rule: "envoy-maglev")),
      (
        """
        lb_policy: RING_HASH
        ring_hash_lb_config: { minimum_ring_size: 2048, maximum_ring_size: "4096", hash_function: MURMUR_HASH_2 }
        """,
        Placement(
          rule: "envoy-ring",
          options: [
            "minimum-ring-size": "2048", "maximum-ring-size": "4096",
            "hash-function": "murmur-hash-2",
          ])
      ),
      (
        "lb_policy: MAGLEV\nmaglevLbConfig: { tableSize: 65539 }",
        Placement(rule: "envoy-maglev", options: ["table-size": "65539"])
      ),
      (
        """
        lb_policy: ROUND_ROBIN
        load_balancing_policy:
          policies:
          - typed_extension_config:
              name: x
              typed_config: { "@type": \(type).ring_hash.v3.RingHash, minimum_ring_size: 9 }
        """, Placement(rule: "envoy-ring", options: ["minimum-ring-size": "9"])
      ),
      (
        """
        load_balancing_policy:
          policies:
          - typed_extension_config:
              name: envoy.load_balancing_policies.maglev
              typed_config: { "@type": \(type).maglev.v3.Maglev, table_size: 101 }
        common_lb_config: { healthy_panic_threshold: { value: 12.5 } }
        """,
        Placement(
          rule: "envoy-maglev", options: ["table-size": "101", "panic-threshold": "13"])
      ),
    ]
    for (lines, placement) in forms {
      let reading = try Self.read(Self.text(lines))
      #expect(reading.problems == [], "\(lines)")
      let placed = try Self.cluster(Self.text(lines))
      #expect(placed.placement == placement, "\(lines)")
      #expect(placed.nodes.map(\.id) == ["10.0.0.1:80", "[fd00::1]:81"])
      #expect(placed.nodes.map(\.weight) == [1, 3])
    }
    #expect(try Self.read(Self.text()).clusters[0].nodeLocations.map(\.line) == [9, 10])
  }

  @Test func hashKeysNamesAndStates() throws {
    let endpoints = """
      - locality: { region: eu, zone: eu-1a }
        lb_endpoints:
        - endpoint: { hostname: one, address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
          metadata: { filter_metadata: { envoy.lb: { hash_key: a } } }
        - endpoint: { hostname: two, address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          metadata: { filter_metadata: { envoy.lb: { hash_key: 7 } } }
          health_status: DRAINING
        - endpoint: { hostname: three, address: { pipe: { path: /run/a.sock } } }
      - locality: { region: us }
        lb_endpoints:
        - endpoint: { hostname: four, address: { socket_address: { address: 10.0.0.4, port_value: 80 } } }
          health_status: HEALTHY
        - endpoint: { hostname: five, address: { socket_address: { address: 10.0.0.5, port_value: 80 } } }
          health_status: 2
      - priority: 1
        lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.9, port_value: 80 } } }
      """
    let placed = try Self.cluster(
      Self.text("lb_policy: MAGLEV", endpoints: endpoints.replacing("- priority: 1", with: "-"))
    )
    #expect(
      placed.nodes.map(\.id) == [
        "a", "10.0.0.2:80", "/run/a.sock", "10.0.0.4:80", "10.0.0.5:80", "10.0.0.9:80",
      ])
    #expect(placed.nodes.map(\.state) == [.up, .drain, .up, .up, .down, .up])
    #expect(placed.nodes.map(\.zone) == ["eu-1a", "eu-1a", "eu-1a", "us", "us", nil])
    #expect(placed.nodes[2].address == "unix:/run/a.sock")
    let named = try Self.read(
      Self.text(
        """
        type: STRICT_DNS
        lb_policy: RING_HASH
        common_lb_config:
          consistent_hashing_lb_config: { use_hostname_for_hashing: true, hash_balance_factor: 150 }
        """, endpoints: endpoints.replacing("health_status: DRAINING", with: "")))
    let part = try #require(named.clusters.first)
    #expect(try part.cluster().nodes.map(\.id) == ["a", "two", "three", "four", "five"])
    #expect(part.remarks.count == 2)
    #expect(try part.cluster().cluster.properties == ["hash-balance-factor": "150"])
    // Two of five are not healthy: 84 % of the requests stay with priority 0.
    let shared = try #require(
      try Self.failure(Self.text("lb_policy: RING_HASH", endpoints: endpoints)))
    #expect(shared.reason == .stateful)
    #expect(shared.problem.contains("3 of 5 endpoints"))
  }

  /// Recorded from Envoy 1.40.0 with 300 keys: of five hosts, one that drains does not count for panic,
  /// and is used in panic.
  @Test func drainingHostsDoNotCountForPanic() throws {
    func states(_ statuses: [String], panics: Bool) throws -> [Node.State] {
      let endpoints =
        "- lb_endpoints:\n"
        + statuses.enumerated().map { number, status in
          "  - endpoint: { address: { socket_address: { address: 10.0.0.\(number), port_value: 80 } } }\n"
            + "    health_status: \(status)"
        }.joined(separator: "\n")
      let text = Self.text("lb_policy: MAGLEV", endpoints: endpoints)
      let notes = try #require(try Self.read(text).clusters.first).dependencies
      #expect(notes.map(\.kind) == (panics ? [.health] : []))
      #expect(notes.allSatisfy { $0.text.hasPrefix("1 of 5 hosts is healthy, fewer than ") })
      return try Self.cluster(text).nodes.map(\.state)
    }
    #expect(
      try states(["TIMEOUT", "DRAINING", "HEALTHY", "HEALTHY", "UNHEALTHY"], panics: false)
        == [.down, .drain, .up, .up, .down])
    #expect(
      try states(["TIMEOUT", "DRAINING", "UNHEALTHY", "HEALTHY", "UNHEALTHY"], panics: true)
        == [.down, .down, .down, .up, .down])
  }

  static func withRoutes(_ policies: String...) -> String {
    let routes = policies.map { policy in
      "            - match: { prefix: / }\n              route: { cluster: c, \(policy) }\n"
    }
    return text() + """
        listeners:
        - filter_chains:
          - filters:
            - name: h
              typed_config:
                route_config:
                  virtual_hosts:
                  - routes:

      """ + routes.joined()
  }

  @Test func hashPoliciesOfRoutesAreTheKey() throws {
    let simple: [(String, KeySource?)] = [
      ("hash_policy: [{ header: { header_name: x-user } }]", .header("x-user")),
      ("hash_policy: [{ header: { header_name: ':path' } }]", .uri),
      ("hash_policy: [{ cookie: { name: sid, ttl: 0s } }]", .cookie("sid")),
      ("hash_policy: [{ query_parameter: { name: u } }]", .argument("u")),
      ("hash_policy: [{ connection_properties: { source_ip: true } }]", .remoteAddress),
      ("hashPolicy: [{ queryParameter: { name: u } }]", .argument("u")),
      (
        "hash_policy: [{ cookie: { name: a }, terminal: true }, { header: { header_name: b } }]",
        .cookie("a")
      ),
    ]
    for (policy, source) in simple {
      let reading = try Self.read(Self.withRoutes(policy))
      let part = try #require(reading.clusters.first)
      #expect(try part.cluster().placement.key == source, "\(policy)")
      #expect(part.keyExpression == nil, "\(policy)")
    }
    let others: [([String], String)] = [
      (["hash_policy: [{ filter_state: { key: k } }]"], "filter_state k"),
      (["hash_policy: [{ header: { header_name: ':authority' } }]"], "header :authority"),
      (
        ["hash_policy: [{ cookie: { name: a } }, { header: { header_name: b } }]"],
        "cookie a and header b"
      ),
      (
        ["hash_policy: [{ cookie: { name: a } }]", "hash_policy: [{ cookie: { name: b } }]"],
        "cookie a; cookie b"
      ),
    ]
    for (policies, text) in others {
      let joined =
        policies.count == 1
        ? Self.withRoutes(policies[0]) : Self.withRoutes(policies[0], policies[1])
      let part = try #require(try Self.read(joined).clusters.first)
      #expect(try part.cluster().placement.key == nil)
      #expect(part.keyExpression?.text == text)
    }
    let random = try #require(try Self.read(Self.withRoutes("timeout: 1s")).clusters.first)
    #expect(random.remarks.contains { $0.contains("at random") })
    #expect(try #require(try Self.read(Self.text()).clusters.first).remarks == [])
  }

  @Test func whatIsNoChoiceByKeyIsSaid() throws {
    let cases: [(String, NoCluster.Reason, String)] = [
      ("connect_timeout: 1s", .stateful, "ROUND_ROBIN"),
      ("lb_policy: LEAST_REQUEST", .stateful, "LEAST_REQUEST"),
      (
        "lb_policy: RING_HASH\ntype: EDS\neds_cluster_config: { eds_config: { ads: {} } }",
        .undecided,
        "EDS"
      ),
      (
        "lb_policy: MAGLEV\nlb_subset_config: { subset_selectors: [{ keys: [v] }] }",
        .inexpressible,
        "lb_subset_config"
      ),
      ("lb_policy: RINGHASH", .rejected, "no value 'RINGHASH'"),
      ("lb_policy: MAGLEV\nmaglev_lb_config: { table_size: 100 }", .rejected, "prime"),
      (
        "lb_policy: RING_HASH\nring_hash_lb_config: { minimum_ring_size: 9, maximum_ring_size: 8 }",
        .rejected, "minimum_ring_size (9) > maximum_ring_size (8)"
      ),
      (
        "lb_policy: RING_HASH\nring_hash_lb_config: { minimum_size: 9 }", .rejected,
        "no field 'minimum_size'"
      ),
      ("lb_policy: RING_HASH\ntype: LOGICAL_DNS", .rejected, "single lb_endpoint"),
    ]
    for (lines, reason, part) in cases {
      let error = try #require(try Self.failure(Self.text(lines)), "\(lines)")
      #expect(error.reason == reason, "\(lines): \(error)")
      #expect(error.problem.contains(part), "\(lines): \(error)")
      #expect(!error.remedy.isEmpty)
    }
  }

  @Test func mistakesOfEndpointsHaveALine() throws {
    let cases: [(String, String)] = [
      ("socket_address: { address: web-1, port_value: 80 }", "malformed IP address: web-1"),
      ("socket_address: { address: 10.0.0.1 }", "no port_value"),
      ("socket_address: { address: 10.0.0.1, port_value: 65536 }", "0 to 65535"),
      ("socket_address: { adress: 10.0.0.1, port_value: 80 }", "no field 'adress'"),
      ("pipe: {}", "no path"), ("{}", "has no address"),
    ]
    for (address, part) in cases {
      let value = address == "{}" ? "{}" : "{ address: { \(address) } }"
      let endpoints = "- lb_endpoints:\n  - endpoint: \(value)"
      let reading = try Self.read(Self.text("lb_policy: MAGLEV", endpoints: endpoints))
      let first = try #require(reading.problems.first, "\(address)")
      #expect(first.message.contains(part), "\(address): \(first)")
      #expect(first.location.line == 8 || first.location.line == 9)
      #expect(first.severity == .error)
      #expect(throws: NoCluster.self) { try reading.clusters[0].cluster() }
    }
  }

  @Test func aliasesAndOtherFiles() throws {
    let aliased = try Self.read(
      """
      static_resources:
        clusters:
        - &c
          name: one
          lb_policy: MAGLEV
          load_assignment: &l
            cluster_name: one
            endpoints:
            - lb_endpoints: [{ endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } } }]
        - { name: two, lb_policy: MAGLEV, load_assignment: *l }
        - *c

      """)
    #expect(aliased.clusters.map(\.name) == ["one", "two", "one"])
    #expect(try aliased.clusters[1].cluster().nodes.map(\.id) == ["10.0.0.1:80"])
    #expect(aliased.problems.first?.message == "cluster manager: duplicate cluster 'one'")
    let cluster =
      #""name": "d", "lbPolicy": "MAGLEV", "loadAssignment": { "clusterName": "d", "endpoints": [ { "lbEndpoints": [ "#
      + #"{ "endpoint": { "address": { "socketAddress": { "address": "10.0.0.1", "portValue": 80 } } } }"#
      + " ] } ] }"
    let type = #""@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster""#
    for text in [
      "{ \"resources\": [ { \(type), \(cluster) } ] }",
      #"{ "configs": [ { "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", "#
        + "\"dynamic_active_clusters\": [ { \"cluster\": { \(type), \(cluster) } } ] } ] }",
      "{ \"staticResources\": { \"clusters\": [ { \(cluster) } ] } }",
    ] {
      #expect(EnvoyReader().likeness(of: Array(text.utf8)) > 0, "\(text)")
      #expect(try Self.cluster(text).nodes.map(\.id) == ["10.0.0.1:80"])
    }
    #expect(EnvoyReader().likeness(of: Array("nodes: [a:1]\nstatic_resources: 1\n".utf8)) == 0)
    #expect(EnvoyReader().likeness(of: Array("resources: [a]\n".utf8)) == 0)
  }

  /// Aliases of aliases must not fill the memory.
  @Test func textsThatGrowAreRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(throws: ConfigurationError.self) { try Self.read(text) }
    let deep = String(repeating: "[", count: 700) + String(repeating: "]", count: 700)
    #expect(throws: ConfigurationError.self) { try Self.read("a: " + deep) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingTraps(seed: UInt64) {
    var state = seed
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let original = Self.withRoutes(
      "hash_policy: [{ cookie: { name: a }, terminal: true }, { header: { header_name: b } }]")
    let pieces = [
      "- ", ":", "\n", "  ", "\"", "&a ", "*a", "[", "{", "}", "]", "null", "-1", "9e99",
    ]
    var read = 0
    for _ in 0..<2000 {
      var bytes = Array(original.utf8)
      for _ in 0...random(below: 3) {
        let place = random(below: bytes.count)
        switch random(below: 3) {
        case 0: bytes.removeSubrange(place..<min(place + random(below: 9), bytes.count))
        case 1: bytes.insert(contentsOf: pieces[random(below: pieces.count)].utf8, at: place)
        default: bytes[place] = UInt8(random(below: 256))
        }
      }
      let reading = try? EnvoyReader().reading(
        of: bytes, file: "a", files: ConfigurationFiles([:]))
      read += reading == nil ? 0 : 1
      for part in reading?.clusters ?? [] {
        if let placed = try? part.cluster() {
          #expect(placed.nodes.count == part.nodeLocations.count)
        }
      }
    }
    #expect(read > 300)
  }
}
