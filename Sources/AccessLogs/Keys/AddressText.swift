internal import ProxyProfiles

/// The address in what a log has for a client: `192.0.2.7`, `192.0.2.7:36690`, `[2001:db8::1]:443`.
enum AddressText {
  /// The address without its port and brackets; nil if the text is no IP address.
  static func address(in text: Span<UInt8>) -> Range<Int>? {
    guard text.count > 0 else { return nil }
    if text[0] == UInt8(ascii: "[") {
      guard let close = text.firstIndex(of: UInt8(ascii: "]"), from: 1),
        close + 1 == text.count || isPort(text.extracting((close + 1)..<text.count)),
        isIPv6(text.extracting(1..<close))
      else { return nil }
      return 1..<close
    }
    if isIPv4(text) { return 0..<text.count }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":"), from: 0) else { return nil }
    if isIPv4(text.extracting(0..<colon)) {
      return isPort(text.extracting(colon..<text.count)) ? 0..<colon : nil
    }
    if isIPv6(text) { return 0..<text.count }
    // HAProxy's logs have ::ffff:192.0.2.7:36690, and 2001:db8::1:443, which reads as an address.
    guard let last = lastColon(text), isIPv6(text.extracting(0..<last)),
      isPort(text.extracting(last..<text.count))
    else { return nil }
    return 0..<last
  }

  /// What is before the last colon; the whole text if it has none.
  static func beforePort(_ text: Span<UInt8>) -> Range<Int> {
    0..<(lastColon(text) ?? text.count)
  }

  private static func lastColon(_ text: Span<UInt8>) -> Int? {
    var position = text.count - 1
    while position >= 0 {
      if text[position] == UInt8(ascii: ":") { return position }
      position -= 1
    }
    return nil
  }

  /// Whether a text is a colon with one to five digits.
  private static func isPort(_ text: Span<UInt8>) -> Bool {
    guard (2...6).contains(text.count), text[0] == UInt8(ascii: ":") else { return false }
    for index in 1..<text.count where !isDigit(text[index]) { return false }
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  private static func isIPv4(_ text: Span<UInt8>) -> Bool {
    IPAddress(text: text).map { !$0.isIPv6 } ?? false
  }

  private static func isIPv6(_ text: Span<UInt8>) -> Bool {
    IPAddress(text: text)?.isIPv6 ?? false
  }
}
