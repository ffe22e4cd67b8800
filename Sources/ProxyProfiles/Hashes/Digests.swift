internal import Crypto

/// SHA-256 (FIPS 180-4), of which Varnish takes a part.
///
/// swift-crypto allocates once a digest; MD5, which the ketama family computes for every lookup, has
/// a function of its own beside this one.
enum SHA256 {
  /// The digest of some bytes, its first byte first.
  static func digest(_ bytes: Span<UInt8>) -> InlineArray<32, UInt8> {
    var function = Crypto.SHA256()
    unsafe bytes.withUnsafeBytes { unsafe function.update(bufferPointer: $0) }
    return unsafe function.finalize().withUnsafeBytes { digest in
      var bytes = InlineArray<32, UInt8>(repeating: 0)
      for i in 0..<32 { unsafe bytes[i] = digest[i] }
      return bytes
    }
  }
}
