public import ConsistentHashing

/// The key of a `hash` directive: text and variables.
///
/// nginx takes it apart in the same way (`ngx_http_script_compile` in `src/http/ngx_http_script.c`).
public struct NginxKey: Hashable, Sendable {
  /// A piece of a key.
  public enum Piece: Hashable, Sendable {
    /// Text that is the same for all requests.
    case text(String)
    /// The value of a variable, by its name without `$`.
    case variable(String)
    /// A group of the last regular expression, `$1` to `$9`.
    case capture(Int)
  }

  /// The key as it is written, without the quotes around it.
  public let text: String

  /// Its pieces.
  ///
  /// The empty key has none. nginx then takes the servers in turn.
  public let pieces: [Piece]

  /// The source of the key, if the key is one variable that a `KeySource` names.
  ///
  /// `$remote_addr` has a source. `$binary_remote_addr` has none, because its four or sixteen bytes hash
  /// differently. In `stream` only `$remote_addr` has one.
  public func source(in context: NginxContext) -> KeySource? {
    guard pieces.count == 1, case .variable(let name) = pieces[0] else { return nil }
    if name == "remote_addr" { return .remoteAddress }
    guard context == .http else { return nil }
    func rest(after prefix: String) -> String? {
      guard name.utf8.starts(with: prefix.utf8), name.utf8.count > prefix.utf8.count else {
        return nil
      }
      return String(name.utf8.dropFirst(prefix.utf8.count))
    }
    if let cookie = rest(after: "cookie_") { return .cookie(cookie) }
    if let argument = rest(after: "arg_") { return .argument(argument) }
    if let header = rest(after: "http_") {
      // nginx reads names of variables in lower case.
      return .header(String(header.lowercased().map { $0 == "_" ? "-" : $0 }))
    }
    return name == "request_uri" ? .uri : nil
  }

  /// Whether the key has the client's address as bytes and not as text: `$binary_remote_addr`.
  public var isBinary: Bool { pieces.contains(.variable("binary_remote_addr")) }

  /// Takes a key apart.
  ///
  /// - Throws: ``Malformed`` in nginx's words. It is not checked whether variables exist.
  package init(_ bytes: [UInt8]) throws(Malformed) {
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    var rest = bytes[...]
    func flush() {
      guard !literal.isEmpty else { return }
      pieces.append(.text(String(decoding: literal, as: UTF8.self)))
      literal = []
    }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$") else {
        literal.append(byte)
        continue
      }
      flush()
      if let first = rest.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first) {
        pieces.append(.capture(Int(first & 0xF)))
        rest.removeFirst()
        continue
      }
      let isBracketed = rest.first == UInt8(ascii: "{")
      if isBracketed { rest.removeFirst() }
      if rest.isEmpty { throw Malformed(message: "invalid variable name") }
      let name = String(decoding: rest.prefix(while: Self.isWord), as: UTF8.self)
      rest = rest.drop(while: Self.isWord)
      if isBracketed {
        guard rest.popFirst() == UInt8(ascii: "}") else {
          throw Malformed(message: "the closing bracket in \"\(name)\" variable is missing")
        }
      }
      if name.isEmpty { throw Malformed(message: "invalid variable name") }
      pieces.append(.variable(name))
    }
    flush()
    self.text = String(decoding: bytes, as: UTF8.self)
    self.pieces = pieces
  }

  /// Why a text is not a key.
  package struct Malformed: Error {
    package let message: String
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
