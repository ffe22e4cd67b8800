/// Where a router finds the key of a request.
///
/// Written in documents as `session`, `cookie:NAME`, `arg:NAME`, `header:NAME`, `remote-addr` or `uri`.
public enum KeySource: Hashable, Sendable {
  /// An id that the router gives each session.
  case session(SessionAffinity)
  /// The value of a cookie, for keys that exist before the session does: a user, a tenant, a city.
  case cookie(String)
  /// The value of a query argument, as sent (not URL-decoded).
  case argument(String)
  /// The value of a request header.
  case header(String)
  /// The address of the client, as text.
  case remoteAddress
  /// The request URI with its query, as sent.
  case uri

  /// The forms a source is written in, for messages and help.
  public static let forms = "session, cookie:NAME, arg:NAME, header:NAME, remote-addr or uri"

  /// Reads a source; nil if the text is none of ``forms``, or a name is empty or holds anything but
  /// printable ASCII.
  ///
  /// A session has the standard settings.
  public init?(_ text: String) {
    func name(_ prefix: String) -> String? {
      guard text.utf8.starts(with: prefix.utf8) else { return nil }
      let name = text.utf8.dropFirst(prefix.utf8.count)
      guard !name.isEmpty, name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
      return String(name)
    }
    switch text {
    case "session": self = .session(.standard)
    case "remote-addr": self = .remoteAddress
    case "uri": self = .uri
    default:
      if let name = name("cookie:") {
        self = .cookie(name)
      } else if let name = name("arg:") {
        self = .argument(name)
      } else if let name = name("header:") {
        self = .header(name)
      } else {
        return nil
      }
    }
  }
}

extension KeySource: CustomStringConvertible {
  /// The form that documents use.
  public var description: String {
    switch self {
    case .session: "session"
    case .cookie(let name): "cookie:\(name)"
    case .argument(let name): "arg:\(name)"
    case .header(let name): "header:\(name)"
    case .remoteAddress: "remote-addr"
    case .uri: "uri"
    }
  }
}

extension KeySource: Codable {
  /// Reads the form that documents use.
  ///
  /// A session has the standard settings; ``Placement`` reads and writes others.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let source = KeySource(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "the key \(quoted(text)) is not a key source; use \(Self.forms)")
    }
    self = source
  }

  /// Writes the form that documents use.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
