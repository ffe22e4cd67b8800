import Testing

/// What `balance hash` hashes of samples that are no text, and which type an expression has.
extension LiveServers {
  @Suite struct HAProxySamples {
    static let servers = 7

    @Test(arguments: [
      ("req.hdr_ip(x-key)", addresses), ("req.hdr_ip(x-key),ipmask(24)", addresses),
      ("req.hdr_ip(x-key,-1),ipmask(255.255.0.0)", addresses),
      ("req.hdr_ip(x-key),ipmask(16,64)", addresses + addressesIPv6),
      ("req.hdr_ip(x-key)", addressesIPv6), ("req.hdr_val(x-key)", numbers),
      ("req.hdr(x-key)", texts), ("req.hdr(x-key),lower", texts),
      ("req.hdr(x-key),length", (1..<100).map { String(repeating: "x", count: $0) }),
    ])
    func samplesInHeaders(expression: String, keys: [String]) async throws {
      try await compare(expression) { front, _ in
        let asked = keys
        let answers = try await blocking {
          try HTTPClient(front: front).ask(asked.map { Array($0.utf8) }, by: .header)
        }
        return (asked, answers)
      }
    }

    @Test(arguments: ["src", "src,ipmask(24)", "src,ipmask(30)"])
    func addressesOfClients(expression: String) async throws {
      try await compare(expression) { front, _ in
        let sources = Array(Keys.sources().prefix(200))
        let answers = try await blocking { try HTTPClient(front: front).ask(from: sources) }
        return (sources.map(\.host), answers)
      }
    }

    static let addresses = (0..<150).map { "10.\($0 * 7 % 256).\($0 * 13 % 256).\($0)" }
    static let addressesIPv6 = (1..<100).map { "2001:db8:\($0)::\($0)" }
    static let numbers = (0..<150).map { "\($0 * $0 * 7919)" }
    static let texts = (0..<150).map { "Key-\($0)" }

    /// Asks HAProxy, and `chash lookup` for the same configuration.
    ///
    /// A converter to a number changes what the key is, so such expressions are given its values.
    private func compare(
      _ expression: String,
      _ ask: @Sendable (IPv4Address, [String]) async throws -> (keys: [String], answers: [Response])
    ) async throws {
      try await Backends.run(.equal(Self.servers), .http) { topology in
        try await withTemporaryFolder { folder in
          let lines =
            ["balance hash \(expression)", "hash-type consistent"]
            + topology.servers.map { "server \($0.id) \($0.address)" }
          let (keys, answers) = try await HAProxyProcess.run(lines) { try await ask($0, lines) }
          let defaults =
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n"
          let file = try folder.write(
            defaults + "backend b\n" + lines.map { "  \($0)\n" }.joined(), to: "b.cfg")
          let values = keys.map { Self.value(of: expression, for: $0) }
          let list = try folder.write(values.joined(separator: "\n") + "\n", to: "keys")
          let output = try await Chash.find()(
            "lookup", "\(file)#b", "--keys", list, "--format", "tsv")
          let rows = String(decoding: output, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t").map(String.init)
          }
          try #require(rows.map { $0[0] } == values)
          let differences = zip(rows, answers).filter { $0[2] != $1.body }
          #expect(differences.isEmpty, "\(expression): \(differences.count) of \(keys.count)")
          #expect(Set(answers.map(\.body)).count == Self.servers || keys.count < 100)
        }
      }
    }

    /// What the converters make of a key.
    private static func value(of expression: String, for key: String) -> String {
      if expression.hasSuffix(",lower") { return key.lowercased() }
      return expression.hasSuffix(",length") ? String(key.utf8.count) : key
    }
  }
}
