public import CXXHash

/// XXH3 with 64 bits of output (`XXH3_64bits_withSeed` of xxHash 0.8 and later).
///
/// The output has been frozen by its author since xxHash 0.8.0 and does not depend on the platform.
@frozen public struct XXH3: KeyHash {
  /// The seed; routers that must agree use the same one.
  public var seed: UInt64

  /// Creates the function under a seed, 0 unless given.
  @inlinable public init(seed: UInt64 = 0) {
    self.seed = seed
  }

  /// The name `xxh3-64` and the seed.
  public var identity: KeyHashIdentity { KeyHashIdentity(function: "xxh3-64", seed: seed) }

  /// Hashes the bytes of a key under this value's seed.
  @inlinable @inline(__always) public func hash(_ key: Span<UInt8>) -> UInt64 {
    unsafe key.withUnsafeBytes { bytes in
      seed == 0
        ? unsafe cxxhash_xxh3_64(bytes.baseAddress, bytes.count)
        : unsafe cxxhash_xxh3_64_seeded(bytes.baseAddress, bytes.count, seed)
    }
  }

  /// Hashes the UTF-8 bytes of a text under a seed.
  public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    XXH3(seed: seed).hash(text.utf8.span)
  }

  /// Hashes a 64-bit value, as its 8 little-endian bytes, under a seed.
  ///
  /// The same bits as hashing those bytes; see ``EightByteXXH3`` for the steps.
  public static func hash(littleEndian value: UInt64, seed: UInt64) -> UInt64 {
    EightByteXXH3(seed: seed).hash(value)
  }
}

/// XXH3 of exactly 8 bytes under a seed, with the part that depends on the seed alone computed once.
///
/// XXH3 hashes 4 to 8 bytes by mixing one seed-dependent constant into the input and then scrambling
/// the result. The scrambling begins with steps that are linear over bits, so they can be done apart
/// for the constant and for the input: `spread(a ^ b) = spread(a) ^ spread(b)`. Rendezvous hashing,
/// which hashes the same 8 bytes under the seeds of all nodes, does them once for each node and once
/// for each key.
@frozen public struct EightByteXXH3: Sendable {
  /// The spread constant.
  @usableFromInline let seedPart: UInt64

  /// Prepares the function under a seed.
  @inlinable public init(seed: UInt64) {
    seedPart = Self.seedPart(seed)
  }

  /// Hashes the 8 little-endian bytes of a value.
  ///
  /// - Complexity: O(1), two multiplications.
  @inlinable public func hash(_ value: UInt64) -> UInt64 {
    cxxhash_score(Self.valuePart(value), seedPart)
  }

  /// What depends on the seed, as the kernels take it.
  @inlinable package static func seedPart(_ seed: UInt64) -> UInt64 {
    // The first constant is bytes 8 to 15 of XXH3's default secret exclusive-or bytes 16 to 23.
    let mixed = seed ^ (UInt64(UInt32(truncatingIfNeeded: seed).byteSwapped) << 32)
    return spread(0xC73A_B174_C5EC_D5A2 &- mixed)
  }

  /// What depends on the value, as the kernels take it.
  @inlinable package static func valuePart(_ value: UInt64) -> UInt64 {
    // XXH3 reads the two 32-bit halves in the opposite order.
    spread((value << 32) | (value >> 32))
  }

  @inlinable static func spread(_ h: UInt64) -> UInt64 {
    h ^ ((h << 49) | (h >> 15)) ^ ((h << 24) | (h >> 40))
  }
}

/// The re-hash sequence h₀, h₁, … of a key hash: h₀ is the hash itself, hₜ is XXH3 of its 8
/// little-endian bytes under seed t.
@frozen public struct RehashSequence: Sendable {
  @usableFromInline let first: UInt64

  /// Creates the sequence that starts with a key hash.
  @inlinable public init(_ hash: UInt64) {
    first = hash
  }

  /// The hash at position t.
  @inlinable public subscript(t: Int) -> UInt64 {
    t == 0
      ? first : EightByteXXH3(seed: UInt64(truncatingIfNeeded: t)).hash(first)
  }
}
