internal import CXXHash

/// XXH32, the 32-bit member of the family, which HAProxy hashes IPv6 addresses and names with.
///
/// Its output has been frozen by its author since 2014 and does not depend on the platform.
package struct XXH32: Sendable {
  /// The seed.
  package var seed: UInt32

  /// Creates the function under a seed, 0 unless given.
  package init(seed: UInt32 = 0) {
    self.seed = seed
  }

  /// Hashes bytes under this value's seed.
  package func hash(_ bytes: Span<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe cxxhash_xxh32(bytes.baseAddress, bytes.count, seed)
    }
  }

  /// Hashes the UTF-8 bytes of a text under a seed.
  package static func hash(_ text: String, seed: UInt32 = 0) -> UInt32 {
    XXH32(seed: seed).hash(text.utf8.span)
  }
}
