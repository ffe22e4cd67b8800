public import ConsistentHashing

/// A key hash that the test chooses: the first 8 bytes of the key, little-endian, are its hash.
///
/// Reaches the corners that hashes of real keys never do: exactly on a point of a ring, one beside
/// it, the first and the last hash of all.
///
/// ```swift
/// let ring = try KetamaRing(cluster).keyed(by: FixedHash())
/// ring.index(for: FixedHash.key(.max).span)
/// ```
public struct FixedHash: KeyHash {
  /// Creates the function.
  public init() {}

  /// The name `fixed`.
  public var identity: KeyHashIdentity { KeyHashIdentity(function: "fixed") }

  /// The first 8 bytes as a little-endian number; bytes that are missing count as 0.
  public func hash(_ key: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0
    for position in 0..<min(8, key.count) {
      hash |= UInt64(key[position]) << UInt64(8 * position)
    }
    return hash
  }

  /// The key of 8 bytes that has a hash.
  public static func key(_ hash: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
  }
}
