/// The servers behind the front: one nginx that listens on all their addresses and answers each
/// request with the address it came to.
enum Backends {
  enum Transport: String, CaseIterable, Sendable {
    case http
    case stream
  }

  /// Runs the servers of a shape, except those that refuse.
  ///
  /// - Parameter settings: Directives of their `server { }`.
  static func run<Result: Sendable>(
    _ shape: Shape, _ transport: Transport, settings: String = "",
    _ body: (Topology) async throws -> Result
  ) async throws -> Result {
    try await NginxProcess.withNginx { folder in
      let count = shape.topology(0, folder).servers.count
      let port = try LoopbackPorts.free(on: (0..<count).map(Shape.address))
      let topology = shape.topology(port, folder)
      return (blocks(for: topology, transport, settings), topology)
    } _: { _, topology in
      try await body(topology)
    }
  }

  private static func blocks(for topology: Topology, _ transport: Transport, _ settings: String)
    -> NginxBlocks
  {
    let addresses = topology.servers.filter { !$0.refuses }.map(\.shown)
    let answer = transport == .http ? "return 200" : "return"
    let sockets = addresses.filter { $0.hasPrefix("unix:") }
      .map { "server { listen \($0); \(answer) \"$server_addr\"; }\n" }
    let listens = addresses.filter { !$0.hasPrefix("unix:") }.map { "  listen \($0);\n" }
    let server =
      "server {\n\(listens.joined())  \(settings)\n  \(answer) \"$server_addr:$server_port\";\n}\n"
    let servers = server + sockets.joined()
    return transport == .http ? NginxBlocks(http: servers) : NginxBlocks(stream: servers)
  }
}
