/// CRC-16/XMODEM: polynomial 0x1021, most significant bit first, from 0, nothing inverted.
enum CRC16 {
  /// The checksum of some bytes, as Redis Cluster takes it.
  static func checksum(_ bytes: Span<UInt8>) -> UInt16 {
    UInt16(truncatingIfNeeded: wide(bytes))
  }

  /// The same steps on an accumulator of 32 bits that is never truncated to 16: what twemproxy calls crc16.
  ///
  /// Its low half is ``checksum(_:)``; what the shifts push out stays above.
  static func wide(_ bytes: Span<UInt8>) -> UInt32 {
    var crc: UInt32 = 0
    for i in bytes.indices {
      // The table entry of a byte x, worked out: with y = x ^ x>>4, the low 16 bits of
      // y<<12 ^ y<<5 ^ y.
      var x = (crc &>> 8 & 0xFF) ^ UInt32(bytes[i])
      x ^= x &>> 4
      crc = (crc &<< 8) ^ ((x &<< 12 ^ x &<< 5 ^ x) & 0xFFFF)
    }
    return crc
  }
}
