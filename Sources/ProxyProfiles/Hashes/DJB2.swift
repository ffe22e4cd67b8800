/// Bernstein's hash, 32 bits: h = h·33 + byte, from 5381.
///
/// Bytes are unsigned.
enum DJB2 {
  /// Hashes bytes.
  static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    polynomialHash(bytes, from: 5381, factor: 33)
  }
}
