extension IPAddress {
  /// Reads a text; nil if it is not an address.
  init?(_ text: String) {
    self.init(text: text.utf8.span)
  }

  /// Four of the bytes as a number, most significant first: word 0 of an IPv4 address, words 0 to 3 of
  /// an IPv6 address.
  func word(_ index: Int) -> UInt32 {
    var word: UInt32 = 0
    for offset in 0..<4 { word = word << 8 | UInt32(bytes[4 * index + offset]) }
    return word
  }

  /// The bytes in network order: 4 or 16.
  var networkBytes: [UInt8] {
    (0..<(isIPv6 ? 16 : 4)).map { bytes[$0] }
  }

  /// Whether this is an IPv4 address in the IPv6 form `::ffff:192.0.2.7`.
  var isMappedIPv4: Bool {
    isIPv6 && word(0) == 0 && word(1) == 0 && word(2) == 0xFFFF
  }

  /// The form of RFC 5952: lower case, the first longest run of two or more zero groups as `::`, and an
  /// IPv4-mapped address with its last 32 bits as IPv4.
  var text: String {
    guard isIPv6 else { return Self.dotted(word(0)) }
    if isMappedIPv4 { return "::ffff:" + Self.dotted(word(3)) }
    let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    var longest = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || groups[index] != 0 {
      if index - start > max(longest.count, 1) { longest = start..<index }
      start = index + 1
    }
    let texts = groups.map { String($0, radix: 16) }
    guard !longest.isEmpty else { return texts.joined(separator: ":") }
    return texts[..<longest.lowerBound].joined(separator: ":") + "::"
      + texts[longest.upperBound...].joined(separator: ":")
  }

  private static func dotted(_ word: UInt32) -> String {
    [24, 16, 8, 0].map { String((word >> $0) & 0xFF) }.joined(separator: ".")
  }
}
