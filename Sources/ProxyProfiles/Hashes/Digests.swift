internal import Crypto

/// MD5 (RFC 1321), which the ketama family places servers and keys with.
enum MD5 {
  /// The digest of some bytes as four little-endian words.
  static func digest(_ bytes: Span<UInt8>) -> (UInt32, UInt32, UInt32, UInt32) {
    var function = Insecure.MD5()
    unsafe bytes.withUnsafeBytes { unsafe function.update(bufferPointer: $0) }
    return unsafe function.finalize().withUnsafeBytes { digest in
      func word(_ position: Int) -> UInt32 {
        unsafe UInt32(
          littleEndian: digest.loadUnaligned(fromByteOffset: 4 * position, as: UInt32.self))
      }
      return (word(0), word(1), word(2), word(3))
    }
  }
}

/// SHA-256 (FIPS 180-4), of which Varnish takes a part.
enum SHA256 {
  /// The digest of some bytes as eight words in the byte order of the digest: word 7 read as
  /// little-endian is the last four bytes.
  static func digest(_ bytes: Span<UInt8>) -> [UInt8] {
    var function = Crypto.SHA256()
    unsafe bytes.withUnsafeBytes { unsafe function.update(bufferPointer: $0) }
    return Array(function.finalize())
  }
}
