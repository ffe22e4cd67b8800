/// A real server of a katran VIP, as far as the choice depends on it.
public struct KatranReal: Hashable, Sendable {
  /// The hash of the address that its permutation starts from.
  public let hash: UInt64

  /// The weight; 0 leaves the real out.
  public let weight: Int

  /// Describes a real.
  public init(hash: UInt64, weight: Int = 1) {
    self.hash = hash
    self.weight = weight
  }

  /// The real at an address: `10.0.0.1` or `fd00::1`, without port; nil if that is no address.
  ///
  /// The hash is folly's for addresses. IPv4: hash128to64(2, FNV-1 of the four bytes, each
  /// sign-extended before the exclusive-or, in 32 bits); an IPv4-mapped IPv6 address is taken as IPv4.
  /// IPv6: hash128to64(10, hash128to64(a, b)) with a and b the halves of SpookyHash V2 of the sixteen
  /// bytes under seeds 0. (2 and 10 are Linux's AF_INET and AF_INET6.)
  public init?(address: String, weight: Int = 1) {
    guard let address = IPAddress(address) else { return nil }
    self.init(hash: Self.hash(address), weight: weight)
  }

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
