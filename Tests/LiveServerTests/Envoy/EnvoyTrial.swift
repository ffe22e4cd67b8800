import Testing

/// One cluster in one bootstrap: what Envoy does with it, and what `chash` says about it.
struct EnvoyTrial {
  var shape: EnvoyShape
  /// The item of the route's `hash_policy`.
  var hashPolicy = "header: { header_name: x-key }"
  /// Further lines of the route.
  var route: [String] = []

  /// How many keys are driven.
  static let count = 3_000

  /// Asks Envoy about keys that requests carry, and expects what `chash` says.
  func compare(
    by source: RequestKey = .header, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    // Envoy takes no other bytes in the target of a request.
    let isASCII = source == .argument || source == .uri
    let all = Keys.make(for: source).filter { !isASCII || $0.allSatisfy { $0 < 0x80 } }
    let keys = Array(all.prefix(Self.count))
    try await compare(keys, sourceLocation: sourceLocation) { front in
      // Envoy closes a connection whose requests come in while two answers wait to be sent.
      try HTTPClient(front: front, pipelined: 1).ask(keys, by: source)
    }
  }

  /// Asks Envoy about keys, and expects what `chash` says about the same bootstrap.
  ///
  /// - Parameters:
  ///   - keys: The keys.
  ///   - sourceLocation: Where it is reported if something differs.
  ///   - ask: Asks an address about the keys.
  func compare(
    _ keys: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation,
    asking ask: @escaping @Sendable (_ front: IPv4Address) throws -> [Response]
  ) async throws {
    try await Backends.run(shape.servers, .http) { topology in
      let addresses = topology.servers.map(\.address)
      let addressesOf = { (places: Set<Int>) in Set(places.map { addresses[$0] }) }
      let bootstrap = EnvoyBootstrap(
        cluster: shape.cluster(at: addresses), hashPolicy: hashPolicy, route: route)
      try await withTemporaryFolder { folder in
        let (answers, file) = try await EnvoyProcess.run(bootstrap, in: folder) { front, file in
          (try await blocking { try ask(front) }, file)
        }
        let expected = try await places(of: keys, in: file, topology, folder)
        expectSame(
          answers, expected, keys, folder.text(of: "envoy.yaml"), sourceLocation: sourceLocation)
        let answering = Set(answers.map(\.body))
        let (used, busy) = (addressesOf(shape.used), addressesOf(shape.busy))
        #expect(answering.isSubset(of: used), sourceLocation: sourceLocation)
        #expect(answering.isSuperset(of: busy), sourceLocation: sourceLocation)
      }
    }
  }

  /// The addresses that answer: where the keys go, or the first of their preference that does not refuse.
  private func places(
    of keys: [[UInt8]], in file: String, _ topology: Topology, _ folder: TemporaryFolder
  ) async throws -> [String] {
    let (chash, cluster) = (try Chash.find(), "\(file)#\(Topology.name)")
    guard !shape.refusing.isEmpty else {
      return try await chash.addresses(of: keys, in: cluster, folder)
    }
    let tried = "\(shape.refusing.count + 1)"
    // Without hash keys, the ids of the hosts are their addresses.
    return try await chash.lookup(keys, in: cluster, folder, "--preference", tried).map { ids in
      ids.first { !topology.refusing.contains($0) } ?? "none of \(ids)"
    }
  }

  private func expectSame(
    _ answers: [Response], _ expected: [String], _ keys: [[UInt8]], _ document: String,
    sourceLocation: SourceLocation
  ) {
    #expect(answers.count == keys.count, sourceLocation: sourceLocation)
    #expect(expected.count == keys.count, sourceLocation: sourceLocation)
    var differences: [Difference] = []
    for (key, (answer, address)) in zip(keys, zip(answers, expected))
    where answer.status != 200 || answer.body != address {
      differences.append(
        Difference(key: key, expected: address, got: "\(answer.status) \(answer.body)"))
    }
    expectNone(differences, of: keys.count, document, sourceLocation: sourceLocation)
  }
}
