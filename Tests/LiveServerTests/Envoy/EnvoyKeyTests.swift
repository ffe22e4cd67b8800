import Testing

/// Where Envoy takes keys from.
extension LiveServers {
  @Suite(.needs(.envoy)) struct EnvoyKeys {
    static let shape = EnvoyShape(
      "weights", weights: [1, 2, 3, 1, 1], policy: ["lb_policy: RING_HASH"])

    @Test(arguments: [
      (RequestKey.cookie, "cookie: { name: sid }"),
      (.argument, "query_parameter: { name: k }"), (.uri, "header: { header_name: \":path\" }"),
    ])
    func partsOfRequests(source: RequestKey, policy: String) async throws {
      try await EnvoyTrial(shape: Self.shape, hashPolicy: policy).compare(by: source)
    }

    @Test func addressesOfClients() async throws {
      let sources = Array(Keys.sources().prefix(EnvoyTrial.count))
      let trial = EnvoyTrial(
        shape: Self.shape, hashPolicy: "connection_properties: { source_ip: true }")
      try await trial.compare(sources.map { Array($0.host.utf8) }) { front in
        try HTTPClient(front: front).ask(from: sources)
      }
    }
  }
}
