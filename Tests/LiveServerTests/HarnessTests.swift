import Foundation
import Testing

/// The tools of these tests, against configurations whose outcome is known without any hashing.
extension LiveServers {
  @Suite struct Harness {
    /// What a front must see of every key, byte for byte and in order, or no comparison means
    /// anything.
    @Test(arguments: RequestKey.inRequests)
    func everyKeyArrivesAsItWasSent(source: RequestKey) async throws {
      let variables: [RequestKey: String] = [
        .header: "$http_x_key", .cookie: "$cookie_sid", .argument: "$arg_k", .uri: "$request_uri",
      ]
      let variable = try #require(variables[source])
      let keys = Keys.make(for: source)
      let answers = try await Self.echo("return 200 \"\(variable)\";") { address in
        try await blocking { try HTTPClient(front: address).ask(keys, by: source) }
      }
      #expect(answers.count == keys.count)
      let differences = zip(keys, answers).filter { key, answer in answer.bytes != key }
      #expect(differences.count == 0, "keys were changed on the way")
    }

    @Test func everySourceAddressArrivesAsItWasBound() async throws {
      let sources = Keys.sources()
      let answers = try await Self.echo("return 200 \"$remote_addr\";") { address in
        try await blocking { try HTTPClient(front: address).ask(from: sources) }
      }
      let areSame = answers.map(\.body) == sources.map(\.host)
      #expect(areSame)
    }

    @Test func aClosureThatThrowsLeavesNoServerBehind() async throws {
      struct Stop: Error {}
      var process: NginxProcess?
      await #expect(throws: Stop.self) {
        try await NginxProcess.withNginx {
          _ in
          (NginxBlocks(), ())
        } _: { running, _ in
          process = running
          throw Stop()
        }
      }
      let ended = try #require(process)
      #expect(kill(ended.processIdentifier, 0) == -1)
      #expect(!FileManager.default.fileExists(atPath: ended.folder.path))
    }

    @Test func aRejectedConfigurationSaysWhy() async throws {
      let error = await #expect(throws: NginxProcess.StartError.self) {
        try await Self.start("no_such_thing;")
      }
      #expect(error.map(String.init(describing:))?.contains("unknown directive") == true)
    }

    /// A warning means that nginx will do something else than what is written.
    @Test func aWarningIsARejection() async throws {
      let twoMethods = "upstream u { least_conn; hash $uri; server 127.1.0.1:1; }"
      let error = await #expect(throws: NginxProcess.StartError.self) {
        try await Self.start(twoMethods)
      }
      #expect(error.map(String.init(describing:))?.contains("redefined") == true)
    }

    @Test func aTakenPortIsTriedAgainElsewhere() async throws {
      try await Self.echo("return 200 first;") { taken in
        let free = taken.with(port: try LoopbackPorts.free(on: [taken.with(port: 0)]))
        var offered: [IPv4Address] = []
        let answers = try await NginxProcess.withNginx { _ in
          let address = offered.isEmpty ? taken : free
          offered.append(address)
          return (NginxBlocks(http: "server { listen \(address); return 200 second; }"), address)
        } _: { _, address in
          try await blocking { try HTTPClient(front: address).ask([[]], by: .none) }
        }
        #expect(answers.map(\.body) == ["second"])
        #expect(offered == [taken, free])
      }
    }

    @Test func theWholeRetryOrderIsSeen() async throws {
      let shape = Shape("two refuse", weights: [1, 1, 1], refusing: [0, 1])
      try await Backends.run(shape, .http) { topology in
        let shown = topology.servers.map(\.shown)
        // Without a method nginx takes servers in turn, and the first request tries the first.
        let servers = shown.map { "server \($0) max_fails=0;" }.joined()
        try await withTemporaryFolder { folder in
          let file = try folder.write(
            "upstream \(Topology.name) { \(servers) }", to: "upstream.conf")
          let answers = try await Front.http(including: file) { front in
            try await blocking {
              try HTTPClient(front: front.address).ask([[]], by: .none)
            }
          }
          #expect(answers == [Response(status: 200, tried: shown, body: shown[2])])
        }
      }
    }

    @Test func theRetryOrderOfAStreamIsLogged() async throws {
      let shape = Shape("one refuses", weights: [1, 1], refusing: [0])
      try await Backends.run(shape, .stream) { topology in
        let shown = topology.servers.map(\.shown)
        let servers = shown.map { "server \($0);" }.joined()
        try await withTemporaryFolder { folder in
          let file = try folder.write(
            "upstream \(Topology.name) { \(servers) }", to: "upstream.conf")
          try await Front.stream(including: file) { front in
            let source = IPv4Address(127, 9, 8, 7)
            let answers = try await blocking {
              try StreamClient(front: front.address).ask(from: [source])
            }
            #expect(answers == [shown[1]])
            #expect(front.triedBySource() == ["127.9.8.7": shown])
          }
        }
      }
    }

    @Test func aMissingModuleNamesTheRemedy() throws {
      #expect(try NginxInstallation.streamModule(in: "configure: --with-stream --x") == "")
      let error = #expect(throws: MissingProgram.self) {
        try NginxInstallation.streamModule(in: "--with-stream=dynamic --modules-path=/nowhere\n")
      }
      #expect(error?.description.contains("`scripts/install-packages test`") == true)
      #expect(error?.description.contains("make test") == true)
    }

    private static func start(_ http: String) async throws {
      try await NginxProcess.withNginx { _ in
        (NginxBlocks(http: http), ())
      } _: { _, _ in
      }
    }

    /// Runs an nginx with one server, which does nothing but `directive`.
    private static func echo<Result: Sendable>(
      _ directive: String, _ body: (IPv4Address) async throws -> Result
    ) async throws -> Result {
      try await NginxProcess.withNginx { _ in
        let host = IPv4Address(127, 0, 0, 2)
        let address = host.with(port: try LoopbackPorts.free(on: [host]))
        return (NginxBlocks(http: "server { listen \(address); \(directive) }"), address)
      } _: { _, address in
        try await body(address)
      }
    }
  }
}
