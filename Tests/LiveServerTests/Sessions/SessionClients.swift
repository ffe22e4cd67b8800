/// Clients with cookies of their own, and with a record of the server that has their session.
struct SessionClients {
  /// A client.
  struct Client {
    /// The cookie `route` that it has.
    var cookie: String?
    /// The server that answered its last request.
    var server: String?

    /// The id in the cookie.
    var id: String? { cookie.map { String($0.prefix { $0 != "." }) } }
    /// The name of the server in the cookie.
    var token: String? {
      cookie.flatMap { $0.split(separator: ".").dropFirst().first.map(String.init) }
    }
  }

  /// What one round of requests brought.
  struct Round: Equatable {
    /// Clients that another server answered than before.
    var moved: [Int] = []
    /// Clients that got a cookie.
    var renewed: [Int] = []
    /// Answers that were not 200.
    var failed: [Int] = []
  }

  private(set) var clients: [Client]

  init(_ count: Int) { clients = Array(repeating: Client(), count: count) }

  /// Each client sends a request.
  ///
  /// - Parameters:
  ///   - posting: Whether every second one has a body.
  ///   - postingAll: Whether all have.
  mutating func ask(
    _ router: HTTPClient, posting: Bool = false, postingAll: Bool = false
  ) async throws -> Round {
    let requests = clients.enumerated().map { index, client in
      Self.request(
        cookie: client.cookie, isPost: postingAll || posting && index.isMultiple(of: 2))
    }
    let answers = try await blocking { try router.ask(requests) }
    var round = Round()
    for (index, answer) in answers.enumerated() {
      for cookie in answer.cookies where cookie.hasPrefix("route=") {
        clients[index].cookie = String(cookie.dropFirst(6).prefix { $0 != ";" })
        round.renewed.append(index)
      }
      guard answer.status == 200 else {
        round.failed.append(index)
        continue
      }
      if let server = clients[index].server, server != answer.body { round.moved.append(index) }
      clients[index].server = answer.body
    }
    return round
  }

  static func request(cookie: String?, isPost: Bool = false) -> [UInt8] {
    let body = isPost ? "a=1&b=2" : ""
    let cookie = cookie.map { "Cookie: a=1; route=\($0); z=2\r\n" } ?? ""
    let length = isPost ? "Content-Length: \(body.utf8.count)\r\n" : ""
    return Array(
      "\(isPost ? "POST" : "GET") / HTTP/1.1\r\nHost: live\r\n\(cookie)\(length)\r\n\(body)".utf8)
  }
}
