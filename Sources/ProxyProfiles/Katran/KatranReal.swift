/// The identity of a real server under katran.
enum KatranReal {
  /// folly's hash of an address.
  ///
  /// IPv4: hash128to64(2, FNV-1 of the four bytes, each sign-extended before the exclusive-or, in 32
  /// bits); an IPv4-mapped IPv6 address is taken as IPv4. IPv6: hash128to64(10, hash128to64(a, b)) with
  /// a and b the halves of SpookyHash V2 of the sixteen bytes under seeds 0. (2 and 10 are Linux's
  /// AF_INET and AF_INET6.)
  static func hash(_ address: IPAddress) -> UInt64 {
    if address.isIPv6, !address.isMappedIPv4 {
      let (a, b) = SpookyHash.hash128(address.networkBytes.span, 0, 0)
      return hash128To64(upper: 10, lower: hash128To64(upper: a, lower: b))
    }
    var state: UInt32 = 2_166_136_261
    for byte in address.networkBytes.suffix(4) {
      state &*= 16_777_619
      state ^= UInt32(bitPattern: Int32(Int8(bitPattern: byte)))
    }
    return hash128To64(upper: 2, lower: UInt64(state))
  }
}
