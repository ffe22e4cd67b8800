internal import Configurations

/// The times in a cookie of HAProxy: `LAST` or `LAST|FIRST`, after the bar that ends the server's name.
///
/// Each is 30 bits in units of 4 seconds since 1970, as five digits of base64, most significant first
/// (`b64tos30` in `src/base64.c`). HAProxy takes a time that it cannot read for no time.
struct HAProxyCookieDates {
  /// The parts of the cookie.
  let parts: [CookieReading.Part]

  init(_ text: [UInt8], _ line: HAProxyCookieLine) {
    let bar = text.firstIndex(of: UInt8(ascii: "|"))
    let last = Array(text[..<(bar ?? text.count)])
    var parts = [Self.part("last visit", last, limit: line.maximumIdle, "maxidle")]
    if let bar {
      let first = Array(text[(bar + 1)...])
      parts.append(Self.part("first visit", first, limit: line.maximumLife, "maxlife"))
    }
    self.parts = parts
  }

  private static func part(
    _ name: String, _ digits: [UInt8], limit: String?, _ word: String
  ) -> CookieReading.Part {
    guard let seconds = seconds(digits) else {
      return .init(name, digits, "no time, which HAProxy ignores")
    }
    return .init(
      name, digits,
      utcText(seconds) + (limit.map { ", ignored when \(word) \($0) have passed" } ?? ""))
  }

  /// The seconds since 1970; nil if the digits are none, or zero.
  static func seconds(_ digits: [UInt8]) -> Int? {
    guard digits.count >= 5 else { return nil }
    var value = 0
    for byte in digits.prefix(5) {
      guard let digit = Base64.digit(byte) else { return nil }
      value = value << 6 | digit
    }
    return value > 0 ? value << 2 : nil
  }
}
