internal import ProxyProfiles

/// HMAC-SHA256 (RFC 2104).
struct KeyedSHA256 {
  private let inner: [UInt8]
  private let outer: [UInt8]

  init(key: [UInt8]) {
    var block = key.count > 64 ? Self.bytes(SHA256.digest(key.span)) : key
    block += Array(repeating: 0, count: 64 - block.count)
    inner = block.map { $0 ^ 0x36 }
    outer = block.map { $0 ^ 0x5C }
  }

  /// The digest of texts, each followed by a zero byte.
  func digest(of texts: [String]) -> [UInt8] {
    digest(of: texts.flatMap { Array($0.utf8) + [0] })
  }

  /// The digest of a message.
  func digest(of message: [UInt8]) -> [UInt8] {
    let first = Self.bytes(SHA256.digest((inner + message).span))
    return Self.bytes(SHA256.digest((outer + first).span))
  }

  /// The bytes of a digest.
  static func bytes(_ digest: InlineArray<8, UInt32>) -> [UInt8] {
    digest.indices.flatMap { index in
      (0..<4).map { UInt8(truncatingIfNeeded: digest[index] >> (24 - 8 * $0)) }
    }
  }
}
