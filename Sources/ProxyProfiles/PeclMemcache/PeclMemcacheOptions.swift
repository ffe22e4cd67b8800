public import ConsistentHashing

/// A hash function of PHP's memcache extension (`memcache.hash_function`).
public enum PeclMemcacheHash: String, CaseIterable, Sendable {
  /// The CRC-32: the default.
  case crc32
  /// FNV-1a with 32 bits, of signed `char`s as on x86: bytes from 0x80 on are extended with ones.
  case fnv
}

/// The options of ``PeclMemcacheConsistent`` and ``PeclMemcacheStandard``.
public struct PeclMemcacheOptions: RuleOptions {
  /// The hash of keys, and of points.
  public var keyHash = PeclMemcacheHash.crc32

  /// Creates the default options.
  public init() {}

  /// The options by name.
  public static let fields: [OptionField<Self>] = [
    .word("hash", \.keyHash, "memcache.hash_function; fnv as on x86")
  ]
}
