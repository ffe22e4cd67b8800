/// The parts of a node's address.
///
/// Written as `host`, `host:port`, `[IPv6]`, `[IPv6]:port` or `unix:/path`.
public enum NodeAddress: Hashable, Sendable {
  /// A host name or IPv4 address, with or without a port.
  case host(String, port: Int?)
  /// An IPv6 address (without its brackets), with or without a port.
  case ipv6(String, port: Int?)
  /// The absolute path of a unix socket.
  case unix(String)

  /// The longest path that fits a socket address on Linux, in bytes.
  static let longestUnixPath = 107

  /// Takes an address apart.
  ///
  /// - Throws: ``Malformed``, which says what is wrong and what to write instead.
  public init(_ text: String) throws(Malformed) {
    if text.isEmpty {
      throw Malformed(problem: "the address is empty", remedy: "write host:port")
    }
    if let bad = text.unicodeScalars.first(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
      throw Malformed(
        problem: "the address \(quoted(text)) contains "
          + (bad == " " ? "a space" : "the character \(escaped(bad))"),
        remedy: "addresses have no spaces or control characters")
    }
    if text.utf8.prefix(5).elementsEqual("unix:".utf8) {
      self = try Self.unixPath(String(Substring(text.utf8.dropFirst(5))))
    } else if text.hasPrefix("[") {
      self = try Self.bracketed(text)
    } else {
      self = try Self.named(text)
    }
  }

  private static func unixPath(_ path: String) throws(Malformed) -> Self {
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 else {
      throw Malformed(
        problem: "the socket path \(quoted(path)) is not absolute",
        remedy: "write unix:/run/app.sock")
    }
    guard path.utf8.count <= longestUnixPath else {
      throw Malformed(
        problem: "the socket path has \(path.utf8.count) bytes",
        remedy: "a unix socket path has at most \(longestUnixPath)")
    }
    return .unix(path)
  }

  private static func bracketed(_ text: String) throws(Malformed) -> Self {
    guard let close = text.firstIndex(of: "]") else {
      throw Malformed(
        problem: "the address \(quoted(text)) has no closing bracket", remedy: "write [::1]:8080")
    }
    let host = text[text.index(after: text.startIndex)..<close]
    guard isIPv6(host) else {
      throw Malformed(
        problem: "\(quoted(String(host))) is not an IPv6 address", remedy: "write [::1]:8080")
    }
    let rest = text[text.index(after: close)...]
    if rest.isEmpty { return .ipv6(String(host), port: nil) }
    guard rest.hasPrefix(":") else {
      throw Malformed(
        problem: "the address \(quoted(text)) goes on after its bracket", remedy: "write [::1]:8080"
      )
    }
    return .ipv6(String(host), port: try port(rest.dropFirst(), of: text))
  }

  private static func named(_ text: String) throws(Malformed) -> Self {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw Malformed(
        problem: "the address \(quoted(text)) has more than one colon",
        remedy: "put an IPv6 address in brackets: [::1]:8080")
    }
    let host = parts[0]
    let allowed = host.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard !host.isEmpty, host.utf8.count <= 253, allowed else {
      throw Malformed(
        problem: "\(quoted(String(host))) is not a host name or address",
        remedy: "use letters, digits, '.', '-' and '_', at most 253 of them")
    }
    return .host(String(host), port: parts.count == 2 ? try port(parts[1], of: text) : nil)
  }

  private static func port(_ digits: Substring, of text: String) throws(Malformed) -> Int {
    let plain = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard plain, let port = Int(digits), (1...65535).contains(port) else {
      throw Malformed(
        problem: "the address \(quoted(text)) has the port \(quoted(String(digits)))",
        remedy: "a port is a whole number from 1 to 65535")
    }
    return port
  }

  /// Whether a text is an IPv6 address: eight groups of up to four hexadecimal digits, `::` at most
  /// once in place of one or more groups of zeros, the last two groups possibly as an IPv4 address.
  private static func isIPv6(_ text: Substring) -> Bool {
    var groups = 0
    var compressed = false
    var fields = text.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count >= 3 else { return false }
    // A leading or trailing "::" leaves two empty fields there; fold them into one.
    if fields[0].isEmpty {
      guard fields[1].isEmpty else { return false }
      fields.removeFirst()
    }
    if fields[fields.count - 1].isEmpty {
      guard fields.count >= 2, fields[fields.count - 2].isEmpty || fields.count == 2 else {
        return false
      }
      if fields.count > 1, fields[fields.count - 2].isEmpty { fields.removeLast() }
    }
    for (position, field) in fields.enumerated() {
      if field.isEmpty {
        if compressed { return false }
        compressed = true
      } else if field.contains("."), position == fields.count - 1 {
        guard isIPv4(field) else { return false }
        groups += 2
      } else {
        guard field.utf8.count <= 4, field.allSatisfy(\.isHexDigit), field.utf8.count == field.count
        else { return false }
        groups += 1
      }
    }
    return compressed ? groups <= 7 : groups == 8
  }

  private static func isIPv4(_ text: Substring) -> Bool {
    let fields = text.split(separator: ".", omittingEmptySubsequences: false)
    return fields.count == 4
      && fields.allSatisfy { field in
        field.utf8.count <= 3 && field.utf8.allSatisfy { (0x30...0x39).contains($0) }
          && Int(field).map { $0 <= 255 } == true
      }
  }

  /// The port, where one is written.
  public var port: Int? {
    switch self {
    case .host(_, let port), .ipv6(_, let port): port
    case .unix: nil
    }
  }

  /// Why a text is not an address.
  public struct Malformed: Error, Hashable, Sendable {
    /// What is wrong.
    public let problem: String
    /// What to write instead.
    public let remedy: String
  }
}

/// A text in quotes, on one line and not too long, for messages.
package func quoted(_ text: String) -> String {
  let shown = text.unicodeScalars.prefix(60).map(escaped).joined()
  return "'" + shown + (text.unicodeScalars.count > 60 ? "…'" : "'")
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case "\n": "\\n"
  case "\r": "\\r"
  case "\t": "\\t"
  default:
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || (0x2028...0x2029).contains(scalar.value)
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
}
