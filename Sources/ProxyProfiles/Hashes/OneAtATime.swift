/// Bob Jenkins' "one at a time" hash (1997), as memcached clients compute it.
///
/// They add each byte as a signed `char`: on x86 bytes from 0x80 on are extended with ones.
enum OneAtATime {
  /// The hash of some bytes.
  static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    var h: UInt32 = 0
    for i in bytes.indices {
      h &+= bytes[i].signExtended
      h &+= h &<< 10
      h ^= h &>> 6
    }
    h &+= h &<< 3
    h ^= h &>> 11
    return h &+ (h &<< 15)
  }
}

extension UInt8 {
  /// The byte as C on x86 widens a `char`: with its sign.
  @inline(__always) var signExtended: UInt32 {
    UInt32(bitPattern: Int32(Int8(bitPattern: self)))
  }
}
