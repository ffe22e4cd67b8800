import ProxyProfiles
import Testing

/// HAProxy 2.8 sends keys where the profiles of 2.6 say.
extension LiveServers {
  @Suite(.needs(.haproxy28)) struct HAProxyVersions {
    static let shapes = [
      Shape("weights up to 256", weights: [100, 50, 200, 256, 0]),
      Shape("two of six draining", weights: [1, 3, 1, 2, 1, 1], draining: [1, 4]),
    ]

    @Test(arguments: shapes)
    func consistentHashing(shape: Shape) async throws {
      try await HAProxyTrial.compare(
        shape, .haproxyConsistent, lines: ["hash-type consistent"], of: .haproxy28)
    }

    @Test(arguments: shapes)
    func mapBasedHashing(shape: Shape) async throws {
      try await HAProxyTrial.compare(
        shape, .haproxyMap, lines: ["hash-type map-based"], of: .haproxy28)
    }

    @Test(arguments: [("sdbm", ""), ("djb2", "avalanche"), ("wt6", ""), ("crc32", "avalanche")])
    func hashFunctions(function: String, modifier: String) async throws {
      try await HAProxyTrial.compare(
        .equal(5), .haproxyConsistent,
        options: ["hash": function, "avalanche": modifier.isEmpty ? "off" : "on"],
        lines: ["hash-type consistent \(function) \(modifier)"], isIdentified: true, of: .haproxy28)
    }

    @Test func redispatch() async throws {
      try await HAProxyTrial.compare(
        Shape("two of six refuse", weights: [1, 2, 1, 3, 1, 1], refusing: [1, 3]),
        .haproxyConsistent,
        lines: ["hash-type consistent", "retries 2", "option redispatch 1"], of: .haproxy28)
    }
  }
}
