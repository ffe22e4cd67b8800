/// HAProxy's own hash `wt6`, 32 bits: two words that are mixed with each byte and rotated by distances
/// taken from themselves.
///
/// Bytes are unsigned.
enum WT6 {
  /// Hashes bytes.
  static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    var a: UInt32 = 0xA53C_965A
    var b: UInt32 = 0x5CA6_953A
    var left: UInt32 = 6
    var right: UInt32 = 18
    for position in bytes.indices {
      let byte = UInt32(bytes[position])
      a = ~(a ^ byte)
      b = ~(b &+ byte)
      (a, b) = (rotated(b, by: left), rotated(a, by: right))
      let distances = ((a >> 16) ^ b) & 0xFFFF
      left = distances & 0x1F
      right = distances >> 11
    }
    return a ^ b
  }

  /// Distances are below 32.
  private static func rotated(_ value: UInt32, by distance: UInt32) -> UInt32 {
    (value &<< distance) | (value &>> (32 &- distance))
  }
}
