package import ConsistentHashing
internal import NginxConfiguration

/// A piece of the key of a request, in terms of the request.
///
/// Values have the names of nginx's variables, which most logs use: `remote_addr`, `request_uri`,
/// `arg_NAME`, `cookie_NAME`, `http_NAME`.
package enum KeyPiece: Hashable, Sendable {
  /// Text that is the same for all requests.
  case text(String)
  /// A value of the request.
  case value(String)

  /// The key that a source names.
  ///
  /// Nil for the id of a session, which has another name with each router.
  package static func pieces(of source: KeySource) -> [KeyPiece]? {
    switch source {
    case .session: nil
    case .cookie(let name): [.value("cookie_\(name)")]
    case .argument(let name): [.value("arg_\(name)")]
    case .header(let name): [.value("http_\(Self.variable(header: name))")]
    case .remoteAddress: [.value("remote_addr")]
    case .uri: [.value("request_uri")]
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
