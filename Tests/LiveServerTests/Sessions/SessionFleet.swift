import Foundation

/// Servers of an application at fixed addresses, and routers in front of them that come and go.
///
/// A server answers with its address. A session is lost when the server that answers is not the one that
/// answered before.
struct SessionFleet: Sendable {
  let port: UInt16
  let folder: TemporaryFolder
  let chash: Chash
  var algorithm = "nginx"
  var engine = "native"

  /// The name of the cluster.
  static let name = "shop"

  /// Reserves addresses for a number of servers, none of which runs yet.
  static func withFleet(
    of count: Int, algorithm: String = "nginx", engine: String = "native",
    _ body: (SessionFleet) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { folder in
      let port = try LoopbackPorts.free(on: (0..<count).map(Shape.address))
      try await body(
        SessionFleet(
          port: port, folder: folder, chash: try Chash.find(), algorithm: algorithm, engine: engine)
      )
    }
  }

  /// The address of a server.
  func address(_ index: Int) -> String { Shape.address(index).with(port: port).description }

  /// Runs servers.
  ///
  /// - Parameter answer: What `return` has; 444 closes connections without an answer.
  func running(
    _ servers: some Sequence<Int>, returning answer: String = #"200 "$server_addr:$server_port""#,
    _ body: () async throws -> Void
  ) async throws {
    let listens = servers.map { "  listen \(address($0));\n" }.joined()
    // One attempt: the addresses stay what they are.
    try await NginxProcess.withNginx(attempts: 1) { _ in
      (
        NginxBlocks(
          http: "server {\n\(listens)  return \(answer);\n}\n"), ()
      )
    } _: { _, _ in
      try await body()
    }
  }

  /// A document.
  ///
  /// - Parameters:
  ///   - servers: The nodes, with the fields of some besides id and address.
  ///   - session: The block of the session.
  func document(
    _ servers: [Int], _ fields: [Int: String] = [:], session: String = "{}"
  ) throws -> String {
    let nodes = servers.map { index in
      let more = fields[index].map { ", " + $0 } ?? ""
      return "  - { id: app-\(index), address: \(address(index))\(more) }\n"
    }
    let text =
      "name: \(Self.name)\nalgorithm: \(algorithm)\nkey: session\nsession: \(session)\nnodes:\n"
      + nodes.joined()
    return try folder.write(text, to: "shop-\(UInt64.random(in: 0 ... .max)).yaml")
  }

  /// Runs a router with the site that `chash` generates for a document.
  ///
  /// - Parameter settings: Directives of `http { }`.
  func routing<Result: Sendable>(
    _ document: String, with program: Program, settings: String = "",
    _ body: (HTTPClient) async throws -> Result
  ) async throws -> Result {
    let host = IPv4Address(127, 0, 0, 2)
    let front = host.with(port: try LoopbackPorts.free(on: [host]))
    let site = document + ".conf"
    try await chash(
      "generate", "nginx", document, "--part", "site", "--listen", "\(front)", "--output", site,
      "--engine", engine)
    let modules =
      switch engine {
      case "lua": try LuaModule.directives()
      case "njs": try ScriptModule.directives(for: program)
      default: ""
      }
    return try await NginxProcess.withNginx(program, attempts: 1) { _ in
      (NginxBlocks(modules: modules, http: "\(settings)\ninclude \"\(site)\";\n"), ())
    } _: { _, _ in
      try await body(HTTPClient(front: front))
    }
  }

  /// Where `chash` says that ids go: addresses, in the order of preference.
  func preferences(of ids: [String], in document: String, _ count: Int) async throws -> [[String]] {
    let keys = ids.map { Array($0.utf8) }
    let rows = try await chash.lookup(keys, in: document, folder, "--preference", "\(count)")
    return rows.map { row in
      row.compactMap { cell in
        cell.hasPrefix("app-") ? Int(cell.dropFirst(4)).map(address) : nil
      }
    }
  }

  /// Runs a router with the upstreams and the locations that `chash` generates, in a server of its own that
  /// logs ids, servers and times.
  func routing<Result: Sendable>(
    _ document: String, loggingTo log: String, _ body: (HTTPClient) async throws -> Result
  ) async throws -> Result {
    let host = IPv4Address(127, 0, 0, 2)
    let front = host.with(port: try LoopbackPorts.free(on: [host]))
    let (upstreams, server) = (document + ".conf", document + ".locations")
    try await chash("generate", "nginx", document, "--output", upstreams)
    try await chash("generate", "nginx", document, "--part", "server", "--output", server)
    return try await NginxProcess.withNginx(attempts: 1) { _ in
      let blocks = NginxBlocks(
        http: """
          include "\(upstreams)";
          log_format sessions '\(Self.logFormat)';
          server { listen \(front); access_log "\(log)" sessions; include "\(server)"; }

          """)
      return (blocks, ())
    } _: { _, _ in
      try await body(HTTPClient(front: front))
    }
  }

  /// The format of the log.
  static let logFormat = "$msec $shop_id $upstream_addr"

  /// The nodes that `chash` says ids go to, as addresses.
  func places(of ids: [String], in document: String) async throws -> [String] {
    try await chash.addresses(of: ids.map { Array($0.utf8) }, in: document, folder)
  }
}
