/// The address of a `server` line, checked as nginx does.
///
/// Follows `ngx_parse_url` in `src/core/ngx_inet.c`. Names are not resolved, although nginx rejects a
/// name that its resolver does not know ("host not found in upstream").
struct NginxServerAddress {
  /// Whether the address has a port.
  ///
  /// A unix socket counts as having one.
  let hasPort: Bool
  /// Whether it is a name rather than an address.
  let isName: Bool
  /// What is wrong with it, in nginx's words.
  let problem: String?

  init(_ url: [UInt8]) {
    if url.count >= 5, url.prefix(5).map({ $0 | 0x20 }).elementsEqual("unix:".utf8) {
      hasPort = true
      isName = false
      problem =
        switch url.count - 5 {
        case 0: "no path in the unix domain socket"
        case 1...107: nil
        default: "too long path in the unix domain socket"
        }
    } else if url.first == UInt8(ascii: "[") {
      (hasPort, problem) = Self.bracketed(url.dropFirst())
      isName = false
    } else {
      (hasPort, isName, problem) = Self.plain(url)
    }
  }

  private static func bracketed(_ url: ArraySlice<UInt8>) -> (Bool, String?) {
    guard let close = url.firstIndex(of: UInt8(ascii: "]")) else { return (false, "invalid host") }
    let rest = url[(close + 1)...]
    guard !rest.contains(UInt8(ascii: "/")) else { return (false, "invalid host") }
    if let colon = rest.first {
      guard colon == UInt8(ascii: ":") else { return (false, "invalid host") }
      guard isPort(rest.dropFirst()) else { return (true, "invalid port") }
    }
    let host = url[..<close]
    if host.isEmpty { return (!rest.isEmpty, "no host") }
    return (!rest.isEmpty, isIPv6(host) ? nil : "invalid IPv6 address")
  }

  private static func plain(_ url: [UInt8]) -> (Bool, Bool, String?) {
    guard !url.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
      return (false, true, "invalid host")
    }
    let colon = url.firstIndex(of: UInt8(ascii: ":"))
    if let colon, !isPort(url[(colon + 1)...]) { return (true, true, "invalid port") }
    let host = url[..<(colon ?? url.endIndex)]
    if host.isEmpty { return (colon != nil, true, "no host") }
    return (colon != nil, ipv4(host) == nil, nil)
  }

  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    NginxNumber.integer(text).map { (1...65535).contains($0) } ?? false
  }

  /// An IPv4 address (`ngx_inet_addr`).
  ///
  /// Octets may be empty or have leading zeros. 255.255.255.255 is not accepted.
  private static func ipv4(_ text: ArraySlice<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var octet: UInt32 = 0
    var dots = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        octet = octet * 10 + UInt32(byte & 0xF)
        guard octet <= 255 else { return nil }
      case UInt8(ascii: "."):
        address = address << 8 | octet
        octet = 0
        dots += 1
      default: return nil
      }
    }
    address = address << 8 | octet
    return dots == 3 && address != .max ? address : nil
  }

  /// An IPv6 address (`ngx_inet6_addr`).
  private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
    var position = text.startIndex
    // nginx skips one colon at the beginning.
    if text.first == UInt8(ascii: ":") { position += 1 }
    var isCompressed = false
    var field: Int?
    var digits = 0
    var words = 8
    while position < text.endIndex {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: ":"):
        if digits > 0 {
          words -= 1
          guard words > 0 else { return false }
          digits = 0
        } else {
          guard !isCompressed else { return false }
          isCompressed = true
        }
        field = position
        continue
      case UInt8(ascii: ".") where digits > 0:
        guard words >= 2, let field, ipv4(text[field...]) != nil else { return false }
        words -= 1
        position = text.endIndex
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        digits += 1
        guard digits <= 4 else { return false }
      default: return false
      }
    }
    guard digits > 0 || isCompressed else { return false }
    words -= 1
    return words > 0 ? isCompressed : !isCompressed
  }
}
