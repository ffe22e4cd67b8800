import Foundation
import Testing

/// HAProxy takes the servers of a template from SRV records, and sends keys where `chash --resolve` says.
extension LiveServers {
  @Suite struct HAProxyServicesTests {
    /// The weights of the records, of which HAProxy makes 1, 2, 3, 0 and 1.
    static let weights = [10, 300, 700, 0, 256]
    static let service = "_http._tcp.shop.live.test"

    /// More slots than records.
    static func lines(_ hashType: String) -> [String] {
      [
        "balance hdr(x-key)", hashType, "http-response set-header X-Tried %s",
        "server-template web \(weights.count + 2) \(service) resolvers dns resolve-prefer ipv4 init-addr none",
      ]
    }

    @Test(arguments: ["hash-type consistent", "hash-type map-based"])
    func keysGoWhereTheRecordsSay(hashType: String) async throws {
      try await compare(hashType, .haproxy)
    }

    @Test(.needs(.haproxy28)) func alsoOfALaterVersion() async throws {
      try await compare("hash-type consistent", .haproxy28)
    }

    private func compare(_ hashType: String, _ program: Program) async throws {
      try await Backends.run(.equal(Self.weights.count), .http) { topology in
        try await withTemporaryFolder { folder in
          let hosts = topology.servers.map { String($0.address.prefix { $0 != ":" }) }
          let port = topology.servers[0].address.split(separator: ":")[1]
          let addresses = hosts.indices.map { "h\($0).live.test. 60 IN A \(hosts[$0])\n" }
          let targets = Self.weights.enumerated().map { index, weight in
            "\(Self.service). 60 IN SRV 10 \(weight) \(port) h\(index).live.test.\n"
          }
          let records = try folder.write((addresses + targets).joined(), to: "records")
          // A comma separates values of a header, so that it alone is no key.
          let keys = Array(
            Keys.make(for: .header, seed: 5).filter { !$0.contains(0x09) && $0 != [0x2C] }
              .prefix(4_000))
          try await DNSServer.run(records, in: folder) { dns in
            let resolvers = """
              resolvers dns
                nameserver a \(dns)
                hold valid 60s
                timeout resolve 100ms
                timeout retry 100ms
              """
            let answers = try await HAProxyProcess.run(
              Self.lines(hashType), sections: resolvers, of: program
            ) { front in
              try await Self.waitUntilResolved(front, keys)
              return try await blocking { try HTTPClient(front: front).ask(keys, by: .header) }
            }
            // HAProxy decides which slot takes which record; the one without weight has the slot that is left.
            var hostOfSlot: [Int: String] = [:]
            for answer in answers {
              let slot = try #require(answer.tried.first?.dropFirst("web".count))
              hostOfSlot[try #require(Int(slot))] = String(answer.body.prefix { $0 != ":" })
            }
            let idle = try #require(Self.weights.firstIndex(of: 0))
            let free = try #require((1...Self.weights.count).first { hostOfSlot[$0] == nil })
            hostOfSlot[free] = hosts[idle]
            let order = try (1...Self.weights.count).map { slot in
              let host = try #require(hostOfSlot[slot])
              return try #require(hosts.firstIndex(of: host))
            }
            #expect(Set(order).count == order.count)
            let sorted = try folder.write(
              (addresses + order.map { targets[$0] }).joined(), to: "sorted")
            let file = try folder.write(
              """
              \(resolvers)
              listen live
                mode http
              \(Self.lines(hashType).map { "  \($0)" }.joined(separator: "\n"))

              """, to: "haproxy.cfg")
            let predicted = try await Chash.find().lookup(
              keys, in: file, folder, "--resolve", sorted)
            let differences = zip(keys, zip(predicted, answers)).compactMap { key, pair in
              pair.0[0] == pair.1.tried.first
                ? nil : Difference(key: key, expected: "\(pair.0)", got: "\(pair.1.tried)")
            }
            expectNone(differences, of: keys.count, "\(hashType), \(program)")
            #expect(hostOfSlot.count == Self.weights.count)
          }
        }
      }
    }

    /// Waits until HAProxy has all servers that get keys.
    private static func waitUntilResolved(_ front: IPv4Address, _ keys: [[UInt8]]) async throws {
      let deadline = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < deadline {
        let answers = try await blocking {
          try HTTPClient(front: front).ask(Array(keys.prefix(400)), by: .header)
        }
        let bodies = Set(answers.filter { $0.status == 200 }.map(\.body))
        if bodies.count == weights.count(where: { $0 > 0 }) { return }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}
