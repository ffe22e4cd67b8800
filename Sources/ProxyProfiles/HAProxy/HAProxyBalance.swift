public import ConsistentHashing

/// Where HAProxy takes the key of a request from, which also decides what it makes of it.
public enum HAProxyBalance: String, CaseIterable, Sendable {
  /// `balance source`: the key is the address of the client as text, IPv4 or IPv6. The hash function
  /// is ignored: the hash is the IPv4 address as a number, or the four words of the IPv6 address
  /// exclusive-or-ed. A key that is not an address goes to round robin.
  ///
  /// A listener for both families sees IPv4 clients as `::ffff:192.0.2.7`; write the keys so.
  case source
  /// `balance uri`: the key is the request target as sent, of which a part is hashed; see
  /// ``HAProxyURIPart``.
  case uri
  /// `balance url_param`: the key is the value of the query argument as sent, hashed as it is, also
  /// when it is empty (`?k=`). A request without the argument goes to round robin.
  case urlParameter = "url_param"
  /// `balance hdr`: the key is the value of the header, of which HAProxy takes the first element of
  /// the comma-separated list, without spaces and tabs around it. If that is empty, round robin.
  case header = "hdr"
  /// `balance hash`: the key is the value of a sample expression, hashed as it is.
  case expression = "hash"

  /// What a key source is in HAProxy's words.
  public init(_ source: KeySource?) {
    switch source {
    // With `accept-proxy` the source is the address that the PROXY protocol says.
    case .remoteAddress, .proxyProtocolAddress: self = .source
    case .uri: self = .uri
    case .header: self = .header
    case .cookie, .session, .serverName, .host, .path, .combination: self = .expression
    case .argument, nil: self = .urlParameter
    }
  }

  /// The positions of the first element of a header's list.
  ///
  /// A comma in double quotes does not end it, and a backslash there hides the byte after it.
  static func firstElement(of list: Span<UInt8>) -> Range<Int> {
    var start = 0
    while start < list.count, isBlank(list[start]) { start += 1 }
    var end = start
    var isQuoted = false
    scan: while end < list.count {
      switch list[end] {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "\\") where isQuoted: end = min(end + 1, list.count - 1)
      case UInt8(ascii: ",") where !isQuoted: break scan
      default: break
      }
      end += 1
    }
    while end > start, isBlank(list[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
