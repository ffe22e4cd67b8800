package import ConsistentHashing
internal import NginxConfiguration

/// A piece of the key of a request, in terms of the request.
///
/// Values have the names of nginx's variables, which most logs use: `remote_addr`, `request_uri`,
/// `arg_NAME`, `cookie_NAME`, `http_NAME`. The path of a request, which nginx has no variable for, is `path`.
package enum KeyPiece: Hashable, Sendable {
  /// Text that is the same for all requests.
  case text(String)
  /// A value of the request.
  case value(String)

  /// The keys that a source names, of which the first that is not empty counts.
  ///
  /// Nil for the id of a session, which has another name with each router.
  ///
  /// - Parameter isStream: Whether the router hashes connections, where some variables of nginx have other
  ///   names.
  package static func alternatives(of source: KeySource, isStream: Bool = false) -> [[KeyPiece]]? {
    var alternatives: [[KeyPiece]] = []
    for alternative in source.alternatives {
      var pieces: [KeyPiece] = []
      for piece in alternative {
        switch piece {
        case .text(let text): pieces.append(.text(text))
        case .source(let source):
          guard let name = name(of: source, isStream: isStream) else { return nil }
          pieces.append(.value(name))
        }
      }
      alternatives.append(pieces)
    }
    return alternatives
  }

  private static func name(of source: KeySource, isStream: Bool) -> String? {
    switch source {
    case .session, .combination: nil
    case .cookie(let name): "cookie_\(name)"
    case .argument(let name): "arg_\(name)"
    case .header(let name): "http_\(Self.variable(header: name))"
    case .remoteAddress: "remote_addr"
    case .proxyProtocolAddress: "proxy_protocol_addr"
    case .serverName: isStream ? "ssl_preread_server_name" : "ssl_server_name"
    case .host: "host"
    case .path: "path"
    case .uri: "request_uri"
    }
  }

  /// The name of a header as nginx's variables have it: lower case, with `_` for `-`.
  private static func variable(header name: String) -> String {
    String(name.lowercased().map { $0 == "-" ? "_" : $0 })
  }
}

extension KeyPiece {
  /// The key that a text with variables of nginx says, such as `$scheme$host$request_uri`.
  ///
  /// Nil if the text is none, or has groups of a regular expression.
  package static func pieces(ofNginx text: String) -> [KeyPiece]? {
    guard let key = try? NginxKey(Array(text.utf8)), !key.pieces.isEmpty else { return nil }
    var pieces: [KeyPiece] = []
    for piece in key.pieces {
      switch piece {
      case .text(let text): pieces.append(.text(text))
      // nginx ignores the case of names.
      case .variable(let name): pieces.append(.value(name.lowercased()))
      case .capture: return nil
      }
    }
    return pieces
  }
}
