/// The keys that memcached's clients and proxies are driven with.
enum MemcachedKeys {
  /// The longest key that memcached takes, in bytes.
  static let longest = 250

  /// 20 000 distinct keys, the same in every run: every possible one of one byte, all lengths up to
  /// 250, text and bytes above 0x7F, and hash tags, whole, empty and broken.
  ///
  /// Spaces and control characters end a key or are refused.
  static func make(seed: UInt64 = 1) -> [[UInt8]] {
    let allowed = Array(0x21...0x7E as ClosedRange<UInt8>) + Array(0x80...0xFF)
    var keys = allowed.map { [$0] }
    var random = SplitMix(state: seed)
    while keys.count < Keys.count {
      // The number makes the key distinct from every other one, whatever follows.
      let number = Array("\(keys.count)".utf8)
      let key: [UInt8]
      switch keys.count % 50 {
      case 0...4:
        let start = number + [0x2D]
        // Each length comes about eight times, 250 as well.
        let length = start.count + 1 + keys.count / 5 % (longest - start.count)
        key = start + (start.count..<length).map { _ in random.element(of: allowed) }
      case 5...14: key = Array("käse-日本-😀-".utf8) + number + Array("-é".utf8)
      case 15...24: key = number + (0..<4).map { _ in UInt8(0x80 + random.next() % 0x80) }
      case 25...27: key = Array("user:{\(random.next() % 1_000)}:".utf8) + number
      case 28: key = Array("{}".utf8) + number
      case 29: key = Array("}".utf8) + number + Array("{".utf8)
      case 30: key = Array("{\(random.next())}{x}$y$".utf8) + number
      case 31: key = Array("$\(random.next() % 1_000)$".utf8) + number
      case 32...36: key = Array("session-".utf8) + number
      default: key = Array(String(random.next(), radix: 16).utf8) + Array("-".utf8) + number
      }
      keys.append(key)
    }
    return keys
  }
}
