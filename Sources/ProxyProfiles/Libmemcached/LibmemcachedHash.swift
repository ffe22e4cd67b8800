/// A hash function of libmemcached (`MEMCACHED_BEHAVIOR_HASH`), as its Debian build offers them.
///
/// All are 32 bits wide and hash the bytes of the key. Where the original takes bytes as `char`, this
/// is x86's, which is signed. Hsieh's function is not compiled in.
public enum LibmemcachedHash: String, CaseIterable, Sendable {
  /// Jenkins' one at a time; libmemcached's default.
  case standard = "default"
  /// The first four bytes of the MD5, the first the least significant.
  case md5
  /// Bits 16 to 30 of the CRC-32: only 32 768 values, all on one short arc of a ring.
  case crc
  /// The low half of FNV-1 with 64 bits.
  case fnv1With64Bits = "fnv1_64"
  /// The low half of FNV-1a with 64 bits.
  case fnv1aWith64Bits = "fnv1a_64"
  /// FNV-1 with 32 bits.
  case fnv1With32Bits = "fnv1_32"
  /// FNV-1a with 32 bits.
  case fnv1aWith32Bits = "fnv1a_32"
  /// MurmurHash2 with the seed 0xDEADBEEF · length.
  case murmur
  /// MurmurHash3 with the seed 0xDEADBEEF · length.
  case murmur3
  /// Jenkins' lookup3 from 13.
  case jenkins

  static let summary = "hash function of keys (BEHAVIOR_HASH)"

  var function: MemcacheHash.Function {
    switch self {
    case .standard: .oneAtATime
    case .md5: .md5
    case .crc: .crc32FifteenBits
    case .fnv1With64Bits: .fnv1Low64
    case .fnv1aWith64Bits: .fnv1aLow64
    case .fnv1With32Bits: .fnv1
    case .fnv1aWith32Bits: .fnv1a
    case .murmur: .murmur2
    case .murmur3: .murmur3
    case .jenkins: .lookup3
    }
  }

  /// The 32-bit hash of some bytes.
  package func hash(_ bytes: Span<UInt8>) -> UInt32 { MemcacheHash(function).hash(bytes) }
}
