/// A socket address as Rust's `SocketAddr` reads and prints it.
struct RustSocketAddress {
  /// The IP address in the form that Rust prints: an IPv6 address without brackets, in lower case,
  /// with the first longest run of two or more zero groups as `::`, and one that maps IPv4 as
  /// `::ffff:192.0.2.1`.
  let ip: String

  let port: Int

  /// Reads `192.0.2.1:80` or `[2001:db8::1]:80`; nil for anything else, as for Rust.
  init?(_ text: String) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let digits = text.utf8[text.utf8.index(after: colon)...]
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(String(text[digits.startIndex...]))
    else { return nil }
    var host = Array(text.utf8[..<colon])
    let hasBrackets = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
    if hasBrackets { host = Array(host.dropFirst().dropLast()) }
    guard let address = IPAddress(text: host.span), address.isIPv6 == hasBrackets else {
      return nil
    }
    self.port = Int(port)
    if address.isIPv6 {
      ip = Self.printIPv6(address)
    } else {
      let octets = (0..<4).map { String(address.bytes[$0]) }.joined(separator: ".")
      // Rust takes no octet with leading zeros.
      guard octets.utf8.elementsEqual(host) else { return nil }
      ip = octets
    }
  }

  private static func printIPv6(_ address: IPAddress) -> String {
    let groups = (0..<8).map {
      UInt16(address.bytes[2 * $0]) << 8 | UInt16(address.bytes[2 * $0 + 1])
    }
    if groups.prefix(5).allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
      return "::ffff:" + (12..<16).map { String(address.bytes[$0]) }.joined(separator: ".")
    }
    var longest = 0..<0
    var start = 0
    for end in 1...8 where end == 8 || groups[end] != 0 {
      while start < end, groups[start] != 0 { start += 1 }
      if end - start > longest.count { longest = start..<end }
      start = end
    }
    func text(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    return longest.count < 2
      ? text(0..<8) : text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
  }
}
