internal import ConsistentHashing

/// What Varnish's directors take from a key: 32 bits.
public enum VarnishKey: String, CaseIterable, Sendable {
  /// `key=DIRECTOR.key(TEXT)`: the last four bytes of SHA-256 of the text, little-endian.
  case key
  /// `by=URL`: the same of the URL as it is sent; also what `by=HASH` (the default) does on the
  /// client side.
  case url
  /// `by=HASH` on the backend side: the first four bytes, big-endian, of the object's hash, which is
  /// SHA-256 over the arguments of `hash_data()`, each followed by a zero byte.
  ///
  /// The bytes of the key are these arguments, with a zero byte between them.
  case hash
  /// `by=BLOB`: the first four bytes, big-endian; of a shorter blob all, as the lowest.
  case blob
  /// `key=NUMBER`: a decimal number below 2³².
  case integer

  /// The 32 bits of a key; nil for a text that should be a number below 2³² and is not.
  func value(of key: Span<UInt8>) -> UInt32? {
    switch self {
    case .key, .url: return Self.tail(of: key)
    case .hash: return SHA256.digest(key, endsInZero: true)[0]
    case .blob:
      var value: UInt32 = 0
      for position in 0..<min(4, key.count) { value = value << 8 | UInt32(key[position]) }
      return value
    case .integer:
      guard (1...10).contains(key.count) else { return nil }
      var value = 0
      for position in key.indices {
        guard (0x30...0x39).contains(key[position]) else { return nil }
        value = value * 10 + Int(key[position]) - 0x30
      }
      return UInt32(exactly: value)
    }
  }

  /// The name of what is taken.
  var identity: KeyHashIdentity {
    switch self {
    case .key, .url: KeyHashIdentity(function: "sha256-tail")
    case .hash: KeyHashIdentity(function: "varnish-hash-data")
    case .blob: KeyHashIdentity(function: "varnish-blob")
    case .integer: KeyHashIdentity(function: "varnish-integer")
    }
  }

  /// The last four bytes of SHA-256, little-endian: what Varnish hashes texts to.
  static func tail(of bytes: Span<UInt8>) -> UInt32 {
    SHA256.digest(bytes)[7].byteSwapped
  }
}
