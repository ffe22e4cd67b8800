public import Configurations
public import ConsistentHashing

/// The variable of nginx that holds the key of a request.
///
/// | key | variable | bytes |
/// |---|---|---|
/// | `cookie:NAME` | `$cookie_NAME` | the value as sent; nginx ignores the case of the name |
/// | `arg:NAME` | `$arg_NAME` | the first such argument as sent, not URL-decoded; the case of the name is ignored |
/// | `header:NAME` | `$http_name` | the value as sent; several headers joined by `, ` since nginx 1.23.0 |
/// | `remote-addr` | `$remote_addr` | the address as text, after the realip module |
/// | `proxy-protocol-addr` | `$proxy_protocol_addr` | the address in the PROXY protocol header, as text |
/// | `sni` | `$ssl_server_name`, in `stream` `$ssl_preread_server_name` | the server name of TLS, as sent |
/// | `host` | `$host` | the host of the request line or of `Host`, in lower case, without its port |
/// | `uri` | `$request_uri` | the URI as sent with its query; `$uri` would be decoded and normalised |
///
/// `$cookie_NAME` needs nginx 0.7.22, `$arg_NAME` 0.7.8; `$remote_addr` in `stream` 1.11.2. The key `path` is no
/// variable but a map of `$request_uri`; so are keys that are the first of several.
public struct NginxVariable: Hashable, Sendable {
  /// The name, without `$`.
  public let name: String

  /// The variable as it is written.
  public var text: String { "$" + name }

  /// Finds the variable of a key.
  ///
  /// - Throws: `EmissionError` if nginx has none: names of variables are made of letters, digits
  ///   and `_`, and `stream` knows only the addresses of the client and the server name of TLS.
  public init(_ source: KeySource, context: NginxContext) throws(EmissionError) {
    if context == .stream,
      ![.remoteAddress, .proxyProtocolAddress, .serverName].contains(source)
    {
      throw EmissionError(
        .invalidKey, .key, "a stream has no \(source), only connections",
        remedy: "use remote-addr, proxy-protocol-addr or sni, or write the upstream for http")
    }
    switch source {
    case .session:
      throw EmissionError(
        .invalidKey, .key, "the id of a session has no variable of nginx's own",
        remedy: "generate the configuration, which makes one")
    case .cookie(let cookie): name = "cookie_" + (try Self.checked(cookie, "cookie"))
    case .argument(let argument): name = "arg_" + (try Self.checked(argument, "argument"))
    case .header(let header): name = "http_" + (try Self.folded(header))
    case .remoteAddress: name = "remote_addr"
    case .proxyProtocolAddress: name = "proxy_protocol_addr"
    case .serverName:
      name = context == .http ? "ssl_server_name" : "ssl_preread_server_name"
    case .host: name = "host"
    case .uri: name = "request_uri"
    case .path, .combination:
      throw EmissionError(
        .invalidKey, .key, "the key \(quoted(source.description)) has no variable of nginx's own",
        remedy: "generate the configuration, which makes one")
    }
    guard name.utf8.count < NginxUnwritable.longestText else {
      throw EmissionError(
        .invalidKey, .key, "the name of the key has \(name.utf8.count) bytes",
        remedy: "nginx's buffer is 4096 bytes long; use a shorter name")
    }
  }

  /// The variable of a key, as it is written.
  ///
  /// - Throws: `EmissionError` if nginx has none.
  public static func text(for source: KeySource, context: NginxContext) throws(EmissionError)
    -> String
  {
    try NginxVariable(source, context: context).text
  }

  /// The first nginx that has the variable of a source, if it is younger than `hash`.
  static func firstVersion(of source: KeySource, in context: NginxContext) -> NginxVersion? {
    switch (source, context) {
    case (.proxyProtocolAddress, .http): NginxVersion(1, 5, 12)
    case (.proxyProtocolAddress, .stream): NginxVersion(1, 11, 4)
    case (.serverName, .http): NginxVersion(1, 7, 0)
    case (.serverName, .stream): NginxVersion(1, 11, 5)
    case _: nil
    }
  }

  /// Whether a byte would go on the name of a variable.
  static func isNamePart(_ byte: UInt8) -> Bool { isWord(byte) || byte == UInt8(ascii: "_") }

  /// A name that is one token to nginx.
  ///
  /// `$cookie_session-id` would be read as `$cookie_session`
  /// followed by the text `-id`: an empty key, and every request in turn to every server.
  private static func checked(_ name: String, _ kind: String) throws(EmissionError) -> String {
    guard !name.isEmpty, name.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "_") }) else {
      throw EmissionError(
        .invalidKey, .key, "nginx has no variable for the \(kind) \(quoted(name))",
        remedy: "rename the \(kind); names in variables have letters, digits and '_' only")
    }
    return name
  }

  /// The name of a header as nginx spells it: lower case, '-' as '_'.
  private static func folded(_ header: String) throws(EmissionError) -> String {
    if header.utf8.contains(UInt8(ascii: "_")) {
      throw EmissionError(
        .invalidKey, .key, "nginx drops the header \(quoted(header)) because of its '_'",
        remedy: "rename it with '-' (nginx reads '_' only with underscores_in_headers on)")
    }
    guard !header.isEmpty, header.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") }) else {
      throw EmissionError(
        .invalidKey, .key, "nginx has no variable for the header \(quoted(header))",
        remedy: "rename the header; names in variables have letters, digits and '-' only")
    }
    return String(
      decoding: header.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "_")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: byte
        }
      }, as: UTF8.self)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
