/// A hash function of twemproxy (`hash:` of a pool).
///
/// All are 32 bits wide. Where the original takes bytes as `char`, this is x86's, which is signed.
public enum TwemproxyHash: String, CaseIterable, Sendable {
  /// Jenkins' one at a time.
  case oneAtATime = "one_at_a_time"
  /// The first four bytes of the MD5, the first the least significant.
  case md5
  /// The steps of CRC-16/XMODEM on 32 bits, never truncated to 16.
  case crc16
  /// Bits 16 to 30 of the CRC-32: only 32 768 values, all on one short arc of a ketama ring.
  case crc32
  /// The CRC-32.
  case crc32a
  /// The low half of FNV-1 with 64 bits.
  case fnv1With64Bits = "fnv1_64"
  /// The low half of FNV-1a with 64 bits; twemproxy's default.
  case fnv1aWith64Bits = "fnv1a_64"
  /// FNV-1 with 32 bits.
  case fnv1With32Bits = "fnv1_32"
  /// FNV-1a with 32 bits.
  case fnv1aWith32Bits = "fnv1a_32"
  /// Hsieh's SuperFastHash.
  case hsieh
  /// MurmurHash2 with the seed 0xDEADBEEF · length.
  case murmur
  /// Jenkins' lookup3 from 13.
  case jenkins

  var function: MemcacheHash.Function {
    switch self {
    case .oneAtATime: .oneAtATime
    case .md5: .md5
    case .crc16: .crc16
    case .crc32: .crc32FifteenBits
    case .crc32a: .crc32
    case .fnv1With64Bits: .fnv1Low64
    case .fnv1aWith64Bits: .fnv1aLow64
    case .fnv1With32Bits: .fnv1
    case .fnv1aWith32Bits: .fnv1a
    case .hsieh: .superFastHash
    case .murmur: .murmur2
    case .jenkins: .lookup3
    }
  }

  /// The 32-bit hash of some bytes.
  package func hash(_ bytes: Span<UInt8>) -> UInt32 { MemcacheHash(function).hash(bytes) }
}
