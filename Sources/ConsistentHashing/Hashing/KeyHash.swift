/// A hash of key bytes to 64 bits.
///
/// By default the four algorithms hash keys with ``XXH3``; give another function through
/// ``KeyedSelector``. A key hash must give the same bits on every platform, in every process and in
/// every version of its author's code: two routers that disagree on one bit disagree on the node.
public protocol KeyHash: Sendable {
  /// Names the function and everything that changes its result, so that two selectors can tell
  /// whether a hash computed for one serves the other.
  var identity: KeyHashIdentity { get }

  /// Hashes the bytes of a key.
  ///
  /// - Complexity: O(length of the key), without allocation.
  func hash(_ key: Span<UInt8>) -> UInt64
}

/// The name of a key hash function together with its seed.
public struct KeyHashIdentity: Hashable, Sendable {
  /// The field's name of the function, for example `xxh3-64` or `crc32`.
  public var function: String

  /// The seed; 0 for functions that have none.
  public var seed: UInt64

  /// Creates the identity of a function under a seed.
  public init(function: String, seed: UInt64 = 0) {
    self.function = function
    self.seed = seed
  }
}
