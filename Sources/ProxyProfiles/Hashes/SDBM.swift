/// The hash of the sdbm database library, 32 bits: h = byte + h·65599, from 0.
///
/// (Written with shifts elsewhere: h·65599 is (h << 6) + (h << 16) − h.) Bytes are unsigned.
enum SDBM {
  /// Hashes bytes.
  static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    polynomialHash(bytes, from: 0, factor: 65599)
  }
}
