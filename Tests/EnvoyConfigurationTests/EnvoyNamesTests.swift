import Configurations
import ConsistentHashing
import EnvoyConfiguration
import Testing

/// What names of hosts stand for.
@Suite struct EnvoyNamesTests {
  @Test func namesDependOnDNS() throws {
    let endpoints = """
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: web.example, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 80 } } }
      """
    let reading = try EnvoyReaderTests.read(
      EnvoyReaderTests.text("lb_policy: RING_HASH\ntype: STRICT_DNS", endpoints: endpoints))
    #expect(reading.problems.isEmpty)
    #expect(reading.clusters[0].dependencies.map(\.kind) == [.hosts])
    #expect(reading.clusters[0].dependencies[0].text.contains("(web.example)"))
    #expect(try reading.clusters[0].cluster().nodes.count == 2)
    let named = try EnvoyReaderTests.read(
      EnvoyReaderTests.text(
        """
        lb_policy: RING_HASH
        type: STRICT_DNS
        common_lb_config: { consistent_hashing_lb_config: { use_hostname_for_hashing: true } }
        """, endpoints: endpoints))
    #expect(named.problems == [])
    #expect(try named.clusters[0].cluster().nodes.map(\.id) == ["web.example", "127.0.0.1"])
  }

  private static let named = """
    - lb_endpoints:
      - endpoint: { address: { socket_address: { address: web.example, port_value: 80 } } }
        load_balancing_weight: 3
      - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 81 } } }
      - endpoint: { address: { socket_address: { address: own.example, port_value: 82 } } }
        metadata: { filter_metadata: { envoy.lb: { hash_key: own } } }
      - endpoint: { address: { socket_address: { address: gone.example, port_value: 83 } } }
    """

  /// Each address of a name is a host where addresses are hashed.
  @Test(
    arguments: [
      ("", ["[fd00::1]:80", "[fd00::2]:80"]), ("AUTO", ["[fd00::1]:80", "[fd00::2]:80"]),
      ("V4_ONLY", ["10.0.0.2:80", "10.0.0.1:80"]), ("v6_only", ["[fd00::1]:80", "[fd00::2]:80"]),
      ("V4_PREFERRED", ["10.0.0.2:80", "10.0.0.1:80"]),
      ("ALL", ["[fd00::1]:80", "10.0.0.2:80", "[fd00::2]:80", "10.0.0.1:80"]),
    ])
  func namesHaveTheirAddressesOnRequest(family: String, expected: [String]) throws {
    let hosts = HostAnswers(source: "hosts") { name in
      name == "web.example" ? ["FD00:0::1", "10.0.0.2", "fd00::2", "10.0.0.1"] : []
    }
    let line = family.isEmpty ? "" : "dns_lookup_family: \(family)"
    let reading = try EnvoyReader(hosts: hosts).reading(
      of: Array(
        EnvoyReaderTests.text("lb_policy: MAGLEV\ntype: STRICT_DNS\n\(line)", endpoints: Self.named)
          .utf8),
      file: "e.yaml", files: ConfigurationFiles([:]))
    let nodes = try reading.clusters[0].cluster().nodes
    #expect(nodes.map(\.id.text) == expected + ["127.0.0.1:81", "own"])
    #expect(nodes.map(\.weight) == expected.map { _ in 3 } + [1, 1])
    #expect(
      reading.clusters[0].dependencies.map(\.text) == [
        "addresses of names are those of hosts",
        "Envoy has no host for gone.example until DNS knows it",
      ])
  }

  @Test func aClusterWithoutAddressesIsNone() throws {
    let text = EnvoyReaderTests.text(
      "lb_policy: MAGLEV\ntype: STRICT_DNS",
      endpoints:
        "- lb_endpoints: [{ endpoint: { address: { socket_address: { address: a.test, port_value: 80 } } } }]"
    )
    func problem(_ addresses: [String]) throws -> NoCluster? {
      let hosts = HostAnswers(source: "hosts") { _ in addresses }
      let reading = try EnvoyReader(hosts: hosts).reading(
        of: Array(text.utf8), file: "e.yaml", files: ConfigurationFiles([:]))
      return #expect(throws: NoCluster.self) { try reading.clusters[0].cluster() }
    }
    #expect(try problem([])?.problem == "DNS knows no host of cluster 'c'")
    let many = (0...1_000_000).map { "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255)" }
    #expect(try problem(many)?.problem.contains("more than 1000000 addresses") == true)
  }
}
