import Testing

/// Envoy sends keys where `chash --resolve` says, with names that both have from the same file.
extension LiveServers {
  @Suite(.needs(.envoy)) struct EnvoyNames {
    /// A name with three addresses, one with one address, and an endpoint that is an address.
    @Test(arguments: ["RING_HASH", "MAGLEV"], ["AUTO", "V4_ONLY", "ALL"])
    func everyAddressIsAHost(policy: String, family: String) async throws {
      try await Backends.run(.equal(5), .http) { topology in
        try await withTemporaryFolder { folder in
          let hosts = topology.servers.map { String($0.address.prefix { $0 != ":" }) }
          let port = String(topology.servers[0].address.split(separator: ":")[1])
          let records = try folder.write(
            [("a", 0), ("a", 3), ("b", 1), ("a", 2)]
              .map { "\($0).live.test. 60 IN A \(hosts[$1])\n" }.joined(), to: "records")
          let keys = Array(Keys.make(for: .header, seed: 7).prefix(3_000))
          try await DNSServer.run(records, in: folder) { dns in
            let types = "type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3"
            func endpoint(_ name: String) -> String {
              "  - endpoint: { address: { socket_address: { address: \(name), port_value: \(port) } } }"
            }
            let bootstrap = EnvoyBootstrap(
              cluster: [
                "type: STRICT_DNS", "lb_policy: \(policy)", "dns_lookup_family: \(family)",
                "typed_dns_resolver_config:", "  name: cares", "  typed_config:",
                "    \"@type\": \(types).CaresDnsResolverConfig",
                "    resolvers: [{ socket_address: { address: \(dns.host), port_value: \(dns.port) } }]",
                "load_assignment:", "  cluster_name: \(Topology.name)", "  endpoints:",
                "  - lb_endpoints:",
              ]
                + [
                  endpoint("a.live.test"), "    load_balancing_weight: 2", endpoint("b.live.test"),
                  endpoint(hosts[4]), "    load_balancing_weight: 3",
                ].map { "  " + $0 },
              hashPolicy: "header: { header_name: x-key }")
            let (answers, file) = try await EnvoyProcess.run(bootstrap, in: folder) { front, file in
              // Envoy starts when the first name has an address.
              let some = Array(keys.prefix(400))
              for _ in 0..<400 {
                let answering = Set(try await Self.ask(front, some).map(\.body))
                if answering.count == hosts.count { break }
                try await Task.sleep(for: .milliseconds(50))
              }
              return (try await Self.ask(front, keys), file)
            }
            let predicted = try await Chash.find().lookup(
              keys, in: "\(file)#\(Topology.name)", folder, "--resolve", records)
            let differences = zip(keys, zip(predicted, answers)).compactMap { key, pair in
              pair.0.last == pair.1.body
                ? nil : Difference(key: key, expected: "\(pair.0)", got: pair.1.body)
            }
            expectNone(differences, of: keys.count, folder.text(of: "envoy.yaml"))
            #expect(Set(answers.map(\.body)).count == hosts.count)
          }
        }
      }
    }

    private static func ask(_ front: IPv4Address, _ keys: [[UInt8]]) async throws -> [Response] {
      try await blocking { try HTTPClient(front: front, pipelined: 1).ask(keys, by: .header) }
    }
  }
}
