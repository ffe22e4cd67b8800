/// One of the 32-bit key hashes that memcached clients and proxies offer, by what it computes.
///
/// Their names differ; see ``LibmemcachedHash`` and ``TwemproxyHash``.
struct MemcacheHash: Sendable {
  enum Function: Sendable {
    case oneAtATime
    case md5
    case crc16
    case crc32
    /// Bits 16 to 30 of the CRC-32 only.
    case crc32FifteenBits
    case fnv1Low64
    case fnv1aLow64
    case fnv1
    case fnv1a
    case superFastHash
    case murmur2
    case murmur3
    case lookup3
  }

  let function: Function
  private let crc = CRC32()

  init(_ function: Function) {
    self.function = function
  }

  /// How far to the left a hash fills 64 bits from the top, so that hashes of fewer bits spread over a
  /// ring of such hashes as well.
  var shift: UInt64 {
    if case .crc32FifteenBits = function { 49 } else { 32 }
  }

  /// The hash of a key.
  func hash(_ key: Span<UInt8>) -> UInt32 {
    switch function {
    case .oneAtATime: OneAtATime.hash(key)
    case .md5: MD5.digest(key).0
    case .crc16: CRC16.wide(key)
    case .crc32: crc.checksum(key)
    case .crc32FifteenBits: crc.checksum(key) &>> 16 & 0x7FFF
    case .fnv1Low64: FowlerNollVo.fnv1(key, .lowHalfOf64)
    case .fnv1aLow64: FowlerNollVo.fnv1a(key, .lowHalfOf64)
    case .fnv1: FowlerNollVo.fnv1(key, .bits32)
    case .fnv1a: FowlerNollVo.fnv1a(key, .bits32)
    case .superFastHash: SuperFastHash.hash(key)
    case .murmur2: MurmurHash2.hash(key, seed: Self.seed(key))
    case .murmur3: MurmurHash3.hash(key, seed: Self.seed(key))
    case .lookup3: Lookup3.hash(key, start: 13)
    }
  }

  /// The seed that these clients give to the murmur hashes: it depends on the length.
  private static func seed(_ key: Span<UInt8>) -> UInt32 {
    0xDEAD_BEEF &* UInt32(truncatingIfNeeded: key.count)
  }
}
