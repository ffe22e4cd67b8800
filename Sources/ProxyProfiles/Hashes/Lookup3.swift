/// Bob Jenkins' lookup3 (2006), `hashlittle`, for little-endian machines.
enum Lookup3 {
  /// The hash of some bytes from a starting value.
  static func hash(_ bytes: Span<UInt8>, start: UInt32) -> UInt32 {
    let origin = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count) &+ start
    var (a, b, c) = (origin, origin, origin)
    var position = 0
    while bytes.count &- position > 12 {
      a &+= bytes.littleEndian32(at: position)
      b &+= bytes.littleEndian32(at: position &+ 4)
      c &+= bytes.littleEndian32(at: position &+ 8)
      a = (a &- c) ^ rotate(c, 4)
      c &+= b
      b = (b &- a) ^ rotate(a, 6)
      a &+= c
      c = (c &- b) ^ rotate(b, 8)
      b &+= a
      a = (a &- c) ^ rotate(c, 16)
      c &+= b
      b = (b &- a) ^ rotate(a, 19)
      a &+= c
      c = (c &- b) ^ rotate(b, 4)
      b &+= a
      position &+= 12
    }
    if position == bytes.count { return c }

    // The last 1 to 12 bytes, as if zeros followed.
    var words = InlineArray<3, UInt32>(repeating: 0)
    var word = 0
    while bytes.count &- position >= 4 {
      words[word] = bytes.littleEndian32(at: position)
      position &+= 4
      word &+= 1
    }
    if position < bytes.count { words[word] = bytes.littleEndianTail(from: position) }
    a &+= words[0]
    b &+= words[1]
    c &+= words[2]
    c = (c ^ b) &- rotate(b, 14)
    a = (a ^ c) &- rotate(c, 11)
    b = (b ^ a) &- rotate(a, 25)
    c = (c ^ b) &- rotate(b, 16)
    a = (a ^ c) &- rotate(c, 4)
    b = (b ^ a) &- rotate(a, 14)
    return (c ^ b) &- rotate(b, 24)
  }

  @inline(__always) private static func rotate(_ x: UInt32, _ left: UInt32) -> UInt32 {
    x &<< left | x &>> (32 &- left)
  }
}
