/// Where a router finds the key of a request.
///
/// Written in documents as ``forms`` says: a word such as `cookie:NAME`, `remote-addr` or `uri`, or several
/// of them as a ``KeyCombination``, such as `cookie:user or remote-addr`.
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
  /// The address of the client as the PROXY protocol header has it, as text.
  ///
  /// Empty unless the router takes the PROXY protocol.
  case proxyProtocolAddress
  /// The name of the server that the client asks for in its TLS handshake (SNI), as sent.
  ///
  /// Empty without TLS, and for clients that send no name.
  case serverName
  /// The host of the request, in lower case and without its port.
  case host
  /// The request URI without its query, as sent: neither decoded nor normalised.
  case path
  /// The request URI with its query, as sent.
  case uri
  /// Several sources: the first that is not empty, or their values one after the other.
  case combination(KeyCombination)

  /// The forms a source is written in, for messages and help.
  public static let forms =
    "session, cookie:NAME, arg:NAME, header:NAME, remote-addr, proxy-protocol-addr, sni, host, path or uri; "
    + "or several with ' or ' (the first that is not empty) and ' + ' (one after the other)"

  /// Reads a source; nil if the text is none of ``forms``, or a name is empty or holds anything but
  /// printable ASCII.
  ///
  /// A session has the standard settings.
  public init?(_ text: String) {
    guard let source = try? KeySource(parsing: text) else { return nil }
    self = source
  }

  /// Reads a source that is no combination; nil if the text is none.
  package init?(single text: String) {
    func name(_ prefix: String) -> String? {
      guard text.utf8.starts(with: prefix.utf8) else { return nil }
      let name = text.utf8.dropFirst(prefix.utf8.count)
      return Self.isName(name) ? String(name) : nil
    }
    switch text {
    case "session": self = .session(.standard)
    case "remote-addr": self = .remoteAddress
    case "proxy-protocol-addr": self = .proxyProtocolAddress
    case "sni": self = .serverName
    case "host": self = .host
    case "path": self = .path
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

  /// Whether a name can be part of a source.
  static func isName(_ name: some Collection<UInt8>) -> Bool {
    !name.isEmpty && name.allSatisfy { (0x21...0x7E).contains($0) }
  }
}

extension KeySource {
  /// The alternatives of a combination; the source itself as the only one for all others.
  package var alternatives: [[KeyCombination.Piece]] {
    if case .combination(let combination) = self {
      combination.alternatives
    } else {
      [[.source(self)]]
    }
  }

  /// The sources of a combination; the source itself for all others.
  package var sources: [KeySource] {
    alternatives.flatMap { $0.compactMap(\.source) }
  }

  /// Whether every request has a value.
  package var isNeverEmpty: Bool {
    switch self {
    case .session, .remoteAddress, .path, .uri: true
    case .cookie, .argument, .header, .proxyProtocolAddress, .serverName, .host: false
    case .combination(let combination):
      combination.alternatives.contains { $0.contains { $0.source?.isNeverEmpty ?? false } }
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
    case .proxyProtocolAddress: "proxy-protocol-addr"
    case .serverName: "sni"
    case .host: "host"
    case .path: "path"
    case .uri: "uri"
    case .combination(let combination): combination.description
    }
  }
}

extension KeySource: Codable {
  /// Reads the form that documents use: a text, or a list of alternatives.
  ///
  /// A session has the standard settings; ``Placement`` reads and writes others.
  public init(from decoder: any Decoder) throws {
    do {
      if var list = try? decoder.unkeyedContainer() {
        var alternatives: [[KeyCombination.Piece]] = []
        while !list.isAtEnd {
          alternatives.append(try KeyCombination.alternative(parsing: list.decode(String.self)))
          try KeyCombination.checkCount(alternatives)
        }
        try self.init(alternatives: alternatives)
      } else {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
      }
    } catch let error as ClusterError {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: error.description,
          underlyingError: error))
    }
  }

  /// Writes the text that documents use.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
