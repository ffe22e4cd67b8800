/// A hash of 16 bits by which Graphite's relays place metrics and servers on a ring.
enum CarbonHash: String, Sendable {
  /// The first two bytes of the MD5, the first the most significant.
  case md5 = "md5-high16"
  /// The two halves of FNV-1a with 32 bits, one upon the other.
  case fnv1a = "fnv1a-32-folded16"
  /// The same in C on x86, where bytes from 0x80 on are extended with their sign.
  case fnv1aSigned = "fnv1a-32-signed-folded16"

  /// The hash of some bytes.
  @inline(__always) func position(_ bytes: Span<UInt8>) -> UInt16 {
    switch self {
    case .md5: Self.high(MD5.digest(bytes).0)
    case .fnv1a: Self.fold(FowlerNollVo.published1a(bytes))
    case .fnv1aSigned: Self.fold(FowlerNollVo.fnv1a(bytes, .bits32))
    }
  }

  /// The first two bytes of a digest, given its first little-endian word.
  static func high(_ word: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: word).byteSwapped }

  private static func fold(_ hash: UInt32) -> UInt16 {
    UInt16(truncatingIfNeeded: hash &>> 16 ^ hash)
  }

  /// The positions at which a server has points.
  ///
  /// - Parameters:
  ///   - pair: What MD5 hashes, before a colon and the number of the point.
  ///   - name: What FNV-1a hashes, behind the number of the point and a hyphen.
  func points(pair: String, name: String) -> [UInt16] {
    switch self {
    case .md5:
      let stream = MD5Stream("\(pair):".utf8)
      return (0..<CarbonRing.replicas).map { Self.high(stream.digest(with: $0).0) }
    case .fnv1a, .fnv1aSigned:
      return (0..<CarbonRing.replicas).map { position("\($0)-\(name)".utf8.span) }
    }
  }
}
