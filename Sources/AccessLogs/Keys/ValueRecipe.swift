/// How a value of a request is found in a log that has it, or something that contains it.
struct ValueRecipe: Hashable, Sendable {
  /// What is done with a text to get a part of it.
  enum Step: Hashable, Sendable {
    /// The address of `address:port`.
    case address
    /// What is before the last colon: the address of HAProxy's `address:port`, also of IPv6.
    case beforePort
    /// The target of a request line.
    case target
    /// The target if the text is a request line or a URL, the text itself otherwise.
    case targetIfRequest
    case query
    /// What is before the query of a target.
    case path
    case argument([UInt8])
    /// The argument if the text is a request line, a URL or a target with a query, the text itself otherwise.
    case argumentIfRequest([UInt8])
    case cookie([UInt8])
    /// The cookie if the text is a header with it, the text itself otherwise.
    case cookieIfHeader([UInt8])

    /// Bytes without which a text is its own part; nil if it may not be.
    var marks: [UInt8]? {
      switch self {
      case .targetIfRequest: [UInt8(ascii: " "), UInt8(ascii: ":")]
      case .argumentIfRequest: [UInt8(ascii: " "), UInt8(ascii: "/")]
      case .cookieIfHeader: [UInt8(ascii: "=")]
      case .path: [UInt8(ascii: "?")]
      case .address, .beforePort, .target, .query, .argument, .cookie: nil
      }
    }

    /// A copy that shares no memory with this.
    func separate() -> Step {
      switch self {
      case .argument(let name): .argument(name.span.array)
      case .argumentIfRequest(let name): .argumentIfRequest(name.span.array)
      case .cookie(let name): .cookie(name.span.array)
      case .cookieIfHeader(let name): .cookieIfHeader(name.span.array)
      case .address, .beforePort, .target, .targetIfRequest, .query, .path: self
      }
    }
  }

  /// The name of the value in the log.
  let column: String
  let steps: [Step]

  /// The recipes for a value by its variable, the most direct first.
  static func all(for variable: String) -> [ValueRecipe] {
    var recipes = [ValueRecipe(column: variable, steps: [])]
    func add(_ column: String, _ steps: Step...) {
      recipes.append(ValueRecipe(column: column, steps: steps))
    }
    func name(after prefix: String) -> [UInt8]? {
      variable.hasPrefix(prefix) ? Array(variable.utf8.dropFirst(prefix.utf8.count)) : nil
    }
    if let argument = name(after: "arg_") {
      add("args", .argument(argument))
      add("query_string", .argument(argument))
      add("request_uri", .query, .argument(argument))
      add("request", .target, .query, .argument(argument))
    } else if let cookie = name(after: "cookie_") {
      add("http_cookie", .cookie(cookie))
      add("captured_request_cookie", .cookie(cookie))
    }
    switch variable {
    case "remote_addr":
      recipes = [ValueRecipe(column: variable, steps: [.address])]
      add("client", .beforePort, .address)
    case "client": add("remote_addr", .address)
    case "binary_remote_addr":
      recipes = [ValueRecipe(column: "remote_addr", steps: [.address])]
      add("client", .beforePort, .address)
    case "request_uri": add("request", .target)
    case "path":
      recipes = [ValueRecipe(column: "request_uri", steps: [.path])]
      add("request", .target, .path)
    case "proxy_protocol_addr": recipes = [ValueRecipe(column: variable, steps: [.address])]
    // http and stream have the server name of TLS in variables of their own.
    case "ssl_server_name": add("ssl_preread_server_name")
    case "ssl_preread_server_name": add("ssl_server_name")
    case "args", "query_string":
      add(variable == "args" ? "query_string" : "args")
      add("request_uri", .query)
      add("request", .target, .query)
    default: break
    }
    return recipes
  }

  /// The variable that a log needs for a value, for messages.
  static func logged(_ variable: String) -> String {
    variable == "path" ? "request_uri" : variable
  }

  /// Names that columns of JSON and CSV have for a value.
  static func otherNames(for variable: String) -> [ValueRecipe] {
    func names(_ names: [String], _ steps: Step...) -> [ValueRecipe] {
      names.map { ValueRecipe(column: $0, steps: steps) }
    }
    switch variable {
    case "remote_addr", "binary_remote_addr":
      return names(
        [
          "client_ip", "clientip", "client", "remote_ip", "ip", "src_ip", "source_ip",
          "request.client_ip", "request.remote_ip",
        ], .address)
    case "request_uri":
      return names(["uri", "url", "target", "path", "request.uri"], .targetIfRequest)
    case "path":
      return names(["uri", "url", "target", "path", "request.uri"], .targetIfRequest, .path)
    case "ssl_server_name", "ssl_preread_server_name":
      return names(["sni", "tls_server_name", "requested_server_name", "request.tls.server_name"])
    default: break
    }
    for prefix in ["cookie_", "arg_", "http_"] where variable.hasPrefix(prefix) {
      let name = String(decoding: variable.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
      let dashed = String(name.map { $0 == "_" ? "-" : $0 })
      var found = names(prefix == "http_" ? [name, dashed] : [name])
      if prefix == "arg_" {
        let argument = Array(name.utf8)
        found += names(["uri", "url", "target", "request.uri"], .query, .argument(argument))
      }
      if prefix == "cookie_" {
        found += names(
          ["cookie", "cookies", "request.headers.Cookie.0"], .cookie(Array(name.utf8)))
      }
      return found
    }
    return []
  }

  /// The part of a text that the user named which is the value.
  static func part(for variable: String?) -> [Step] {
    guard let variable else { return [] }
    func name(after prefix: String) -> [UInt8]? {
      variable.hasPrefix(prefix) ? Array(variable.utf8.dropFirst(prefix.utf8.count)) : nil
    }
    if ["remote_addr", "binary_remote_addr", "proxy_protocol_addr"].contains(variable) {
      return [.address]
    }
    if variable == "path" { return [.targetIfRequest, .path] }
    if variable == "request_uri" { return [.targetIfRequest] }
    if let argument = name(after: "arg_") { return [.argumentIfRequest(argument)] }
    if let cookie = name(after: "cookie_") { return [.cookieIfHeader(cookie)] }
    return []
  }
}

extension ValueRecipe.Step {
  /// The part of a text; nil if the text does not have it.
  ///
  /// - Parameter ignoringCase: Whether names of arguments and cookies differ by more than case, as in nginx.
  func part(of text: Span<UInt8>, ignoringCase: Bool) -> Range<Int>? {
    switch self {
    case .address: AddressText.address(in: text)
    case .beforePort: AddressText.beforePort(text)
    case .target: RequestText.target(in: text)
    case .targetIfRequest:
      RequestText.isURL(text)
        ? RequestText.target(ofURL: text) : RequestText.target(in: text) ?? 0..<text.count
    case .query: RequestText.query(in: text)
    case .path: RequestText.path(in: text)
    case .argument(let name): RequestText.argument(name.span, in: text, ignoringCase: ignoringCase)
    case .argumentIfRequest(let name): Self.argument(name, in: text, ignoringCase: ignoringCase)
    case .cookie(let name): RequestText.cookie(name.span, in: text, ignoringCase: ignoringCase)
    case .cookieIfHeader(let name):
      RequestText.cookie(name.span, in: text, ignoringCase: ignoringCase) ?? 0..<text.count
    }
  }

  private static func argument(
    _ name: [UInt8], in text: Span<UInt8>, ignoringCase: Bool
  ) -> Range<Int>? {
    let isURL = RequestText.isURL(text)
    let target = isURL ? RequestText.target(ofURL: text) : RequestText.target(in: text)
    let isTarget = isURL || (text.count > 0 && text[0] == UInt8(ascii: "/"))
    guard target != nil || isTarget else { return 0..<text.count }
    let whole = target ?? 0..<text.count
    guard let query = RequestText.query(in: text.extracting(whole)) else { return nil }
    let start = whole.lowerBound + query.lowerBound
    let found = RequestText.argument(
      name.span, in: text.extracting(start..<(start + query.count)), ignoringCase: ignoringCase)
    return found.map { (start + $0.lowerBound)..<(start + $0.upperBound) }
  }
}
