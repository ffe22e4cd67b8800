import Configurations
import ConsistentHashing
import NginxConfiguration
import ProxyProfiles
import Testing

/// Names with several addresses, as nginx 1.22.1 made servers of them.
@Suite struct NginxNamesTests {
  static let text = """
    http {
      upstream m { hash $arg_k; server app-a.test:81 weight=2; server app-b.test; server 10.0.0.9; }
      upstream ih { ip_hash; server app-a.test:81; server app-b.test:82 down; }
      upstream c { hash $arg_k consistent; server app-a.test:81; server app-b.test:82; }
      upstream plain { hash $arg_k; server 10.0.0.1; server [::1]:81; server unix:/a; }
    }
    """

  static let answers = [
    "app-a.test": ["::1", "10.0.0.1", "10.0.0.3"], "app-b.test": ["10.0.0.1"],
  ]

  static func parts(
    _ text: String = text, _ answers: [String: [String]]? = answers,
    services: [String: [ServiceTarget]]? = nil
  ) throws -> [ConfiguredCluster] {
    var records: (@Sendable (String) -> [ServiceTarget])?
    if let services { records = { services[$0, default: []] } }
    var surroundings = ConfigurationSurroundings()
    if let answers {
      surroundings.hosts = HostAnswers(source: "hosts", services: records) {
        answers[$0, default: []]
      }
    }
    return try NginxReader().reader(in: surroundings)
      .reading(of: Array(text.utf8), file: "a.conf", files: ConfigurationFiles([:])).clusters
  }

  /// `nginx` asked on loopback gave 60 of 60 keys to the same servers, for `hash` and `ip_hash` each.
  @Test func hashAndIPHashCountAddresses() throws {
    let parts = try Self.parts()
    let nodes = try parts[0].cluster().cluster.nodes
    #expect(
      nodes.map(\.id.text) == [
        "[::1]:81", "10.0.0.1:81", "10.0.0.3:81", "10.0.0.1:80", "10.0.0.9",
      ])
    #expect(nodes.map(\.address) == nodes.map(\.id.text))
    #expect(nodes.map(\.weight) == [2, 2, 2, 1, 1])
    #expect(parts[0].nodeLocations.map(\.line) == [2, 2, 2, 2, 2])
    let others = try parts[1].cluster().cluster.nodes
    #expect(others.map(\.state) == [.up, .up, .up, .down])
    #expect(parts[0].dependencies.map(\.text) == ["addresses of names are those of hosts"])
  }

  /// What nginx 1.22.1 picked where `/etc/hosts` gave these addresses in this order.
  static let recorded: [(upstream: Int, answers: [(key: String, server: String)])] = [
    (
      0,
      [
        ("k1", "127.0.0.1:81"), ("k2", "127.0.0.3:81"), ("k3", "127.0.0.1:81"),
        ("k4", "127.0.0.3:81"), ("k8", "127.0.0.2:81"), ("k11", "127.0.0.2:81"),
        ("k13", "[::1]:81"), ("k15", "[::1]:81"), ("k18", "[::1]:81"), ("k20", "127.0.0.3:81"),
      ]
    ),
    (
      1,
      [
        ("10.1.7.9", "[::1]:81"), ("10.2.7.9", "127.0.0.2:81"), ("10.3.7.9", "127.0.0.1:81"),
        ("10.4.7.9", "127.0.0.9:82"), ("10.5.7.9", "127.0.0.3:81"), ("10.6.7.9", "[::1]:81"),
        ("10.9.7.9", "127.0.0.9:82"), ("10.14.7.9", "127.0.0.9:82"),
      ]
    ),
  ]

  @Test(arguments: recorded.indices) func answersAsNginxDid(_ index: Int) throws {
    let parts = try Self.parts(
      """
      http {
        upstream m { hash $arg_k; server app-a.test:81 weight=2; server app-b.test:82; }
        upstream ih { ip_hash; server app-a.test:81; server app-b.test:82; }
      }
      """,
      [
        "app-a.test": ["::1", "127.0.0.1", "127.0.0.3", "127.0.0.2"], "app-b.test": ["127.0.0.9"],
      ])
    let (upstream, answers) = Self.recorded[index]
    let selector = try RuleCatalogue.all.selector(for: parts[upstream].cluster())
    let given = answers.map { answer in
      selector.index(for: answer.key).map { selector.nodes[$0].address }
    }
    #expect(given == answers.map(\.server))
  }

  /// The ring holds the texts; among the addresses of a text nginx takes turns.
  @Test func ringsHoldNames() throws {
    let part = try Self.parts()[2]
    #expect(try part.cluster().cluster.nodes.map(\.address) == ["app-a.test:81", "app-b.test:82"])
    #expect(
      part.dependencies.map(\.text) == [
        "nginx takes turns among the addresses of app-a.test ([::1], 10.0.0.1, 10.0.0.3)"
      ])
  }

  /// Two lines may come to the same address.
  @Test func repeatedAddressesAreServersOfTheirOwn() throws {
    let parts = try Self.parts(
      "http { upstream m { hash $uri; server a.test:1; server b.test:1; } }",
      ["a.test": ["10.0.0.1"], "b.test": ["10.0.0.1", "10.0.0.2"]])
    #expect(
      try parts[0].cluster().cluster.nodes.map(\.id.text) == [
        "10.0.0.1:1", "10.0.0.1:1#2", "10.0.0.2:1",
      ])
  }

  /// Without answers, each name is one server, and one note says so and names them.
  @Test func withoutAnswersTheNamesAreNamed() throws {
    let parts = try Self.parts(Self.text, nil)
    #expect(parts.map(\.dependencies.count) == [1, 1, 1, 0])
    #expect(parts.flatMap { $0.dependencies.map(\.kind) } == [.hosts, .hosts, .hosts])
    #expect(parts[0].dependencies[0].text.contains("(app-a.test, app-b.test)"))
    #expect(parts[0].dependencies[0].text.hasPrefix("the answer depends on DNS"))
    #expect(parts[2].dependencies[0].text.hasPrefix("the ring holds the names"))
    #expect(try parts[0].cluster().cluster.nodes.count == 3)
  }

  /// nginx does not start with a name that has no address; one that is resolved later has no servers yet.
  @Test func namesWithoutAddressesAreRefused() throws {
    let parts = try Self.parts(Self.text, ["app-a.test": ["10.0.0.1"]])
    guard case .failure(let error) = parts[1].result else {
      Issue.record("a cluster")
      return
    }
    #expect(
      error.description
        == "a.conf:3: host not found in upstream 'app-b.test:82'; hosts has no address of it")
    let resolved = try Self.parts(
      "http { resolver 127.0.0.1; upstream m { zone m 64k; hash $uri; server a.test resolve; server b; } }",
      ["b": ["10.0.0.2"]])
    #expect(try resolved[0].cluster().cluster.nodes.map(\.address) == ["10.0.0.2:80"])
  }

  static let targets = [
    ServiceTarget(priority: 20, weight: 9, port: 80, host: "spare.test"),
    ServiceTarget(priority: 10, weight: 0, port: 8080, host: "B.Test."),
    ServiceTarget(priority: 10, weight: 3, port: 8081, host: "a.test"),
    ServiceTarget(priority: 10, weight: 3, port: 8080, host: "a.test"),
  ]

  static func service(_ method: String, _ line: String, before: String = "") throws
    -> ConfiguredCluster
  {
    try parts(
      """
      http { resolver 127.0.0.1;
        upstream u { zone u 64k; \(before) \(method); server s.test \(line) resolve; server b.test:80; }
      }
      """,
      ["a.test": ["10.0.0.1", "fd00::1"], "b.test": ["10.0.0.2"]],
      services: ["_http._tcp.s.test": targets])[0]
  }

  /// The ring holds the names of targets; the lowest priority counts, and the weight of the record where the
  /// line has none.
  @Test func ringsHoldTargetsOfServices() throws {
    for line in ["service=http", "service=_http._tcp"] {
      let part = try Self.service("hash $uri consistent", line)
      let nodes = try part.cluster().cluster.nodes
      #expect(nodes.map(\.address) == ["a.test", "a.test", "b.test", "b.test:80"])
      #expect(nodes.map(\.id.text) == ["a.test", "a.test#2", "b.test", "b.test:80"])
      #expect(nodes.map(\.weight) == [3, 3, 1, 1])
      #expect(nodes.map { $0.properties["srv-port"] } == ["8080", "8081", "8080", nil])
      #expect(
        part.dependencies.map(\.text) == [
          "nginx takes turns among the addresses of a.test (10.0.0.1, [fd00::1])",
          "the targets of _http._tcp.s.test are those of hosts",
        ])
    }
    let weighted = try Self.service("hash $uri consistent", "service=http weight=2")
    #expect(try weighted.cluster().cluster.nodes.map(\.weight) == [2, 2, 2, 1])
    // A backup stands before the method, as nginx refuses it after.
    let backed = try Self.service(
      "hash $uri consistent", "service=http", before: "server 10.0.0.9 backup;")
    let nodes = try backed.cluster().cluster.nodes
    #expect(nodes.map { $0.properties["backup"] } == ["true", nil, nil, nil, "true", nil])
    #expect(nodes[4].address == "spare.test")
  }

  /// The other methods count addresses with the ports of the records, after all other servers.
  @Test func servicesAreAddressesElsewhere() throws {
    let part = try Self.service("hash $uri", "service=http")
    #expect(
      try part.cluster().cluster.nodes.map(\.address) == [
        "10.0.0.2:80", "10.0.0.1:8080", "[fd00::1]:8080", "10.0.0.1:8081", "[fd00::1]:8081",
        "10.0.0.2:8080",
      ])
    #expect(part.nodeLocations.map(\.line) == [2, 2, 2, 2, 2, 2])
    #expect(part.dependencies[0].text.contains("in another order each time it starts"))
  }

  /// A service that the answers do not have is one without servers, so far.
  @Test func servicesWithoutRecordsHaveNoServers() throws {
    let part = try Self.service("hash $uri consistent", "service=https")
    #expect(try part.cluster().cluster.nodes.map(\.address) == ["b.test:80"])
    #expect(
      part.dependencies[0].text == "nginx has no server for _https._tcp.s.test until DNS knows it")
  }

  /// nginx 1.31.3 put the servers of `resolve` after all others.
  @Test func resolvedNamesComeLast() throws {
    func addresses(_ method: String) throws -> [String] {
      try Self.parts(
        """
        http { resolver 127.0.0.1;
          upstream u { zone u 64k; \(method); server a.test:1 resolve; server 10.0.0.9 resolve; server b.test:2; }
        }
        """, ["a.test": ["10.0.0.1", "10.0.0.2"], "b.test": ["10.0.0.3"]])[0]
        .cluster().cluster.nodes.map(\.address)
    }
    #expect(try addresses("hash $uri") == ["10.0.0.9", "10.0.0.3:2", "10.0.0.1:1", "10.0.0.2:1"])
    #expect(try addresses("ip_hash") == ["10.0.0.9", "10.0.0.3:2", "10.0.0.1:1", "10.0.0.2:1"])
    #expect(try addresses("hash $uri consistent") == ["a.test:1", "10.0.0.9", "b.test:2"])
  }

  /// The ring holds the targets of SRV records, which no answer about addresses gives.
  @Test func servicesAreNamedAlways() throws {
    let text = """
      http { resolver 127.0.0.1;
        upstream u { zone u 64k; hash $uri consistent; server s.test service=_http._tcp resolve; server b.test:80; }
      }
      """
    for answers in [nil, ["b.test": ["10.0.0.2"]]] {
      let part = try Self.parts(text, answers)[0]
      let note = try #require(part.dependencies.first)
      #expect(note.text.contains("(_http._tcp.s.test)"))
    }
  }
}
