import ConsistentHashing
import ProxyProfiles
import Testing

/// Varnish's directors send every key where their profiles say.
extension LiveServers {
  @Suite struct VarnishPlacements {
    struct Shape: Sendable, CustomTestStringConvertible {
      var testDescription: String
      var weights: [Double]
      var sick: Set<Int> = []
      var replicas = 67
      /// The first in the list, as a number in names.
      var first = 1

      var nodes: [Node] {
        weights.indices.map { index in
          Node(
            id: NodeID("be\(first + index)"), address: "127.0.0.1:\(index + 1)",
            weight: weights[index], state: sick.contains(index) ? .down : .up)
        }
      }
    }

    static let shapes = [
      Shape(testDescription: "3 equal", weights: [1, 1, 1]),
      Shape(testDescription: "10 equal", weights: Array(repeating: 1, count: 10)),
      Shape(testDescription: "100 equal", weights: Array(repeating: 1, count: 100)),
      Shape(testDescription: "weights, some broken", weights: [0.5, 1, 1.5, 2.25, 9.99]),
      Shape(
        testDescription: "three of ten sick", weights: [1, 1, 2, 1, 1, 3, 1, 1, 1, 1],
        sick: [0, 4, 5]),
      Shape(testDescription: "all but one sick", weights: [1, 2, 1, 1], sick: [0, 1, 3]),
      Shape(testDescription: "25 replicas", weights: [1, 2, 3], replicas: 25, first: 101),
      Shape(testDescription: "few points", weights: [1.4, 2.5, 1.7, 1, 3.34], replicas: 3),
      Shape(testDescription: "one point", weights: [1], replicas: 1),
      Shape(testDescription: "two points", weights: [1, 1], replicas: 1),
      Shape(testDescription: "two points of one", weights: [1], replicas: 2),
      Shape(testDescription: "three points", weights: [1, 2], replicas: 1, first: 40),
    ]

    @Test(arguments: shapes)
    func everyKeyGoesWhereTheProfilesSay(shape: Shape) async throws {
      // One-byte keys, 1 KiB, bytes that are no ASCII, and none at all.
      let keys = Keys.make(for: .header) + [[]]
      try await VarnishProcess.run(
        sockets: ["key", "alt1", "alt2", "director"], Self.configuration(shape)
      ) { addresses in
        for (socket, alternative) in [("key", 0), ("alt1", 1), ("alt2", 2)] {
          let selector = try Self.selector(
            shape, .varnishShard,
            ["replicas": "\(shape.replicas)", "alt": "\(alternative)"])
          try await Self.compare(selector, shape, keys, at: addresses[socket])
        }
        try await Self.compare(
          try Self.selector(shape, .varnishHash), shape, keys, at: addresses["director"])
      }
    }

    @Test func everyURLGoesWhereTheProfileSays() async throws {
      let shape = Self.shapes[4]
      try await VarnishProcess.run(sockets: ["url"], Self.configuration(shape)) { addresses in
        let selector = try Self.selector(shape, .varnishShard, ["by": "url"])
        try await Self.compare(
          selector, shape, Keys.make(for: .uri), by: .uri, at: addresses["url"])
      }
    }

    /// On the backend side, where two arguments of `hash_data()` make the object's hash.
    @Test func everyHashGoesWhereTheProfileSays() async throws {
      let shape = Self.shapes[1]
      try await VarnishProcess.run(sockets: ["hash"], Self.configuration(shape)) { addresses in
        let selector = try Self.selector(shape, .varnishShard, ["by": "hash"])
        try await Self.compare(
          selector, shape, Keys.make(for: .header), followedBy: [0] + Array("live".utf8),
          at: addresses["hash"])
      }
    }

    private static func selector(
      _ shape: Shape, _ rule: PlacementRule, _ options: [String: String] = [:]
    ) throws -> any NodeSelector {
      try rule.selector(
        for: Cluster(nodes: shape.nodes), options: options)
    }

    private static func compare(
      _ selector: any NodeSelector, _ shape: Shape, _ keys: [[UInt8]],
      by source: RequestKey = .header, followedBy suffix: [UInt8] = [], at address: IPv4Address?,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let address = try #require(address)
      let answers = try await blocking { try HTTPClient(front: address).ask(keys, by: source) }
      #expect(answers.count == keys.count, sourceLocation: sourceLocation)
      var differences: [Difference] = []
      for (key, answer) in zip(keys, answers) {
        let bytes = key + suffix
        let expected = selector.index(for: bytes).map { selector.nodes[$0].id.text } ?? "none"
        // How Varnish writes that there is no backend.
        let got = answer.body == "(null)" ? "none" : answer.body
        if answer.status != 200 || got != expected {
          differences.append(
            Difference(key: key, expected: expected, got: "\(answer.status) \(got)"))
        }
      }
      expectNone(differences, of: keys.count, "\(shape)", sourceLocation: sourceLocation)
    }

    /// Varnish answers with the name of the backend it would ask; none is asked.
    ///
    /// A sick one has a probe that has not succeeded.
    private static func configuration(_ shape: Shape) -> String {
      let nodes = shape.nodes
      let backends = nodes.map { node in
        let probe = node.state == .up ? "" : " .probe = { .initial = 0; .interval = 1h; }"
        return "backend \(node.id) { .host = \"127.0.0.1\"; .port = \"9\";\(probe) }\n"
      }
      let shards = nodes.map { "vs.add_backend(\($0.id), weight=\($0.weight));\n" }
      let hashes = nodes.map { "vh.add_backend(\($0.id), \($0.weight));\n" }
      return """
        \(backends.joined())
        sub vcl_init {
          new vs = directors.shard();
          \(shards.joined())
          vs.reconfigure(replicas=\(shape.replicas));
          new vh = directors.hash();
          \(hashes.joined())
        }
        sub vcl_recv {
          if (local.socket == "hash") { return (pass); }
          if (local.socket == "url") {
            set req.backend_hint = vs.backend(by=URL);
          } elseif (local.socket == "director") {
            set req.backend_hint = vh.backend(req.http.x-key);
          } elseif (local.socket == "alt1") {
            set req.backend_hint = vs.backend(by=KEY, key=vs.key(req.http.x-key), alt=1);
          } elseif (local.socket == "alt2") {
            set req.backend_hint = vs.backend(by=KEY, key=vs.key(req.http.x-key), alt=2);
          } else {
            set req.backend_hint = vs.backend(by=KEY, key=vs.key(req.http.x-key));
          }
          return (synth(200));
        }
        sub vcl_synth {
          if (local.socket == "ready") {
            synthetic(resp.reason);
          } else {
            synthetic("" + req.backend_hint);
          }
          return (deliver);
        }
        sub vcl_hash {
          hash_data(req.http.x-key);
          hash_data("live");
          return (lookup);
        }
        sub vcl_backend_fetch {
          set bereq.backend = vs.backend(by=HASH, resolve=NOW);
          return (error(200));
        }
        sub vcl_backend_error {
          set beresp.ttl = 0s;
          synthetic("" + bereq.backend);
          return (deliver);
        }

        """
    }
  }
}
