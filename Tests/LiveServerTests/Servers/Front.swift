/// The nginx under test: it includes a generated upstream and passes everything on to it.
struct Front: Sendable {
  let address: IPv4Address
  private let process: NginxProcess

  /// Runs an http front, with a log of its own if asked for, which says in `X-Tried` which servers it tried for a request.
  static func http<Result: Sendable>(
    including upstream: String, of program: Program = .nginx,
    logging log: (format: String, file: String)? = nil, modules: String = "",
    _ body: (Front) async throws -> Result
  ) async throws -> Result {
    try await run(program, body) { address, _ in
      NginxBlocks(
        modules: modules,
        http: """
          include "\(upstream)";
          \(log.map { "log_format front '\($0.format)';" } ?? "")
          server {
            listen \(address);
            \(log.map { "access_log \"\($0.file)\" front;" } ?? "")
            location / {
              proxy_pass http://\(Topology.name);
              proxy_next_upstream error timeout;
              proxy_pass_request_headers off;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              add_header X-Tried $upstream_addr always;
            }
          }
          """)
    }
  }

  /// Runs a stream front, which logs which servers it tried for a session.
  static func stream<Result: Sendable>(
    including upstream: String, of program: Program = .nginx, _ body: (Front) async throws -> Result
  ) async throws -> Result {
    try await run(program, body) { address, folder in
      NginxBlocks(
        stream: """
          include "\(upstream)";
          log_format tried '$remote_addr $upstream_addr';
          access_log "\(folder[logName])" tried;
          server {
            listen \(address);
            proxy_pass \(Topology.name);
          }
          """)
    }
  }

  /// The servers that a stream front tried, in order, by the address of the client.
  ///
  /// nginx writes the line before it closes the session, so a client that has read to the end of its
  /// session finds it.
  func triedBySource() -> [String: [String]] {
    var tried: [String: [String]] = [:]
    for line in process.folder.text(of: Self.logName).split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { continue }
      let list = String(line[line.index(after: space)...])
      tried[String(line[..<space])] = ResponseReader.list(list)
    }
    return tried
  }

  private static let logName = "sessions.log"

  private static func run<Result: Sendable>(
    _ program: Program, _ body: (Front) async throws -> Result,
    blocks: (IPv4Address, TemporaryFolder) -> NginxBlocks
  ) async throws -> Result {
    try await NginxProcess.withNginx(program) { folder in
      let host = IPv4Address(127, 0, 0, 2)
      let address = host.with(port: try LoopbackPorts.free(on: [host]))
      return (blocks(address, folder), address)
    } _: { process, address in
      try await body(Front(address: address, process: process))
    }
  }
}
