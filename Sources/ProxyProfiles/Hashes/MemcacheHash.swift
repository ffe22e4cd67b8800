internal import ConsistentHashing

/// One of the 32-bit key hashes that memcached clients and proxies offer, by what it computes.
///
/// Their names differ; see ``LibmemcachedHash`` and ``TwemproxyHash``.
struct MemcacheHash: Sendable {
  /// What is computed, under the name that key spaces give it.
  ///
  /// Functions that widen bytes with their sign say so in their names: they differ from the published
  /// ones for bytes from 0x80 on.
  enum Function: String, Sendable {
    case oneAtATime = "one-at-a-time-signed"
    /// The first little-endian word of the digest.
    case md5 = "md5-32"
    case crc16 = "crc16-wide"
    case crc32
    /// Bits 16 to 30 of the CRC-32 only.
    case crc32FifteenBits = "crc32-bits-16-30"
    case fnv1Low64 = "fnv1-64-low32-signed"
    case fnv1aLow64 = "fnv1a-64-low32-signed"
    case fnv1 = "fnv1-32-signed"
    case fnv1a = "fnv1a-32-signed"
    case superFastHash = "superfasthash-signed"
    case murmur2 = "murmur2-32-seeded-by-length"
    case murmur3 = "murmur3-32-seeded-by-length"
    case lookup3 = "lookup3-32-from-13"

    /// The identity of the function.
    var identity: KeyHashIdentity { KeyHashIdentity(function: rawValue) }
  }

  let function: Function
  private let crc = CRC32()

  init(_ function: Function) {
    self.function = function
  }

  /// The values of a hash: 2³², or 2¹⁵.
  var domain: HashDomain {
    if case .crc32FifteenBits = function { HashDomain(last: 0x7FFF) } else { .bits32 }
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
