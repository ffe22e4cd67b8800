/// furc_hash, the consistent hash of mcrouter's Ch3: a walk down a binary tree by bits of the key.
///
/// The bits are those of H₀, H₁, …, lowest first: `H₀ = MurmurHash64A(key)`, Hₖ the same of the eight
/// little-endian bytes of Hₖ₋₁, all under the seed 4193360111.
enum FurcHash {
  /// The largest number of buckets.
  static let largestCount = 1 << 23

  static let seed: UInt64 = 4_193_360_111

  /// H₀ of a key.
  static func firstWord(_ key: Span<UInt8>) -> UInt64 { Murmur64A.hash(key, seed: seed) }

  /// The bucket of a key among `count`.
  static func bucket(_ key: Span<UInt8>, of count: Int) -> Int {
    bucket(firstWord: firstWord(key), of: count)
  }

  /// The bucket of a key with the given H₀.
  ///
  /// With the smallest d for which 2ᵈ reaches the count: up to 32 times, go down from bit d while bits
  /// are 0 (at bit 0: bucket 0), then collect d − 1 bits below a leading 1, each 23 behind the one
  /// before. A number below the count is the bucket; otherwise the search goes on at the bit reached.
  static func bucket(firstWord: UInt64, of count: Int) -> Int {
    guard count > 1 else { return 0 }
    var bits = Bits(first: firstWord)
    var depth = Int.bitWidth - (count - 1).leadingZeroBitCount
    var position = depth
    for _ in 0..<32 {
      while bits[position] == 0 {
        depth -= 1
        if depth == 0 { return 0 }
        position = depth
      }
      position += 23
      var number = 1
      for _ in 1..<max(depth, 1) {
        number = number << 1 | bits[position]
        position += 23
      }
      if number < count { return number }
    }
    return 0
  }

  /// The share of each bucket in keys whose bits are random.
  ///
  /// No bit is read twice, so that each of the 32 attempts draws one of 2ᵈ numbers evenly. If all of
  /// them are `count` or more, as for less than one key in 2³², bucket 0 takes the key.
  static func shares(of count: Int) -> [Double] {
    var size = 1
    while size < count { size *= 2 }
    var misses = Double(size - count) / Double(size)
    for _ in 0..<5 { misses *= misses }
    var shares = [Double](repeating: (1 - misses) / Double(count), count: count)
    shares[0] += misses
    return shares
  }

  private struct Bits {
    let first: UInt64
    var current: UInt64
    var ordinal = 0

    init(first: UInt64) {
      self.first = first
      current = first
    }

    subscript(position: Int) -> Int {
      mutating get {
        let wanted = position >> 6
        if wanted < ordinal {
          ordinal = 0
          current = first
        }
        while ordinal < wanted {
          current = Murmur64A.hash(littleEndian: current, seed: seed)
          ordinal += 1
        }
        return Int(truncatingIfNeeded: current >> UInt64(position & 63)) & 1
      }
    }
  }
}
