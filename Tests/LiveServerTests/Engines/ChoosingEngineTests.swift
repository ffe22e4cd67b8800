import Testing

/// With the engines split-clients and njs a request goes where `chash` says, and on along the preference.
extension LiveServers {
  @Suite struct ChoosingEngines {
    static let refusing = Shape(
      "ten, two refuse, one is down, one drains", weights: Array(repeating: 1, count: 10),
      down: [3],
      draining: [7], refusing: [1, 5])
    static let weighted = Shape(
      "weights 1 to 5, one refuses", weights: [1, 2, 3, 4, 5], refusing: [3])
    static let few = Shape("two, one refuses", weights: [1, 1], refusing: [1])

    @Test(.needsScripts) func theScriptsAreTested() {
      #expect(ChoosingEngine.all.count == 5)
    }

    @Test(arguments: ChoosingEngine.all)
    func everyTryIsTheNextOfThePreference(engine: ChoosingEngine) async throws {
      try await Self.requests(engine, Self.refusing, of: .nginx)
    }

    @Test(arguments: ChoosingEngine.all.filter { $0.algorithm != "rendezvous" })
    func weightsCount(engine: ChoosingEngine) async throws {
      try await Self.requests(engine, Self.weighted, of: .nginx, options: "options: {}\n")
    }

    /// More members than a table of one character each has.
    @Test(arguments: ChoosingEngine.all)
    func hundredServers(engine: ChoosingEngine) async throws {
      let options =
        engine.engine == "njs" ? "options: { seed: 18446744073709551557 }\n" : ""
      try await Self.requests(engine, .equal(100), of: .nginx, options: options)
    }

    @Test(arguments: ChoosingEngine.all) func twoServers(engine: ChoosingEngine) async throws {
      try await Self.requests(engine, Self.few, of: .nginx, count: 2000)
    }

    @Test(.needs(.nginx131), arguments: ChoosingEngine.all)
    func nginx131(engine: ChoosingEngine) async throws {
      try await Self.requests(engine, Self.refusing, of: .nginx131)
    }

    /// Every server refuses: the request ends after three.
    @Test(arguments: [ChoosingEngine.split]) func allMayRefuse(engine: ChoosingEngine) async throws
    {
      let shape = Shape("all refuse", weights: [1, 1, 1, 1], refusing: [0, 1, 2, 3])
      try await Self.requests(engine, shape, of: .nginx, count: 500)
    }

    /// Keys of every length up to 1100 bytes, and none at all, by all ways of XXH3.
    @Test(.needsScripts, arguments: [Program.nginx, .nginx131].filter(\.isExpected))
    func keysOfEveryLength(program: Program) async throws {
      var random = SplitMix(state: 11)
      let bytes = (0x21...0xFF as ClosedRange<UInt8>).filter { $0 != 0x7F }
      let keys = (1...1100).map { length in (0..<length).map { _ in random.element(of: bytes) } }
      let engine = ChoosingEngine(engine: "njs", algorithm: "jump")
      for seed in ["0", "18446744073709551615"] {
        try await Self.requests(
          engine, .equal(50), of: program, options: "options: { seed: \(seed) }\n", keys: keys)
      }
    }

    static func requests(
      _ engine: ChoosingEngine, _ shape: Shape, of program: Program, options: String = "",
      count: Int = Keys.count, keys: [[UInt8]]? = nil
    ) async throws {
      try await Backends.run(shape, .http) { plain in
        try await withTemporaryFolder { folder in
          var topology = plain
          topology.algorithm = engine.algorithm
          topology.lines = options
          let text = topology.document(key: .header)
          let document = try folder.write(text, to: "shop.yaml")
          let keys = keys ?? Array(Keys.make(for: .header, seed: 9).prefix(count))
          let chash = try Chash.find()
          let rows = try await chash.lookup(keys, in: document, folder, "--preference", "3")
          let empty = try await chash(
            "lookup", document, "--format", "tsv", "--preference", "3", "")
          let shown = topology.shownAddresses
          // A key without bytes is hashed as well.
          let last = String(decoding: empty, as: UTF8.self).split(whereSeparator: \.isWhitespace)
          let orders = try (rows + [last.map(String.init)]).map { cells in
            try cells.filter { !$0.isEmpty }.map { try #require(shown[$0]) }
          }
          let answers = try await Self.site(document, engine, program, folder) { front in
            try HTTPClient(front: front).ask(keys + [[]], by: .header)
          }
          #expect(answers.count == orders.count)
          let differences = zip(keys + [[]], zip(orders, answers)).compactMap { key, pair in
            let tries = Placement(key: key, order: pair.0).tries(refusing: topology.refusing)
            let end = tries.last ?? "none"
            let isAnswered = !topology.refusing.contains(end)
            let (got, status) = (pair.1, isAnswered ? 200 : 502)
            return got.status == status && got.tried == tries && (!isAnswered || got.body == end)
              ? nil : Difference(key: key, expected: "\(status) \(tries)", got: "\(got)")
          }
          expectNone(differences, of: keys.count, text)
          let deepest = answers.map(\.tried.count).max()
          #expect(deepest == min(3, topology.refusing.count + 1))
        }
      }
    }

    /// Runs the site that `chash` generates, which says in `X-Tried` which servers it tried.
    private static func site(
      _ document: String, _ engine: ChoosingEngine, _ program: Program, _ folder: TemporaryFolder,
      _ ask: @escaping @Sendable (IPv4Address) throws -> [Response]
    ) async throws -> [Response] {
      let host = IPv4Address(127, 0, 0, 2)
      let front = host.with(port: try LoopbackPorts.free(on: [host]))
      let site = folder["site.conf"]
      try await Chash.find()(
        "generate", "nginx", document, "--engine", engine.engine, "--part", "site", "--listen",
        "\(front)", "--output", site)
      return try await NginxProcess.withNginx(program, attempts: 1) { _ in
        (
          NginxBlocks(
            modules: try engine.modules(for: program),
            http: "add_header X-Tried $upstream_addr always;\ninclude \"\(site)\";\n"), ()
        )
      } _: { _, _ in
        try await blocking { try ask(front) }
      }
    }
  }
}
