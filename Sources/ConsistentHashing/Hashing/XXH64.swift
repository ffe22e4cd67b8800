import CXXHash

/// XXH64, which Envoy and gRPC hash with.
///
/// Its output has been frozen by its author since 2014 and does not depend on the platform.
public struct XXH64: KeyHash {
  /// The seed.
  ///
  /// Routers that must agree use the same one.
  public var seed: UInt64

  /// Creates the function under a seed, 0 unless given.
  public init(seed: UInt64 = 0) {
    self.seed = seed
  }

  /// The name `xxh64` and the seed.
  public var identity: KeyHashIdentity { KeyHashIdentity(function: "xxh64", seed: seed) }

  /// Hashes the bytes of a key under this value's seed.
  public func hash(_ key: Span<UInt8>) -> UInt64 {
    unsafe key.withUnsafeBytes { bytes in
      unsafe cxxhash_xxh64(bytes.baseAddress, bytes.count, seed)
    }
  }

  /// Hashes the UTF-8 bytes of a text under a seed.
  public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    XXH64(seed: seed).hash(text.utf8.span)
  }
}
