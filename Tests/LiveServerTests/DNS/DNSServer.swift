import Foundation

/// A server of DNS of the tests' own, which answers from a file of records as `dig` prints them.
enum DNSServer {
  enum Failure: Error, CustomStringConvertible {
    case noSource

    var description: String { "dns-answers.py is not among the resources of these tests" }
  }

  /// Runs a server for as long as the closure takes.
  static func run<Result: Sendable>(
    _ records: String, in folder: TemporaryFolder, _ body: (IPv4Address) async throws -> Result
  ) async throws -> Result {
    guard
      let source = Bundle.module.url(forResource: "DNSProgram/dns-answers", withExtension: "py")
    else { throw Failure.noSource }
    let host = IPv4Address(127, 0, 0, 14)
    let address = host.with(port: try LoopbackPorts.free(on: [host]))
    return try await ServerProcess.run(
      Program("python3"),
      ["-B", source.path, address.host, "\(address.port)", records, folder["dns.ready"]],
      until: { folder.text(of: "dns.ready") == "ready" }
    ) {
      try await body(address)
    }
  }
}
