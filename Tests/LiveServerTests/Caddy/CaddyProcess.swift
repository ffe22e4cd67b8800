import Foundation

/// A Caddy of the tests' own: one process in the foreground, without its administration.
enum CaddyProcess {
  /// Runs a Caddy that passes what comes to an address on to upstreams.
  ///
  /// - Parameters:
  ///   - upstreams: Their addresses as Caddy dials them.
  ///   - policy: The selection policy.
  ///   - body: Asks the address.
  static func run<Result: Sendable>(
    _ upstreams: [String], policy: [String: String], _ body: (IPv4Address) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let (host, control) = (IPv4Address(127, 0, 0, 12), IPv4Address(127, 0, 0, 13))
      let front = host.with(port: try LoopbackPorts.free(on: [host]))
      let ready = control.with(port: try LoopbackPorts.free(on: [control]))
      let proxy: [String: Any] = [
        "handler": "reverse_proxy", "upstreams": upstreams.map { ["dial": $0] },
        // An upstream that refused is passed over from then on.
        "health_checks": ["passive": ["fail_duration": "1h"]],
        "load_balancing": ["selection_policy": policy, "retries": upstreams.count],
      ]
      let word: [String: Any] = ["handler": "static_response", "body": folder.word]
      let servers = ["front": server(at: front, proxy), "ready": server(at: ready, word)]
      let log: [String: Any] = [
        "level": "ERROR", "writer": ["output": "file", "filename": folder["caddy.log"]],
        // Refused connections are said at each.
        "exclude": ["http.handlers.reverse_proxy", "http.log.error"],
      ]
      let config: [String: Any] = [
        "admin": ["disabled": true, "config": ["persist": false]],
        "logging": ["logs": ["default": log]], "apps": ["http": ["servers": servers]],
      ]
      let bytes = try JSONSerialization.data(withJSONObject: config, options: [.sortedKeys])
      let file = try folder.write(Array(bytes), to: "caddy.json")
      return try await ServerProcess.run(
        .caddy, ["run", "--config", file], log: { folder.text(of: "caddy.log") },
        until: { await HTTPClient.doesAnswer(folder.word, at: ready) }
      ) {
        try await body(front)
      }
    }
  }

  private static func server(at address: IPv4Address, _ handler: [String: Any]) -> [String: Any] {
    [
      "listen": [address.description], "protocols": ["h1"], "automatic_https": ["disable": true],
      "routes": [["handle": [handler]]],
    ]
  }
}
