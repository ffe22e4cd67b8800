/// Where a request carries its key, and how a cluster document writes that.
enum RequestKey: String, CaseIterable, Sendable {
  case header = "header:x-key"
  case cookie = "cookie:sid"
  case argument = "arg:k"
  case uri
  case remoteAddress = "remote-addr"
  /// No key in the request.
  case none = ""

  /// The sources that are part of a request, so that one connection can carry many keys.
  static let inRequests: [Self] = [.header, .cookie, .argument, .uri]

  /// The request for a key, whose bytes are sent as they are.
  func request(for key: [UInt8]) -> [UInt8] {
    let host = "Host: live\r\n"
    switch self {
    case .header: return Array("GET / HTTP/1.1\r\n\(host)X-Key: ".utf8) + key + Self.end
    case .cookie:
      // Other cookies around it must not matter.
      return Array("GET / HTTP/1.1\r\n\(host)Cookie: a=1; sid=".utf8) + key + Array("; z=2".utf8)
        + Self.end
    case .argument:
      // Nor other arguments, and of several with the name the first counts.
      return Array("GET /path?a=1&k=".utf8) + key
        + Array("&k=second&z=2 HTTP/1.1\r\n\(host)".utf8) + Self.newline
    case .uri: return Array("GET ".utf8) + key + Array(" HTTP/1.1\r\n\(host)".utf8) + Self.newline
    case .remoteAddress, .none: return Array("GET / HTTP/1.1\r\n\(host)\r\n".utf8)
    }
  }

  /// The printable ASCII characters that may not stand in a key here.
  ///
  /// They would end the key (or, in a path, be read as something else); spaces are never used.
  var excluded: Set<UInt8> {
    switch self {
    case .header, .remoteAddress, .none: []
    case .cookie: Set(";,".utf8)
    case .argument: Set("&#".utf8)
    case .uri: Set("#%".utf8)
    }
  }

  private static let newline = Array("\r\n".utf8)
  private static let end = Array("\r\n\r\n".utf8)
}
