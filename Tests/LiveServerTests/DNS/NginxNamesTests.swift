import Foundation
import Testing

/// nginx sends keys where `chash --resolve` says, with names that nginx resolves while it runs: both have
/// their answers from the same file.
extension LiveServers {
  @Suite(.needs(.nginx131)) struct NginxNames {
    /// How many keys are driven.
    static let count = 4_000

    /// Names, in records and in lines of an upstream.
    ///
    /// A target in capitals, one of weight 0, one with two addresses, and one that is no more than a backup.
    static func records(_ topology: Topology) -> String {
      let hosts = topology.servers.map { server in
        String(server.address.prefix { $0 != ":" })
      }
      let port = topology.servers[0].address.split(separator: ":")[1]
      let addresses = [
        ("a", 0), ("b", 1), ("c", 2), ("c", 3), ("d", 4),
      ].map { "\($0).live.test. 60 IN A \(hosts[$1])\n" }
      let targets = ["10 1 \(port) A", "10 3 \(port) b", "10 0 \(port) c", "20 2 \(port) d"]
        .map { "_http._tcp.shop.live.test. 60 IN SRV \($0).live.test.\n" }
      return (addresses + targets).joined()
    }

    static let service = "server shop.live.test service=http resolve%;\n"

    @Test(arguments: ["", " weight=2"])
    func ringsHoldTargetsOfServices(weight: String) async throws {
      try await compare("hash $http_x_key consistent;") { topology in
        Self.service.replacing("%", with: weight) + "server \(topology.servers[5].address);\n"
      }
    }

    @Test(arguments: ["hash $http_x_key;", "hash $http_x_key consistent;"])
    func resolvedNamesComeLast(method: String) async throws {
      try await compare(method) { topology in
        let port = topology.servers[0].address.split(separator: ":")[1]
        return
          "server c.live.test:\(port) resolve;\nserver \(topology.servers[5].address) weight=2;\n"
          + "server a.live.test:\(port) resolve weight=3;\n"
      }
    }

    /// Asks nginx and `chash` about the same keys.
    private func compare(
      _ method: String, sourceLocation: SourceLocation = #_sourceLocation,
      _ lines: @escaping (Topology) -> String
    ) async throws {
      try await Backends.run(.equal(6), .http) { topology in
        try await withTemporaryFolder { folder in
          let records = try folder.write(Self.records(topology), to: "records")
          let keys = Array(
            Keys.make(for: .header, seed: 3).filter { !$0.contains(0x09) }.prefix(Self.count))
          try await DNSServer.run(records, in: folder) { dns in
            let upstream = """
              upstream \(Topology.name) {
                zone names 256k;
                \(method)
                \(lines(topology))
              }

              """
            let file = try folder.write(
              "http {\nresolver \(dns) ipv6=off;\n\(upstream)}\n", to: "nginx.conf")
            let included = try folder.write(
              "resolver \(dns) ipv6=off;\n\(upstream)", to: "upstream.conf")
            let predicted = try await Chash.find().lookup(
              keys, in: file, folder, "--resolve", records)
            let possible = predicted.map { Self.answers($0[1], topology) }
            let expected = Set(possible.joined())
            let answers = try await Front.http(including: included, of: .nginx131) { front in
              try await Self.waitUntilResolved(front, keys, answers: expected)
              return try await blocking {
                try HTTPClient(front: front.address).ask(keys, by: .header)
              }
            }
            let differences = zip(keys, zip(possible, answers)).compactMap { key, pair in
              pair.0.contains(pair.1.body)
                ? nil
                : Difference(key: key, expected: "\(pair.0)", got: pair.1.body)
            }
            expectNone(
              differences, of: keys.count, upstream, sourceLocation: sourceLocation)
            #expect(Set(answers.map(\.body)) == expected, sourceLocation: sourceLocation)
          }
        }
      }
    }

    /// Whom an address of the prediction may reach: those of a name take turns.
    private static func answers(_ predicted: String, _ topology: Topology) -> [String] {
      let shown = topology.servers.map(\.shown)
      switch predicted.prefix(while: { $0 != ":" }) {
      case "a.live.test": return [shown[0]]
      case "b.live.test": return [shown[1]]
      case "c.live.test": return [shown[2], shown[3]]
      case "d.live.test": return [shown[4]]
      default: return [predicted]
      }
    }

    /// Waits until nginx has all servers.
    private static func waitUntilResolved(
      _ front: Front, _ keys: [[UInt8]], answers expected: Set<String>
    ) async throws {
      let deadline = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < deadline {
        let answers = try await blocking {
          try HTTPClient(front: front.address).ask(Array(keys.prefix(400)), by: .header)
        }
        if Set(answers.map(\.body)).isSuperset(of: expected) { return }
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }
}
