import Foundation
import Testing

/// Cookies that a proxy gave, and what `chash explain-cookie` says about them.
struct CookieTrial {
  /// The name of the cookie.
  let name: String
  /// What to ask `chash` about.
  let cluster: String
  /// Further arguments.
  var options: [String] = []

  /// Asks a proxy as new clients do, and compares the server of each answer with the one that `chash` says the
  /// cookie names; then again with the cookies.
  ///
  /// - Returns: The cookies by the server that gave them.
  @discardableResult
  func compare(_ front: IPv4Address, count: Int = 20, cookie: String? = nil) async throws
    -> [String: String]
  {
    let sent = cookie
    let request = request(sent)
    let answers = try await blocking {
      try HTTPClient(front: front, connections: 1).ask(Array(repeating: request, count: count))
    }
    var cookies: [String: String] = [:]
    for answer in answers {
      #expect(answer.status == 200)
      for cookie in answer.cookies where cookie.hasPrefix("\(name)=") {
        let value = String(cookie.dropFirst(name.utf8.count + 1).prefix { $0 != ";" })
        // An empty cookie takes the client's away.
        if !value.isEmpty { cookies[answer.body] = value }
      }
    }
    for (server, value) in cookies {
      let said = try await explained(value)
      #expect(said == server, "\(value)")
      let again = self.request("\(name)=\(value)")
      let kept = try await blocking {
        try HTTPClient(front: front, connections: 1).ask(Array(repeating: again, count: 5))
      }
      #expect(kept.allSatisfy { $0.body == server }, "the proxy reads the cookie as chash does")
    }
    return cookies
  }

  private func request(_ cookie: String?) -> [UInt8] {
    Array(
      "GET / HTTP/1.1\r\nHost: live\r\n\(cookie.map { "Cookie: \($0)\r\n" } ?? "")\r\n".utf8)
  }

  /// The address of the server that a cookie names.
  func explained(_ value: String) async throws -> String? {
    let server = try await answer(value)["server"] as? [String: Any]
    return server?["address"] as? String
  }

  /// What a part of a cookie means.
  func meaning(of part: String, in value: String) async throws -> String? {
    let parts = try await answer(value)["parts"] as? [[String: String]]
    return parts?.first { $0["name"] == part }?["meaning"]
  }

  /// What `chash` says about a cookie.
  private func answer(_ value: String) async throws -> [String: Any] {
    let output = try await Chash.find()(
      ["explain-cookie", cluster, "\(name)=\(value)", "--format", "json"] + options)
    let answer = try JSONSerialization.jsonObject(with: Data(output))
    return try #require(answer as? [String: Any])
  }
}
