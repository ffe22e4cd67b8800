import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

@Suite struct NginxUpstreamTests {
  static let nodes: [Node] = [
    "10.0.0.1:8080",
    Node(id: "web-2", address: "10.0.0.2:8080", weight: 2),
    Node(address: "10.0.0.3:8080", state: .down),
  ]

  static func cluster(
    _ nodes: [Node] = nodes, name: String = "sessions", rule: String = "nginx",
    key: KeySource? = .cookie("sid"), properties: [String: String] = [:]
  ) throws -> PlacedCluster {
    PlacedCluster(
      try Cluster(name: name, nodes: nodes, properties: properties, allowsRepeatedAddresses: true),
      Placement(rule: rule, key: key))
  }

  static func text(
    _ placed: PlacedCluster, in context: NginxContext? = nil, keepalive: Int? = nil
  ) throws(EmissionError) -> String {
    try NginxEmitter(NginxEmitter.Options(context: context, keepalive: keepalive)).emit(placed).text
  }

  static let golden = """
    # sessions: 3 servers, hash consistent; written by chash.
    upstream sessions {
        hash $cookie_sid consistent;

        server 10.0.0.1:8080;
        server 10.0.0.2:8080 weight=2;  # web-2
        server 10.0.0.3:8080 down;

        keepalive 32;
    }

    """

  @Test func writesTheWholeBlock() throws {
    #expect(try Self.text(Self.cluster(), keepalive: 32) == Self.golden)
  }

  @Test func writesAStream() throws {
    let cluster = try Self.cluster(
      ["[::1]:5432", #"unix:/run/a\b"c.sock"#], name: "db", key: .remoteAddress)
    #expect(
      try Self.text(cluster, in: .stream) == #"""
        # db: 2 servers, hash consistent; written by chash.
        upstream db {
            hash $remote_addr consistent;

            server [::1]:5432;
            server "unix:/run/a\\b\"c.sock";
        }

        """#)
  }

  @Test func serversThatTakeNothingKeepTheirPoints() throws {
    let cluster = try Self.cluster([
      Node(address: "10.0.0.1:80", weight: 3, state: .down),
      Node(address: "10.0.0.2:80", weight: 2, state: .drain),
      Node(address: "10.0.0.3:80", weight: 0),
      Node(address: "10.0.0.4:80", weight: 1, state: .drain),
    ])
    let emission = try NginxEmitter().emit(cluster)
    #expect(
      emission.text.split(separator: "\n").filter { $0.contains("server ") } == [
        "    server 10.0.0.1:80 weight=3 down;", "    server 10.0.0.2:80 weight=2 down;",
        "    server 10.0.0.3:80 down;", "    server 10.0.0.4:80 down;",
      ])
    #expect(
      emission.notes.map(\.description) == [
        "state of '10.0.0.2:80': nginx drains servers only in sticky sessions; the line says down",
        "weight of '10.0.0.3:80': nginx has no weight 0; the line says down",
        "state of '10.0.0.4:80': nginx drains servers only in sticky sessions; the line says down",
      ])
  }

  @Test func aSingleServerIsSingular() throws {
    let text = try Self.text(Self.cluster(["a:80"]))
    #expect(text.hasPrefix("# sessions: 1 server, hash consistent; written by chash.\n"))
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let cluster: PlacedCluster
    let context: NginxContext
    let keepalive: Int?
    let code: EmissionError.Code
    let subject: ClusterError.Subject
    let message: String

    init(
      _ cluster: PlacedCluster, in context: NginxContext = .http, keepalive: Int? = nil,
      _ code: EmissionError.Code, _ subject: ClusterError.Subject, _ message: String
    ) {
      self.cluster = cluster
      self.context = context
      self.keepalive = keepalive
      self.code = code
      self.subject = subject
      self.message = message
    }

    var testDescription: String { message }
  }

  static func refusals() throws -> [Refusal] {
    try [
      Refusal(
        cluster(rule: "maglev"), .unknownRule, .algorithm,
        "nginx does not place keys by 'maglev'; use one of nginx, nginx-hash, nginx-ip-hash, "
          + "nginx-split-clients; nginx is its 'hash KEY consistent'; or write it with the engine lua"
      ),
      Refusal(
        cluster(rule: "nginx-ip-hash"), .invalidKey, .key,
        "ip_hash hashes the address of the client only; "
          + "use the key remote-addr, or the algorithm nginx-hash"),
      Refusal(
        cluster(rule: "nginx-ip-hash", key: nil), in: .stream, .unknownRule, .algorithm,
        "a stream has no ip_hash; "
          + "use nginx-hash with the key remote-addr, or write the upstream for http"),
      Refusal(
        cluster(key: nil), .missingKey, .key,
        "the cluster 'sessions' does not say where the key is; "
          + "give it a key: \(KeySource.forms)"),
      Refusal(
        cluster(), in: .stream, .invalidKey, .key,
        "a stream has no cookie:sid, only connections; "
          + "use remote-addr, proxy-protocol-addr or sni, or write the upstream for http"),
      Refusal(
        cluster(["a:80", Node(address: "b:80", weight: 1.5)]), .invalidWeight, .node(1),
        "node 'b:80' has the weight 1.5, and nginx takes whole weights; "
          + "scale all weights up until they are whole numbers"),
      Refusal(
        cluster([Node(address: "b:80", weight: 0.5)]), .invalidWeight, .node(0),
        "node 'b:80' has the weight 0.5, and nginx takes whole weights; "
          + "scale all weights up until they are whole numbers"),
      Refusal(
        cluster(["a:80", Node(address: "b:80", weight: 1_677_721, state: .down)]), .tooLarge,
        .cluster,
        "nginx would take 4.2 GB of memory in each worker for the ring: 16 bytes for each of "
          + "268435520 points; lower the weights; at most 268435456 points are written, "
          + "160 for a weight of 1"),
      Refusal(
        cluster(["a:80", "10.0.0.1"], key: .remoteAddress), in: .stream, .invalidAddress,
        .node(1),
        "the address '10.0.0.1' has no port, which nginx requires in a stream; write 10.0.0.1:PORT"),
      Refusal(
        cluster(["[::1]"], key: .remoteAddress), in: .stream, .invalidAddress, .node(0),
        "the address '[::1]' has no port, which nginx requires in a stream; write [::1]:PORT"),
      Refusal(
        cluster(["unix:/run/a.sock:"]), .invalidAddress, .node(0),
        "the socket path '/run/a.sock:' contains a colon; "
          + "use a path without one; nginx does not read it everywhere as you wrote it"),
      Refusal(
        cluster([Node(id: "web\u{202E}", address: "a:80")]), .invalidID, .node(0),
        "the id 'web\u{202E}' cannot be written as a comment: the text contains U+202E, "
          + "which turns the writing direction; remove it"),
      Refusal(
        cluster([Node(id: NodeID(String(repeating: "i", count: 4001)), address: "a:80")]),
        .invalidID, .node(0),
        "the id '\(String(repeating: "i", count: 60))…' cannot be written as a comment: "
          + "the text takes 4001 bytes; nginx's buffer is 4096 bytes long; stay below 4000"),
      Refusal(
        cluster(key: .remoteAddress), in: .stream, keepalive: 8, .invalidOption, .cluster,
        "a stream keeps no idle connections; "
          + "leave keepalive out, or write the upstream for http"),
      Refusal(
        cluster(), keepalive: 0, .invalidOption, .cluster,
        "keepalive is 0; use a number from 1 to 65535"),
    ]
      + ["a b", "a;b", "a{", "}", "#a", "$a", "\"a\"", "a\\", "ä", ".a", "-a", "a/b", "a:80", "'"]
      .map { name in
        Refusal(
          try cluster(name: name), .invalidName, .name,
          "'\(name)' cannot name an upstream; "
            + "use letters, digits, '_', '.' and '-', at most 253, and do not begin with '.' or '-'"
        )
      }
  }

  @Test func refusesWithThePlaceAndARemedy() throws {
    var wrong: [String] = []
    for refusal in try Self.refusals() {
      do {
        let text = try Self.text(
          refusal.cluster, in: refusal.context, keepalive: refusal.keepalive)
        wrong.append("written: \(text)")
      } catch {
        if error.code != refusal.code || error.subject != refusal.subject
          || error.description != refusal.message
        {
          wrong.append(
            "\(error.code.rawValue) \(error.subject): \(error)\n expected \(refusal.message)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  /// Every id and address that a cluster may have is either refused or stays on its line.
  @Test func noTextBreaksOut() throws {
    var written = 0
    var wrong: [String] = []
    for scalar in (0x20...0x3000).compactMap(Unicode.Scalar.init) {
      for text in ["\(scalar)", "x\(scalar)}y;", "\\\(scalar)", "\(scalar)\\"] {
        let node = Node(id: NodeID(text), address: "unix:/" + text)
        guard let cluster = try? Self.cluster([node]),
          let text = try? Self.text(cluster)
        else { continue }
        written += 1
        if text.unicodeScalars.count(where: { $0 == "\n" || $0 == "\r" }) != 6 {
          wrong.append(text)
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.first ?? "")")
    #expect(written > 40_000)
  }
}
