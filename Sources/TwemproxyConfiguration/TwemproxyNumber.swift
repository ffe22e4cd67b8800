/// A number as twemproxy reads it: digits only, in 32 bits that wrap around.
enum TwemproxyNumber {
  /// Reads a number; nil if twemproxy takes the text for none.
  static func value(_ text: some Collection<UInt8>) -> Int? {
    guard !text.isEmpty else { return nil }
    var value: Int32 = 0
    for byte in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value &* 10 &+ Int32(byte - UInt8(ascii: "0"))
    }
    return value < 0 ? nil : Int(value)
  }

  /// Reads a port.
  static func port(_ text: some Collection<UInt8>) -> Int? {
    value(text).flatMap { (1...65535).contains($0) ? $0 : nil }
  }
}
