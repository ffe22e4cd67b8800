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
    _ nodes: [Node] = nodes, name: String = "sessions", algorithm: String = "nginx",
    key: KeySource? = .cookie("sid"), options: [String: String] = [:]
  ) throws -> Cluster {
    try Cluster(name: name, nodes: nodes, algorithm: algorithm, key: key, options: options)
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
    let upstream = try NginxUpstream(Self.cluster(), context: .http, keepalive: 32)
    #expect(upstream.text == Self.golden)
    #expect(upstream.servers.map(\.weight) == [1, 2, 1])
    #expect(upstream.servers.map(\.isDown) == [false, false, true])
  }

  @Test func writesAStream() throws {
    let cluster = try Self.cluster(
      ["[::1]:5432", #"unix:/run/a\b"c.sock"#], name: "db", key: .remoteAddress)
    #expect(
      try NginxUpstream(cluster, context: .stream).text == #"""
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
    let lines = try NginxUpstream(cluster, context: .http).servers.map {
      NginxItem.print([.directive($0.directive)])
    }
    #expect(
      lines == [
        "server 10.0.0.1:80 weight=3 down;\n", "server 10.0.0.2:80 weight=2 down;\n",
        "server 10.0.0.3:80 down;\n", "server 10.0.0.4:80 down;\n",
      ])
  }

  @Test func aSingleServerIsSingular() throws {
    let text = try NginxUpstream(Self.cluster(["a:80"]), context: .http).text
    #expect(text.hasPrefix("# sessions: 1 server, hash consistent; written by chash.\n"))
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let cluster: Cluster
    let context: NginxContext
    let keepalive: Int?
    let code: NginxEmitError.Code
    let subject: NginxEmitError.Subject
    let message: String

    init(
      _ cluster: Cluster, in context: NginxContext = .http, keepalive: Int? = nil,
      _ code: NginxEmitError.Code, _ subject: NginxEmitError.Subject, _ message: String
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
        cluster(algorithm: "maglev"), .unknownAlgorithm, .algorithm,
        "nginx does not place keys by 'maglev'; "
          + "use the algorithm nginx, which is its 'hash KEY consistent'"),
      Refusal(
        cluster(key: nil), .missingKey, .key,
        "the cluster 'sessions' does not say where the key is; "
          + "give it a key: cookie:NAME, arg:NAME, header:NAME, remote-addr or uri"),
      Refusal(
        cluster(), in: .stream, .invalidKey, .key,
        "a stream has no cookie:sid, only connections; "
          + "use remote-addr, or write the upstream for http"),
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
        cluster(["unix:/run/$a.sock"]), .invalidAddress, .node(0),
        "the address 'unix:/run/$a.sock' cannot be written: the text contains '$', which starts a "
          + "variable and cannot be escaped in nginx; use a text without '$'"),
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
        cluster(key: .remoteAddress), in: .stream, keepalive: 8, .invalidKeepalive, .keepalive,
        "a stream keeps no idle connections; "
          + "leave keepalive out, or write the upstream for http"),
      Refusal(
        cluster(), keepalive: 0, .invalidKeepalive, .keepalive,
        "keepalive is 0; use a number from 1 to 65535"),
    ]
      + ["a b", "a;b", "a{", "}", "#a", "$a", "\"a\"", "a\\", "ä", ".a", "-a", "a/b", "a:80", "'"]
      .map { name in
        Refusal(
          try cluster(name: name), .invalidName, .name,
          "'\(name)' cannot name an upstream; "
            + "use letters, digits, '_', '.' and '-', at most 253, and begin with none of '.-'")
      }
  }

  @Test func refusesWithThePlaceAndARemedy() throws {
    var wrong: [String] = []
    for refusal in try Self.refusals() {
      do {
        let upstream = try NginxUpstream(
          refusal.cluster, context: refusal.context, keepalive: refusal.keepalive)
        wrong.append("written: \(upstream.text)")
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
          let upstream = try? NginxUpstream(cluster, context: .http)
        else { continue }
        written += 1
        let text = upstream.text
        if text.unicodeScalars.count(where: { $0 == "\n" || $0 == "\r" }) != 6 {
          wrong.append(text)
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.first ?? "")")
    #expect(written > 40_000)
  }
}
